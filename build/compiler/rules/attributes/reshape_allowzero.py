"""Reshape with `allowzero` (opset 14) -> Reshape without it, where no side is zero and it means the same."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, copy_node
from build.compiler.rules.reading import Refusal, constant_input, int_attribute, ints, kept_attributes


class ReshapeAllowZero(LoweringRule[None]):
    """Replaces Reshape(allowzero=1) with Reshape. Refuses where a side is 0 or not known beforehand."""

    op_type = "Reshape"

    def plan(self, node: ir.Node) -> None:
        if not int_attribute(node, "allowzero", 0):
            raise Refusal("it has no allowzero")
        shape = constant_input(node, 1, "sides")
        if shape is None or 0 in ints(shape):
            raise Refusal("it makes a tensor without elements (allowzero=1 and a side of 0)")

    def replace(self, op: TapeBuilder, node: ir.Node, plan: None) -> ir.Value:  # noqa: ARG002
        return copy_node(op, node, node.inputs, **kept_attributes(node, "allowzero"))
