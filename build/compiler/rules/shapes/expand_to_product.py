"""Expand to a known shape -> a product with ones of that shape, for engines without Expand."""

import math

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, constant_input, ints, required_input

# Ones take room in the file: 256 kB at most.
LIMIT = 65536


class ExpandToProduct(LoweringRule[list[int]]):
    """Replaces Expand(x, shape) with Mul(x, ones). Refuses unknown or very large shapes and types but float32."""

    op_type = "Expand"

    def plan(self, node: ir.Node) -> list[int]:
        if required_input(node).dtype != ir.DataType.FLOAT:
            raise Refusal("it expands other numbers than float32, which a product would change")
        numbers = constant_input(node, 1, "sides")
        shape = [] if numbers is None else ints(numbers)
        if math.prod(shape) > LIMIT:
            raise Refusal(f"it expands to {shape}, and that many ones would bloat the file")
        return shape

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[int]) -> ir.Value:
        return one(op.op("Mul", required_input(node), constant_node(op, np.ones(plan, dtype=np.float32))))
