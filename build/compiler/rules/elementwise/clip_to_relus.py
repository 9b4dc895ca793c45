"""Clip -> Relus, for engines without it: max(x, a) = a + relu(x - a) and min(x, b) = b - relu(b - x)."""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, float_attribute, input_at, required_input

# What Clip-6 declares for a bound that is left out.
LOWEST, HIGHEST = -3.4028234663852886e38, 3.4028234663852886e38
Bounds = tuple[float, float]


class ClipToRelus(LoweringRule[Bounds]):
    """Replaces Clip in its attribute form with Relu, Sub and Add. Refuses bounds in the wrong order."""

    op_type = "Clip"

    def plan(self, node: ir.Node) -> Bounds:
        if input_at(node, 1) is not None or input_at(node, 2) is not None:
            raise Refusal("its bounds are inputs still")
        low, high = float_attribute(node, "min", LOWEST), float_attribute(node, "max", HIGHEST)
        if low > high:
            raise Refusal(f"its lower bound {low:g} is above its upper bound {high:g}")
        return low, high

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Bounds) -> ir.Value:
        low, high = plan
        value = required_input(node)
        if low > LOWEST:
            bound = constant_node(op, np.full(1, low, dtype=np.float32))
            value = one(op.op("Add", one(op.op("Relu", one(op.op("Sub", value, bound)))), bound))
        if high < HIGHEST:
            bound = constant_node(op, np.full(1, high, dtype=np.float32))
            value = one(op.op("Sub", bound, one(op.op("Relu", one(op.op("Sub", bound, value))))))
        return value if value is not required_input(node) else one(op.op("Identity", value))
