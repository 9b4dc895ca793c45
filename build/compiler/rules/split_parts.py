"""Reading Split nodes of any opset into one form."""

from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.reading import (
    constant_input,
    int_attribute,
    ints,
    ints_attribute,
    positive_axes,
    rank_of,
    required_input,
    side_of,
)


@dataclass(frozen=True)
class Parts:
    """The axis, counted from the front, and the side of each part."""

    axis: int
    sizes: tuple[int, ...]


def read_parts(node: ir.Node) -> Parts:
    """The parts of a Split: its attribute, its second input, or equal ones; `Refusal` where they are not known."""
    x = required_input(node)
    axis = int_attribute(node, "axis", 0)
    if axis < 0:
        axis = positive_axes([axis], rank_of(x))[0]
    sizes = ints_attribute(node, "split")
    if sizes is None:
        numbers = constant_input(node, 1, "parts")
        sizes = None if numbers is None else ints(numbers)
    if sizes is None:
        # Equal parts; where they do not come out even, the last one is smaller (opset 18).
        side, count = side_of(x, axis), len(node.outputs)
        part = -(-side // count)
        sizes = [min(part, side - part * index) for index in range(count)]
    return Parts(axis, tuple(sizes))
