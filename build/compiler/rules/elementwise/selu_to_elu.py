"""Selu and Celu -> Elu with factors: ONNX.js has Elu, and no Where, of which ONNX's definitions are made.

selu(x) = gamma * elu(x, alpha)        celu(x) = alpha * elu(x / alpha, 1)
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, float_attribute, required_input

# The defaults that ONNX declares for Selu.
ALPHA, GAMMA = 1.67326319217681884765625, 1.05070102214813232421875


class SeluToElu(LoweringRule[tuple[float, float, float]]):
    """Replaces Selu(x) or Celu(x) with Mul(Elu(Mul(x))). Refuses a Celu whose alpha is not above 0."""

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> tuple[float, float, float]:
        if node.op_type == "Selu":
            return 1.0, float_attribute(node, "alpha", ALPHA), float_attribute(node, "gamma", GAMMA)
        alpha = float_attribute(node, "alpha", 1.0)
        if not alpha > 0:
            raise Refusal(f"its alpha {alpha:g} is not above 0")
        return 1 / alpha, 1.0, alpha

    def replace(self, op: TapeBuilder, node: ir.Node, plan: tuple[float, float, float]) -> ir.Value:
        inner, alpha, outer = plan
        value = required_input(node)
        if inner != 1:
            value = one(op.op("Mul", value, constant_node(op, np.full(1, inner, np.float32))))
        return one(
            op.op("Mul", one(op.op("Elu", value, alpha=alpha)), constant_node(op, np.full(1, outer, np.float32)))
        )
