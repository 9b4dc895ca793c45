"""The element types of tensors: ONNX's numbers, onnxruntime's names, numpy's dtypes and the engines' spelling."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class ElementType:
    """`code` is TensorProto.DataType; `onnx` as in 'tensor(float)'; `engine` as onnxruntime-web spells it."""

    code: int
    onnx: str
    engine: str
    dtype: np.dtype[np.generic]

    @property
    def tensor(self) -> str:
        return f"tensor({self.onnx})"


ELEMENT_TYPES = tuple(
    ElementType(code, onnx, engine, np.dtype(engine))
    for code, onnx, engine in (
        (1, "float", "float32"),
        (2, "uint8", "uint8"),
        (3, "int8", "int8"),
        (4, "uint16", "uint16"),
        (5, "int16", "int16"),
        (6, "int32", "int32"),
        (7, "int64", "int64"),
        (9, "bool", "bool"),
        (10, "float16", "float16"),
        (11, "double", "float64"),
        (12, "uint32", "uint32"),
        (13, "uint64", "uint64"),
    )
)
"""What the engines hold; https://github.com/onnx/onnx/blob/main/onnx/onnx.in.proto, message TensorProto.DataType."""

OTHER_TYPES = {
    8: "string",
    14: "complex64",
    15: "complex128",
    16: "bfloat16",
    17: "float8e4m3fn",
    18: "float8e4m3fnuz",
    19: "float8e5m2",
    20: "float8e5m2fnuz",
    21: "uint4",
    22: "int4",
    23: "float4e2m1",
}
"""What ONNX knows and the engines do not."""

BY_CODE = {kind.code: kind for kind in ELEMENT_TYPES}
BY_TENSOR = {kind.tensor: kind for kind in ELEMENT_TYPES}
BY_ENGINE = {kind.engine: kind for kind in ELEMENT_TYPES}
_BY_DTYPE = {kind.dtype: kind for kind in ELEMENT_TYPES}


def tensor_name(code: int) -> str:
    """'tensor(float)' for 1, and so on, also for types that the engines do not have."""
    if code in BY_CODE:
        return BY_CODE[code].tensor
    return f"tensor({OTHER_TYPES.get(code, f'type {code}')})"


def element_type_of(array: npt.NDArray[np.generic]) -> ElementType | None:
    """The element type of an array of either byte order, or None where ONNX has none for it."""
    return _BY_DTYPE.get(array.dtype.newbyteorder("="))


def array_type_name(array: npt.NDArray[np.generic]) -> str:
    """How onnxruntime calls an array's type: 'tensor(double)', 'tensor(string)'."""
    kind = element_type_of(array)
    if kind:
        return kind.tensor
    return "tensor(string)" if array.dtype.kind in "US" else f"numpy.{array.dtype}"


STRING = "tensor(string)"
"""The one type that is no run of numbers: arrays of dtype object, whose elements are `str`."""
