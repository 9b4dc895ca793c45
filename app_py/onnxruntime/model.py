"""A model as a session has it: the bytes that an engine is given, and what Python keeps of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .initializers import with_initializers
from .model_source import Source, check_header
from .onnx_header import OnnxHeader, ValueInfo, read_header
from .options import SessionOptions
from .zipmap import ZipMap, without_zipmaps


@dataclass(frozen=True)
class Model:
    """One model.

    Attributes
    ----------
    source
        Where it came from, for the files of its weights.
    header
        What the model says of itself, with the sizes that the options fix.
    data
        What an engine is given: the file, with what is computed here taken out of it, and with other initializers where
        the options say so.
    zipmaps
        What is computed here, by the outputs' names.
    dimensions
        The sizes of symbolic axes that the options fix.
    """

    source: Source
    header: OnnxHeader
    data: bytes
    zipmaps: Mapping[str, ZipMap]
    dimensions: Mapping[str, int]


def read(source: Source, options: SessionOptions) -> Model:
    """Read a model's header, and change the file as far as the options and this package's own outputs need it."""
    data = with_initializers(source.data, options.initializers()) if options.initializers() else source.data
    header = check_header(read_header(data))
    zipmaps: tuple[ZipMap, ...] = ()
    if ("ai.onnx.ml", "ZipMap") in header.operators:
        data, zipmaps = without_zipmaps(data)
    sizes = _sizes(header, options)
    fixed = replace(
        header,
        inputs=tuple(_fix(value, sizes) for value in header.inputs),
        outputs=tuple(_fix(value, sizes) for value in header.outputs),
    )
    return Model(source, fixed, data, {zipmap.output: zipmap for zipmap in zipmaps}, sizes)


def _sizes(header: OnnxHeader, options: SessionOptions) -> dict[str, int]:
    """Symbol to size: overrides by name, and by what the inputs say that an axis denotes."""
    sizes = dict(options.dimensions())
    by_denotation = options.denoted_dimensions()
    for value in header.inputs if by_denotation else ():
        for axis, denotation in zip(value.shape or (), value.denotations, strict=True):
            if denotation in by_denotation and isinstance(axis, str):
                sizes.setdefault(axis, by_denotation[denotation])
    return sizes


def _fix(value: ValueInfo, sizes: Mapping[str, int]) -> ValueInfo:
    if not sizes or value.shape is None:
        return value
    return replace(value, shape=tuple(sizes.get(axis, axis) if isinstance(axis, str) else axis for axis in value.shape))
