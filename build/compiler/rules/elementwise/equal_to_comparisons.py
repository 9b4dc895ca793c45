"""Equal of floats (opset 11) -> neither less nor greater: Equal-7 compares whole numbers and truths."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import Refusal, required_input


class EqualToComparisons(LoweringRule[None]):
    """Replaces Equal(a, b) of float32 with Not(Or(Less(a, b), Greater(a, b))). Refuses other numbers."""

    op_type = "Equal"

    def plan(self, node: ir.Node) -> None:
        if required_input(node).dtype != ir.DataType.FLOAT:
            raise Refusal("it compares other numbers than float32")

    def replace(self, op: TapeBuilder, node: ir.Node, plan: None) -> ir.Value:  # noqa: ARG002
        a, b = required_input(node), required_input(node, 1)
        differs = one(op.op("Or", one(op.op("Less", a, b)), one(op.op("Greater", a, b))))
        return one(op.op("Not", differs))
