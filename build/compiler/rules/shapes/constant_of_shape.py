"""ConstantOfShape of a known shape -> the constant itself. Some files keep their weights in that form."""

import math

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node
from build.compiler.rules.reading import Refusal, constant_input, ints

# 4 GB of float32, beyond which no ONNX file goes.
LIMIT = 1 << 30


class ConstantOfShapeToConstant(LoweringRule[list[int]]):
    """Replaces ConstantOfShape with Constant. Refuses shapes that are not known beforehand."""

    op_type = "ConstantOfShape"

    def plan(self, node: ir.Node) -> list[int]:
        numbers = constant_input(node, 0, "sides")
        shape = [] if numbers is None else ints(numbers)
        if math.prod(shape) > LIMIT:
            raise Refusal(f"it makes {shape}, more than an ONNX file holds")
        return shape

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[int]) -> ir.Value:
        attribute = node.attributes.get("value")
        fill = np.zeros(1, dtype=np.float32) if attribute is None else attribute.as_tensor().numpy()
        return constant_node(op, np.full(plan, fill.reshape(-1)[0], dtype=fill.dtype))
