"""Softplus -> Relu, Exp and Log that do not overflow, for engines without it.

    log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|))

ONNX's own definition takes the exponential of x itself, which is infinite in float32 from 89 on.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import required_input


class SoftplusToReluAndLog(LoweringRule[None]):
    """Replaces Softplus(x) with Relu(x) + Log(1 + Exp(-|x|))."""

    op_type = "Softplus"

    def plan(self, node: ir.Node) -> None:
        required_input(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: None) -> ir.Value:  # noqa: ARG002 - there is nothing to know
        x = required_input(node)
        decay = one(op.op("Exp", one(op.op("Neg", one(op.op("Abs", x))))))
        unit = constant_node(op, np.ones(1, np.float32))
        return one(op.op("Add", one(op.op("Relu", x)), one(op.op("Log", one(op.op("Add", decay, unit))))))
