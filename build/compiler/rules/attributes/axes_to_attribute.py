"""Squeeze and Unsqueeze with their axes as an input (opset 13) -> axes as an attribute (opset 1)."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import (
    Refusal,
    constant_input,
    input_at,
    ints,
    ints_attribute,
    positive_axes,
    rank_of,
    required_input,
    static_shape,
)


class AxesToAttribute(LoweringRule[list[int]]):
    """Replaces Squeeze(x, axes) with Squeeze(x, axes=...), and Unsqueeze alike; axes are counted from the front.

    Refuses axes that are not known beforehand, and a Squeeze of every side of 1 where the sides are not known.
    """

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> list[int]:
        axes = ints_attribute(node, "axes")
        if axes is not None and min(axes, default=0) >= 0:
            raise Refusal("it has its axes as an attribute already")
        x = required_input(node)
        if axes is None and input_at(node, 1) is None:
            return [axis for axis, side in enumerate(static_shape(x)) if side == 1]
        if axes is None:
            numbers = constant_input(node, 1, "axes")
            axes = [] if numbers is None else ints(numbers)
        if min(axes, default=0) >= 0:
            return sorted(axes)
        # Unsqueeze counts in its output, which has the new axes as well.
        return sorted(positive_axes(axes, rank_of(x) + (len(axes) if node.op_type == "Unsqueeze" else 0)))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[int]) -> ir.Value:
        return one(op.op(node.op_type, required_input(node), axes=plan))
