"""`--size` and `--shape`: fixing the sides of a graph's inputs."""

import argparse
import re
from collections.abc import Sequence

import onnx_ir as ir

from build.common.errors import BuildError

Sides = dict[str, tuple[int, ...]]
Size = tuple[int, int]


def add_size_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--size` and `--shape`."""
    parser.add_argument(
        "--size", metavar="HxW", help="fix open heights and widths of picture inputs, e.g. 256 or 240x320"
    )
    parser.add_argument("--shape", metavar="NAME=1,3,64,64", action="append", help="fix the shape of one input")


def parse_size(text: str) -> Size:
    """`256` or `240x320` (height first) as (height, width)."""
    match = re.fullmatch(r"(\d+)(?:x(\d+))?", text)
    if match is None or int(match.group(1)) < 1 or int(match.group(2) or 1) < 1:
        raise BuildError(f"--size {text} is not a size; write one side in pixels (256) or height x width (240x320)")
    return int(match.group(1)), int(match.group(2) or match.group(1))


def fixed_sides(model: ir.Model, size: str | None, shapes: Sequence[str] | None) -> Sides:
    """What `--size` and `--shape` say about the inputs of `model`. Raises `BuildError` where they do not fit it."""
    inputs = {str(value.name): value for value in model.graph.inputs if value.name not in model.graph.initializers}
    sides: Sides = {}
    if size is not None:
        height, width = parse_size(size)
        shapes_of = {name: value.shape for name, value in inputs.items() if value.shape is not None}
        pictures = {name: shape for name, shape in shapes_of.items() if len(shape) == 4 and _is_open(shape)}
        if not pictures:
            raise BuildError(
                "--size fixes inputs of shape [N,C,H,W] whose H or W is open, and this model has none; use --shape"
            )
        for name, shape in pictures.items():
            given = (1, 1, height, width)
            sides[name] = tuple(own if isinstance(own, int) else new for own, new in zip(shape, given, strict=True))
    for text in shapes or ():
        name, _, numbers = text.partition("=")
        if not re.fullmatch(r"\d+(,\d+)*", numbers):
            raise BuildError(
                f"--shape {text} is not NAME=side,side,..., for example {next(iter(inputs), 'x')}=1,3,64,64"
            )
        if name not in inputs:
            raise BuildError(f"--shape names an input {name}, and the model has {', '.join(inputs)}")
        sides[name] = tuple(int(number) for number in numbers.split(","))
    return sides


def _is_open(shape: ir.Shape) -> bool:
    """Whether the height or the width of `[N,C,H,W]` is not a number: what is one, weights among them, stays."""
    return not all(isinstance(side, int) for side in list(shape)[2:])
