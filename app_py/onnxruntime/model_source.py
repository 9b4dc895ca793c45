"""Where a model's bytes come from, and whether an engine can be bothered with them."""

import os
from pathlib import Path
from typing import Any

from .errors import Fail, InvalidArgument, NoSuchFile
from .feeds import check_types
from .onnx_header import OnnxHeader
from .platform.interface import Platform


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
    check_types((*header.inputs, *header.outputs))
    return header
