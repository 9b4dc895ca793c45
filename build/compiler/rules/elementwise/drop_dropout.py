"""Dropout -> nothing: it changes numbers during training only."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import Refusal, constant_input, int_attribute, required_input


class DropDropout(LoweringRule[ir.Value]):
    """Replaces Dropout(x) with Identity(x). Refuses where its mask is used or it is in training mode."""

    op_type = "Dropout"

    def plan(self, node: ir.Node) -> ir.Value:
        if any(output.uses() or output.is_graph_output() for output in node.outputs[1:]):
            raise Refusal("its mask is used")
        training = constant_input(node, 2, "training mode")
        if training is not None and bool(training.any()):
            raise Refusal("it is in training mode, and drops at random")
        if int_attribute(node, "is_test", 1) == 0:
            raise Refusal("it is in training mode, and drops at random")
        return required_input(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: ir.Value) -> ir.Value:  # noqa: ARG002
        return one(op.op("Identity", plan))
