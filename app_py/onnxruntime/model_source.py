"""Where a model's bytes come from, and whether an engine can be bothered with them."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from .errors import Fail, InvalidArgument, NoSuchFile
from .onnx_header import OnnxHeader, ValueInfo
from .platform.interface import Platform
from .tensor_types import BY_TENSOR


async def read_model(source: Any, platform: Platform) -> bytes:
    """A model's bytes from bytes, from a file (str or PathLike), or from an address (str).

    `NoSuchFile` where nothing can be read, `InvalidArgument` for anything else than these.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source)
    if not isinstance(source, str | os.PathLike):
        raise InvalidArgument(
            "Unable to load from type '{type}': expected a path, an address or the model's bytes.",
            type=type(source).__name__,
        )
    path = Path(source)
    if path.is_file():
        return path.read_bytes()
    if isinstance(source, str):
        return await platform.fetch(source)
    raise NoSuchFile("NO_SUCHFILE : Load model from {path} failed: File doesn't exist.", path=path)


def check_header(header: OnnxHeader) -> OnnxHeader:
    """The header as it came, if a browser can hold such a model at all."""
    if header.external_data:
        raise Fail(
            "The model keeps its weights in another file, which a browser does not have; save it with the weights "
            "inside (onnx.save_model(..., save_as_external_data=False)).",
            code="model-invalid",
        )
    _check_types((*header.inputs, *header.outputs))
    return header


def _check_types(values: Iterable[ValueInfo]) -> None:
    """Refuse a model whose inputs or outputs no engine here can hold: strings, sequences, maps, exotic floats."""
    for value in values:
        if value.type not in BY_TENSOR:
            raise InvalidArgument(
                "'{name}' is a {type}, which the engines of a browser do not pass in or out; they have tensors of "
                "{types}.",
                name=value.name,
                type=value.type,
                types=", ".join(kind.onnx for kind in BY_TENSOR.values()),
            )
