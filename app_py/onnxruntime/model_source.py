"""Where a model's bytes come from, those of its weights' files as well."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

from .errors import Fail, InvalidArgument, InvalidProtobuf, InvalidType, NoModel, NoSuchFile
from .onnx_header import OnnxHeader, ValueInfo
from .platform.interface import Platform
from .tensor_types import BY_TENSOR, STRING


@dataclass(frozen=True)
class Source:
    """A model's bytes, and where it came from: a file's path, an address, or None for bytes."""

    data: bytes
    place: Path | str | None = None


async def read_model(source: Any, platform: Platform) -> Source:
    """A model's bytes from bytes, from a file (str or PathLike), or from an address (str).

    `NoSuchFile` where nothing can be read, `InvalidArgument` for anything else than these.
    """
    if (found := read_at_once(source)) is not None:
        return found
    if isinstance(source, str):
        return Source(await platform.fetch(source), source)
    raise NoSuchFile("NO_SUCHFILE : Load model from {path} failed: File doesn't exist.", path=Path(source))


def read_at_once(source: Any) -> Source | None:
    """What needs no waiting: bytes and files; None for an address, and for a file that is missing."""
    if isinstance(source, bytes | bytearray | memoryview):
        return Source(bytes(source))
    if not isinstance(source, str | os.PathLike):
        raise InvalidType(
            "Unable to load from type '{type}': expected a path, an address or the model's bytes.",
            type=type(source).__name__,
        )
    if not os.fspath(source):
        raise NoSuchFile("NO_SUCHFILE : Load model from an empty path failed: File doesn't exist.")
    path = Path(source)
    if path.is_dir():
        raise InvalidProtobuf("INVALID_PROTOBUF : Load model from {path} failed: it is a folder.", path=path)
    return Source(path.read_bytes(), path) if path.is_file() else None


async def read_external(
    header: OnnxHeader, source: Source, platform: Platform, given: Mapping[str, bytes] = MappingProxyType({})
) -> dict[str, bytes]:
    """The files of weights by their names in the model: those `given`, and the others from beside the model."""
    files = {}
    for name in header.external_files:
        if name in given:
            files[name] = given[name]
            continue
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise Fail("The model's weights in {name} lie outside the model's folder.", name=name, code="model-invalid")
        if source.place is None:
            raise Fail(
                "The model keeps its weights in another file, {name}, which is looked for beside the model; give the "
                "model's path or address instead of its bytes, or save it with the weights inside "
                "(onnx.save_model(..., save_as_external_data=False)).",
                name=name,
                code="model-invalid",
            )
        files[name] = await _beside(source.place, name, platform)
    return files


async def _beside(place: Path | str, name: str, platform: Platform) -> bytes:
    if isinstance(place, str):
        return await platform.fetch(urljoin(place, name))
    path = place.parent / name
    if not path.is_file():
        raise NoSuchFile("NO_SUCHFILE : The model's weights in {path} are missing: File doesn't exist.", path=path)
    return path.read_bytes()


def check_header(header: OnnxHeader) -> OnnxHeader:
    """The header as it came, if an engine can hold the model's inputs at all."""
    _check_types(header.inputs)
    if not header.outputs:
        raise NoModel("The model has no outputs, so there is nothing to compute.")
    return header


def _check_types(values: Iterable[ValueInfo]) -> None:
    """Refuse a model whose inputs no engine here can hold: sequences, maps, exotic floats."""
    for value in values:
        if value.type not in BY_TENSOR and value.type != STRING:
            raise InvalidArgument(
                "'{name}' is a {type}, which the engines of a browser do not pass in or out; they have tensors of "
                "{types}.",
                name=value.name,
                type=value.type,
                types=", ".join([*(kind.onnx for kind in BY_TENSOR.values()), "string"]),
            )
