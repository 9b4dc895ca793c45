"""Reductions with their axes as an input (opset 13, 18) or counted from the end -> axes as an attribute (opset 1)."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import Refusal, input_at, ints_attribute, required_input
from build.compiler.rules.reductions import Reduction, read_reduction, reduction_attributes


class ReduceAxesToAttribute(LoweringRule[Reduction]):
    """Replaces e.g. ReduceMean(x, axes) with ReduceMean(x, axes=...). Refuses axes that are not known beforehand."""

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> Reduction:
        axes = ints_attribute(node, "axes")
        if input_at(node, 1) is None and axes is not None and min(axes) >= 0:
            raise Refusal("it has its axes as an attribute already")
        return read_reduction(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Reduction) -> ir.Value:
        x = required_input(node)
        return one(op.op(node.op_type, x, **reduction_attributes(plan.axes, plan.keepdims)))
