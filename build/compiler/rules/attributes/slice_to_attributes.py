"""Slice with inputs (opset 10) -> Slice with attributes (opset 1), its starts within the tensor."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import Refusal, input_at, ints_attribute, required_input
from build.compiler.rules.slice_windows import Window, read_window


class SliceToAttributes(LoweringRule[Window]):
    """Replaces Slice(x, starts, ends, axes, steps) with Slice(x, starts=..., ends=..., axes=...).

    Refuses windows that are not known beforehand, such as may start before the front or are empty, and steps other than
    1, which opset 1 does not have.
    """

    op_type = "Slice"

    def plan(self, node: ir.Node) -> Window:
        window = read_window(node)
        if input_at(node, 1) is None and ints_attribute(node, "starts") == window.starts:
            raise Refusal("it has attributes already")
        return window

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Window) -> ir.Value:
        return one(op.op("Slice", required_input(node), starts=plan.starts, ends=plan.ends, axes=plan.axes))
