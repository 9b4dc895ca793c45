"""`OrtValue` by onnxruntime's name: numbers in Python's memory, or in an engine's until somebody asks for them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from .devices import check_cpu
from .errors import InvalidCall, InvalidType
from .feeds import Array
from .held import HeldValue
from .opening import Opened
from .sparse import SparseTensor
from .tensor_types import BY_CODE, BY_TENSOR, array_type_name

STRING_CODE = 8
"""ONNX's number of the element type string."""


class OrtValue:
    """A value on its way into or out of a session."""

    def __init__(self, value: Any) -> None:
        self._value = value
        self._held: HeldValue | None = None
        if isinstance(value, HeldValue):
            self._value, self._held = None, value

    @staticmethod
    def ortvalue_from_numpy(numpy_obj: Array, device_type: Any = "cpu", device_id: int = 0) -> "OrtValue":
        """A copy of an array, as onnxruntime makes one."""
        check_cpu(device_type, device_id)
        if not isinstance(numpy_obj, np.ndarray):
            raise InvalidCall(f"An OrtValue is made of a numpy array, not of a {type(numpy_obj).__name__}.")
        return OrtValue(np.array(numpy_obj, order="C"))

    @staticmethod
    def ortvalue_from_numpy_with_onnx_type(data: Array, onnx_element_type: int) -> "OrtValue":
        """The array's bytes as a tensor of the type with ONNX's number."""
        kind = dtype_of(onnx_element_type)
        if not isinstance(data, np.ndarray):
            raise InvalidType(f"An OrtValue is made of a numpy array, not of a {type(data).__name__}.")
        if data.dtype.itemsize != kind.itemsize:
            raise InvalidCall(
                f"The array's elements have {data.dtype.itemsize} bytes, those of {kind} {kind.itemsize}."
            )
        return OrtValue(np.ascontiguousarray(data).view(kind))

    @staticmethod
    def ortvalue_from_shape_and_type(
        shape: Sequence[int], element_type: Any, device_type: Any = "cpu", device_id: int = 0
    ) -> "OrtValue":
        """A tensor of that shape; `element_type` is a numpy type or ONNX's number."""
        check_cpu(device_type, device_id)
        return OrtValue(np.zeros(tuple(shape), dtype_of(element_type)))

    @staticmethod
    def ort_value_from_sparse_tensor(sparse_tensor: SparseTensor) -> "OrtValue":
        """A value that is a sparse tensor."""
        return OrtValue(sparse_tensor)

    def as_sparse_tensor(self) -> SparseTensor:
        if not isinstance(self._value, SparseTensor):
            raise InvalidCall("The value is no sparse tensor.")
        return self._value

    def numpy(self) -> Any:
        """The tensor as an array; of a sequence the list. What is still in its engine is fetched, once."""
        if self._value is None and self._held is not None:
            self._value = self._held.fetch()
        return self._value

    def held(self) -> HeldValue | None:
        """Where it lies in an engine; None for values of Python's memory."""
        return self._held

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        array = np.asarray(self.numpy(), dtype)
        return array.copy() if copy else array

    def shape(self) -> list[int]:
        return list(self._held.shape if self._held else np.shape(self._value))

    def data_type(self) -> str:
        """'tensor(float)' and so on."""
        if self._held:
            return self._held.type
        if isinstance(self._value, SparseTensor):
            return self._value.data_type()
        return array_type_name(self._value) if self.is_tensor() else "seq(map)"

    def element_type(self) -> int:
        """ONNX's number of the element type."""
        kind = BY_TENSOR.get(self.data_type())
        return kind.code if kind else STRING_CODE

    def device_name(self) -> str:
        return "cpu"

    def has_value(self) -> bool:
        return self._held is not None or self._value is not None

    def is_tensor(self) -> bool:
        return self._held is not None or isinstance(self._value, np.ndarray)

    def is_sparse_tensor(self) -> bool:
        return isinstance(self._value, SparseTensor)

    def is_tensor_sequence(self) -> bool:
        return isinstance(self._value, list)

    def data_ptr(self) -> int:
        """The address in Python's memory, to which the value is fetched."""
        return int(self.numpy().ctypes.data)

    def tensor_size_in_bytes(self) -> int:
        return self._held.nbytes if self._held else int(self._value.nbytes)

    def update_inplace(self, np_arr: "Array | OrtValue") -> None:
        """Take another array's values into the same memory."""
        if isinstance(np_arr, OrtValue):
            np_arr = np_arr.numpy()
        if not isinstance(np_arr, np.ndarray):
            raise InvalidType(f"A value is updated from a numpy array, not from a {type(np_arr).__name__}.")
        present = self.numpy()
        if np_arr.shape != present.shape or np_arr.dtype != present.dtype:
            raise InvalidCall(
                f"The array is {np_arr.dtype} {list(np_arr.shape)}, the value {present.dtype} {self.shape()}."
            )
        self._held = None
        np.copyto(present, np_arr)

    def _get_c_value(self) -> "OrtValue":
        """onnxruntime's native value, which this is as well."""
        return self

    @property
    def _ortvalue(self) -> "OrtValue":
        return self


class OrtValueVector(list[OrtValue]):
    """Several values; a list with the names of onnxruntime's vector."""

    def push_back(self, value: OrtValue) -> None:
        self.append(value)

    def reserve(self, size: int) -> None:
        """Nothing to do: a list grows by itself."""


def feed_of(value: Any, opened: Opened) -> Any:
    """What a session is fed for a value: itself where its engine has it, else its numbers."""
    if not isinstance(value, OrtValue):
        return value
    held = value.held()
    return held if held is not None and held.worker is opened.worker and opened.plan is None else value.numpy()


def dtype_of(element_type: Any) -> "np.dtype[Any]":
    """numpy's type for a numpy type or for ONNX's number of one."""
    if isinstance(element_type, int):
        if element_type not in BY_CODE:
            raise InvalidCall(f"The tensor type {element_type} is not supported.")
        return BY_CODE[element_type].dtype
    try:
        kind: np.dtype[Any] = np.dtype(element_type)
    except TypeError as error:
        raise InvalidCall(f"Not a valid numpy type: {element_type!r}.") from error
    return kind
