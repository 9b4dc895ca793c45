"""Inputs of one fixed picture size -> inputs of any height and width."""

import onnx_ir as ir

from build.common.errors import BuildError
from build.compiler.sizes import given_inputs, picture_axes

CHANNELS = (1, 3, 4)
HEIGHT, WIDTH = "height", "width"


def open_sides(model: ir.Model) -> int:
    """Open height and width of every picture among the inputs, `[N,C,H,W]` or `[N,H,W,C]`. Returns how many there are.

    What was known of inner shapes is forgotten. Raises `BuildError` where no input is a picture.
    """
    pictures = [value for value in given_inputs(model).values() if _is_picture(value)]
    if not pictures:
        raise BuildError("--open-size opens inputs of shape [N,C,H,W] or [N,H,W,C], and this model has none")
    for value in pictures:
        sides: list[int | ir.SymbolicDim | str | None] = list(value.shape or ())
        height, width = picture_axes(value)
        sides[height], sides[width] = HEIGHT, WIDTH
        value.shape = ir.Shape(sides)
    for result in (value for node in model.graph for value in node.outputs):
        result.shape = ir.Shape([None] * len(result.shape)) if result.is_graph_output() and result.shape else None
    return len(pictures)


def _is_picture(value: ir.Value) -> bool:
    """Whether an input has the channels of a picture, and more than one pixel along both of the other axes."""
    if value.shape is None or len(value.shape) != 4:
        return False
    axes = picture_axes(value)
    channels = value.shape[6 - sum(axes)]
    return channels in CHANNELS and all(value.shape[axis] != 1 for axis in axes)
