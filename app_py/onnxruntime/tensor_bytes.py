"""Arrays as the bytes that cross to an engine, and back."""

from typing import Any

import numpy as np

from . import errors
from .feeds import Array
from .platform.interface import Bytes
from .tensor_types import BY_ENGINE, BY_TENSOR


def to_bytes(array: Array) -> Bytes:
    """A view of a dense array's bytes; nothing is copied."""
    return array.reshape(-1).view(np.uint8)


def from_bytes(head: dict[str, Any], data: Bytes, declared: str) -> Array:
    """An engine's output: `head` has `name`, `type` (the engine's spelling) and `dims`, `declared` is the model's type.

    ONNX.js computes 64-bit integers and booleans in other types; the result has the type that the model declares.
    """
    kind = BY_ENGINE.get(head["type"])
    if kind is None:
        raise errors.NotImplemented(
            "The output '{name}' has the type {type}, which cannot leave the engine.",
            name=head["name"],
            type=head["type"],
            code="engine-failed",
        )
    array = data.view(kind.dtype).reshape(head["dims"])
    return array.astype(BY_TENSOR[declared].dtype, copy=False)
