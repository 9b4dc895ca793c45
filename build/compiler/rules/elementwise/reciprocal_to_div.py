"""Reciprocal -> 1 / x, for engines without it."""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import required_input


class ReciprocalToDiv(LoweringRule[ir.Value]):
    """Replaces Reciprocal(x) with Div(1, x)."""

    op_type = "Reciprocal"

    def plan(self, node: ir.Node) -> ir.Value:
        return required_input(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: ir.Value) -> ir.Value:  # noqa: ARG002
        return one(op.op("Div", constant_node(op, np.ones(1, dtype=np.float32)), plan))
