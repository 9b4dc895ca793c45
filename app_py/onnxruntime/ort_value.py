"""`OrtValue`, `OrtDevice` and `IOBinding` by onnxruntime's names, backed by numpy in the CPU's memory."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .errors import InvalidArgument
from .feeds import Array
from .tensor_types import BY_CODE, BY_TENSOR, array_type_name

if TYPE_CHECKING:
    from .session import InferenceSession


class OrtDevice:
    """A memory: here always the CPU's."""

    def __init__(self, device_type: str = "cpu", device_id: int = 0) -> None:
        self._type = _check_device(device_type)
        self._id = device_id

    @staticmethod
    def make(ort_device_name: str, device_id: int) -> "OrtDevice":
        return OrtDevice(ort_device_name, device_id)

    def device_type(self) -> str:
        return self._type

    def device_id(self) -> int:
        return self._id


def _check_device(name: str) -> str:
    if name.lower() != "cpu":
        raise InvalidArgument(f"Unsupported device type: {name}. In a browser the CPU holds all values.")
    return "cpu"


class OrtValue:
    """A value on its way into or out of a session."""

    def __init__(self, value: Any) -> None:
        self._value = value

    @staticmethod
    def ortvalue_from_numpy(numpy_obj: Array, device_type: str = "cpu", device_id: int = 0) -> "OrtValue":
        """A copy of an array, as onnxruntime makes one."""
        OrtDevice(device_type, device_id)
        return OrtValue(np.array(numpy_obj))

    @staticmethod
    def ortvalue_from_shape_and_type(
        shape: Sequence[int], element_type: Any, device_type: str = "cpu", device_id: int = 0
    ) -> "OrtValue":
        """A tensor of that shape; `element_type` is a numpy type or ONNX's number."""
        OrtDevice(device_type, device_id)
        kind = BY_CODE[element_type].dtype if isinstance(element_type, int) else np.dtype(element_type)
        return OrtValue(np.zeros(tuple(shape), kind))

    def numpy(self) -> Any:
        """The tensor as an array; of a sequence the list."""
        return self._value

    def shape(self) -> list[int]:
        return list(np.shape(self._value))

    def data_type(self) -> str:
        """'tensor(float)' and so on."""
        return array_type_name(self._value) if self.is_tensor() else "seq(map)"

    def element_type(self) -> int:
        """ONNX's number of the element type."""
        kind = BY_TENSOR.get(self.data_type())
        return kind.code if kind else 8

    def device_name(self) -> str:
        return "cpu"

    def has_value(self) -> bool:
        return self._value is not None

    def is_tensor(self) -> bool:
        return isinstance(self._value, np.ndarray)

    def is_sparse_tensor(self) -> bool:
        return False

    def is_tensor_sequence(self) -> bool:
        return isinstance(self._value, list)

    def data_ptr(self) -> int:
        """The address in Python's memory."""
        return int(self._value.ctypes.data)

    def tensor_size_in_bytes(self) -> int:
        return int(self._value.nbytes)

    def update_inplace(self, np_arr: Array) -> None:
        """Take another array's values into the same memory."""
        if np_arr.shape != self._value.shape or np_arr.dtype != self._value.dtype:
            raise InvalidArgument(
                f"The array is {np_arr.dtype} {list(np_arr.shape)}, the value {self._value.dtype} {self.shape()}."
            )
        np.copyto(self._value, np_arr)


class OrtValueVector(list[OrtValue]):
    """Several values; a list with the names of onnxruntime's vector."""

    def push_back(self, value: OrtValue) -> None:
        self.append(value)

    def reserve(self, size: int) -> None:
        """Nothing to do: a list grows by itself."""


class IOBinding:
    """Inputs and outputs of a run, by name."""

    def __init__(self, session: "InferenceSession") -> None:
        self._session = session
        self._inputs: dict[str, Any] = {}
        self._outputs: dict[str, OrtValue | None] = {}
        self._results: list[OrtValue] = []

    def bind_cpu_input(self, name: str, arr_on_cpu: Any) -> None:
        """Feed an array; it is read when the session runs."""
        self._inputs[self._known(name, self._session.get_inputs())] = arr_on_cpu

    def bind_input(
        self, name: str, device_type: str, device_id: int, element_type: Any, shape: Sequence[int], buffer_ptr: int
    ) -> None:
        """Feed what lies at an address of Python's memory."""
        OrtDevice(device_type, device_id)
        kind = BY_CODE[element_type].dtype if isinstance(element_type, int) else np.dtype(element_type)
        self.bind_cpu_input(name, _array_at(buffer_ptr, shape, kind))

    def bind_ortvalue_input(self, name: str, ortvalue: OrtValue) -> None:
        self.bind_cpu_input(name, ortvalue.numpy())

    def bind_output(
        self,
        name: str,
        device_type: str = "cpu",
        device_id: int = 0,
        element_type: Any = None,
        shape: Sequence[int] | None = None,
        buffer_ptr: int | None = None,
    ) -> None:
        """Fetch an output: into new memory, or to an address of Python's memory."""
        OrtDevice(device_type, device_id)
        target = None
        if buffer_ptr is not None and shape is not None:
            kind = BY_CODE[element_type].dtype if isinstance(element_type, int) else np.dtype(element_type)
            target = OrtValue(_array_at(buffer_ptr, shape, kind))
        self._outputs[self._known(name, self._session.get_outputs())] = target

    def bind_ortvalue_output(self, name: str, ortvalue: OrtValue) -> None:
        """Fetch an output into a value's own memory."""
        self._outputs[self._known(name, self._session.get_outputs())] = ortvalue

    def synchronize_inputs(self) -> None:
        """Nothing to wait for: all values are the CPU's."""

    def synchronize_outputs(self) -> None:
        """Nothing to wait for: all values are the CPU's."""

    def get_outputs(self) -> list[OrtValue]:
        """The last run's outputs, in the order in which they were bound."""
        return list(self._results)

    def get_outputs_as_ortvaluevector(self) -> OrtValueVector:
        return OrtValueVector(self._results)

    def copy_outputs_to_cpu(self) -> list[Any]:
        return [value.numpy() for value in self._results]

    def clear_binding_inputs(self) -> None:
        self._inputs.clear()

    def clear_binding_outputs(self) -> None:
        self._outputs.clear()
        self._results = []

    def names_and_feeds(self) -> tuple[list[str], Mapping[str, Any]]:
        """What to ask the session for."""
        return list(self._outputs), self._inputs

    def take(self, outputs: Sequence[Any]) -> None:
        """Keep a run's outputs, in the memory that was bound where there is one."""
        self._results = []
        for target, output in zip(self._outputs.values(), outputs, strict=True):
            if target is None:
                self._results.append(OrtValue(output))
            else:
                target.update_inplace(output)
                self._results.append(target)

    @staticmethod
    def _known(name: str, values: Sequence[Any]) -> str:
        names = [value.name for value in values]
        if name not in names:
            raise InvalidArgument(f"Failed to find NodeArg with name: {name}. The model has {', '.join(names)}.")
        return name


SessionIOBinding = IOBinding
"""onnxruntime's other name for it."""


def _array_at(address: int, shape: Sequence[int], kind: "np.dtype[Any]") -> Array:
    import ctypes

    size = int(np.prod(tuple(shape))) * kind.itemsize
    memory = (ctypes.c_uint8 * size).from_address(address)
    array: Array = np.frombuffer(memoryview(memory), dtype=kind).reshape(tuple(shape))
    return array
