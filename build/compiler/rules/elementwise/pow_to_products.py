"""Pow with a small constant exponent -> products or a square root.

GLSL's pow(x, y) is undefined for negative x, and gives NaN there on common GPUs: ONNX.js's WebGL backend turns
x^2 followed by a mean into NaN.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, constant, required_input

WHOLE = (1.0, 2.0, 3.0, 4.0)


class PowToProducts(LoweringRule[float]):
    """Replaces Pow(x, n) with x * x ... for n of 1 to 4, Sqrt for 0.5 and Div for -1. Refuses other exponents."""

    op_type = "Pow"

    def plan(self, node: ir.Node) -> float:
        numbers = constant(required_input(node, 1))
        if numbers is None or numbers.size != 1:
            raise Refusal("its exponent is not one constant number")
        exponent = float(numbers.reshape(-1)[0])
        if exponent not in (*WHOLE, 0.5, -1.0):
            raise Refusal(
                f"its exponent {exponent:g} is not a product of few factors; pow of negative numbers stays undefined"
            )
        return exponent

    def replace(self, op: TapeBuilder, node: ir.Node, plan: float) -> ir.Value:
        x = required_input(node)
        if plan == 0.5:
            return one(op.op("Sqrt", x))
        if plan == -1.0:
            return one(op.op("Div", constant_node(op, np.ones(1, dtype=np.float32)), x))
        value = x if plan > 1 else one(op.op("Identity", x))
        for _ in range(int(plan) - 1):
            value = one(op.op("Mul", value, x))
        return value
