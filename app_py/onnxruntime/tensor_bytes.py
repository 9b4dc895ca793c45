"""Arrays as the bytes that cross to an engine, and back."""

from typing import Any

import numpy as np

from . import errors
from .platform.interface import Bytes
from .tensor_types import BY_ENGINE, BY_TENSOR, STRING, Array

NONE = np.empty(0, np.uint8)
"""The bytes of what needs none."""


def to_bytes(array: Array) -> Bytes:
    """A view of a dense array's bytes; nothing is copied. Strings travel in the head instead."""
    return NONE if array.dtype == object else array.reshape(-1).view(np.uint8)


def to_head(name: str, array: Array, declared: str) -> dict[str, Any]:
    """What an engine must know of a feed: name, type in its spelling, dims, and strings."""
    head: dict[str, Any] = {"name": name, "dims": list(array.shape)}
    if declared == STRING:
        return {**head, "type": "string", "strings": [str(value) for value in array.reshape(-1)]}
    return {**head, "type": BY_TENSOR[declared].engine}


def from_bytes(head: dict[str, Any], data: Bytes, declared: str) -> Array:
    """An engine's output: `head` has `name`, `type` (the engine's spelling) and `dims`, `declared` is the model's type.

    ONNX.js computes 64-bit integers and booleans in other types; the result has the type that the model declares.
    """
    if head["type"] == "string":
        return np.array(head["strings"], dtype=object).reshape(head["dims"])
    kind = BY_ENGINE.get(head["type"])
    if kind is None:
        raise errors.NotImplemented(
            "The output '{name}' has the type {type}, which cannot leave the engine.",
            name=head["name"],
            type=head["type"],
            code="engine-failed",
        )
    array = data.view(kind.dtype).reshape(head["dims"])
    return array.astype(BY_TENSOR[declared].dtype, copy=False) if declared in BY_TENSOR else array
