"""Cast to the type that a tensor has already -> nothing."""

import onnx_ir as ir

from build.rules.base import LoweringRule, TapeBuilder, one
from build.rules.reading import Refusal, int_attribute, required_input


class DropCast(LoweringRule[ir.Value]):
    """Replaces Cast(x) with Identity(x). Refuses where the type changes or is not known."""

    op_type = "Cast"

    def plan(self, node: ir.Node) -> ir.Value:
        x = required_input(node)
        wanted = ir.DataType(int_attribute(node, "to", 0))
        if x.dtype != wanted:
            raise Refusal(f"it turns {x.dtype.name if x.dtype else 'an unknown type'} into {wanted.name}")
        return x

    def replace(self, op: TapeBuilder, node: ir.Node, plan: ir.Value) -> ir.Value:  # noqa: ARG002
        return one(op.op("Identity", plan))
