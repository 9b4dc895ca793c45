"""Weights that a program gives instead of those in a model's file; onnxruntime-web takes none, so the file is changed.

Source of the field numbers: https://github.com/onnx/onnx/blob/main/onnx/onnx.in.proto
"""

from collections.abc import Mapping

import numpy as np

from .errors import InvalidArgument
from .onnx_text import GRAPH, text_of
from .protobuf_writing import bytes_field, rewrite, varint_field
from .tensor_types import Array, element_type_of

_INITIALIZER = 5
"""Field of GraphProto."""

_DIMS, _TYPE, _NAME, _RAW = 1, 2, 8, 9
"""Fields of TensorProto."""


def with_initializers(model: bytes, values: Mapping[str, Array]) -> bytes:
    """The file with other values for some of its initializers; a name that it does not have changes nothing."""

    def tensor(data: memoryview) -> bytes:
        name = text_of(data, _NAME)
        return to_tensor(name, values[name]) if name in values else bytes(data)

    return rewrite(memoryview(model), {GRAPH: lambda graph: rewrite(graph, {_INITIALIZER: tensor})})


def to_tensor(name: str, array: Array) -> bytes:
    """A TensorProto of an array of numbers."""
    kind = element_type_of(array)
    if kind is None:
        raise InvalidArgument(f"The initializer '{name}' is a numpy.{array.dtype}, which ONNX has no tensors of.")
    dense = np.ascontiguousarray(array, kind.dtype.newbyteorder("<"))
    dims = b"".join(varint_field(_DIMS, size) for size in array.shape)
    return (
        dims + varint_field(_TYPE, kind.code) + bytes_field(_NAME, name.encode()) + bytes_field(_RAW, dense.tobytes())
    )
