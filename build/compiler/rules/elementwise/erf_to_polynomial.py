"""Erf -> a polynomial and an exponential, for engines without it.

Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26: for x >= 0 and t = 1 / (1 + p x),
erf(x) = 1 - (a1 t + a2 t^2 + a3 t^3 + a4 t^4 + a5 t^5) exp(-x^2), off by at most 1.5e-7.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import required_input

P = 0.3275911
A = (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429)
# Far below what matters, far above the smallest float32: turns x / |x| into 0 at 0.
TINY = 1e-20


class ErfToPolynomial(LoweringRule[ir.Value]):
    """Replaces Erf(x) with sign(x) * (1 - polynomial * exp(-x^2))."""

    op_type = "Erf"

    def plan(self, node: ir.Node) -> ir.Value:
        return required_input(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: ir.Value) -> ir.Value:  # noqa: ARG002
        def number(value: float) -> ir.Value:
            return constant_node(op, np.full(1, value, dtype=np.float32))

        def call(op_type: str, *inputs: ir.Value) -> ir.Value:
            return one(op.op(op_type, *inputs))

        size = call("Abs", plan)
        t = call("Div", number(1.0), call("Add", call("Mul", size, number(P)), number(1.0)))
        polynomial = call("Mul", t, number(A[-1]))
        for coefficient in reversed(A[:-1]):
            polynomial = call("Mul", call("Add", polynomial, number(coefficient)), t)
        decay = call("Exp", call("Neg", call("Mul", plan, plan)))
        magnitude = call("Sub", number(1.0), call("Mul", polynomial, decay))
        sign = call("Div", plan, call("Add", size, number(TINY)))
        return call("Mul", sign, magnitude)
