"""`--size` and `--shape`: fixing the sides of a graph's inputs; `--sample-shape`: what to try a graph with."""

import argparse
import re
from collections.abc import Sequence

import onnx_ir as ir

from build.common.errors import BuildError
from build.compiler.usage import usage_of

# By input; None is a side that stays open.
Sides = dict[str, tuple[int | None, ...]]
OPEN = ("?", "-1")
Size = tuple[int, int]


def add_size_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--size` and `--shape`."""
    parser.add_argument(
        "--size", metavar="HxW", help="fix open heights and widths of picture inputs, e.g. 256 or 240x320"
    )
    parser.add_argument(
        "--shape", metavar="NAME=1,3,64,64", action="append", help="fix the shape of one input; ? is a side left open"
    )


def parse_size(text: str) -> Size:
    """`256` or `240x320` (height first) as (height, width)."""
    match = re.fullmatch(r"(\d+)(?:x(\d+))?", text)
    if match is None or int(match.group(1)) < 1 or int(match.group(2) or 1) < 1:
        raise BuildError(f"--size {text} is not a size; write one side in pixels (256) or height x width (240x320)")
    return int(match.group(1)), int(match.group(2) or match.group(1))


def fixed_sides(model: ir.Model, size: str | None, shapes: Sequence[str] | None) -> Sides:
    """What `--size` and `--shape` say about the inputs of `model`. Raises `BuildError` where they do not fit it."""
    sides: Sides = {} if size is None else _sized(model, parse_size(size))
    return {**sides, **named_shapes(model, shapes, "--shape")}


def named_shapes(model: ir.Model, shapes: Sequence[str] | None, option: str) -> Sides:
    """`NAME=1,3,?,64` for some inputs, as `option` gives them."""
    inputs = given_inputs(model)
    sides: Sides = {}
    for text in shapes or ():
        name, _, numbers = text.rpartition("=")
        if not re.fullmatch(r"(\d+|\?|-1)(,(\d+|\?|-1))*", numbers):
            raise BuildError(
                f"{option} {text} is not NAME=side,side,..., for example {next(iter(inputs), 'x')}=1,3,64,64"
            )
        if name not in inputs:
            raise BuildError(f"{option} names an input {name}, and the model has {', '.join(inputs)}")
        sides[name] = tuple(None if side in OPEN else int(side) for side in numbers.split(","))
        _check_fit(inputs[name], sides[name], option)
    return sides


def _check_fit(value: ir.Value, sides: tuple[int | None, ...], option: str) -> None:
    """`--shape` says what an input is, whatever the file says; others fit the file. Sides of 0 hold nothing."""
    if option != "--shape" and value.shape is not None and len(value.shape) != len(sides):
        raise BuildError(f"{option} gives {value.name} {len(sides)} axes, and it has {len(value.shape)}: {value.shape}")
    if 0 in sides:
        raise BuildError(f"{option} gives {value.name} a side of 0, which holds nothing")


def given_inputs(model: ir.Model) -> dict[str, ir.Value]:
    """The inputs that are no weights, by name."""
    weights = model.graph.initializers
    return {str(value.name): value for value in model.graph.inputs if value.name and value.name not in weights}


def _sized(model: ir.Model, size: Size) -> Sides:
    """The open sides of every picture: its height and width, and one of it."""
    sides: Sides = {}
    for name, value in given_inputs(model).items():
        shape = value.shape
        if shape is None or len(shape) != 4:
            continue
        height, width = picture_axes(value)
        if isinstance(shape[height], int) and isinstance(shape[width], int):
            continue  # what has numbers, weights among them, stays
        given = {height: size[0], width: size[1]}
        sides[name] = tuple(own if isinstance(own, int) else given.get(axis, 1) for axis, own in enumerate(shape))
    if not sides:
        raise BuildError(
            "--size fixes inputs of shape [N,C,H,W] whose H or W is open, and this model has none; use --shape"
        )
    return sides


def picture_axes(value: ir.Value) -> tuple[int, int]:
    """Height and width of an input of four axes: [N,C,H,W], or [N,H,W,C] where its use or its last side says so."""
    axes = usage_of(value).picture_axes(4)
    if axes is not None:
        return axes[0], axes[1]
    sides = list(value.shape or ())
    channels_last = len(sides) == 4 and sides[3] in (1, 3, 4) and sides[1] not in (1, 3, 4)
    return (1, 2) if channels_last else (2, 3)
