"""Gemm without its third input (opset 11) -> Gemm with a zero for it (opset 7)."""

import numpy as np
import onnx_ir as ir

from build.rules.base import LoweringRule, TapeBuilder, constant_node, copy_node
from build.rules.reading import Refusal, input_at, int_attribute, required_input, side_of


class GemmWithBias(LoweringRule[int]):
    """Replaces Gemm(a, b) with Gemm(a, b, zeros). Refuses where it has a bias, or the output's width is not known."""

    op_type = "Gemm"

    def plan(self, node: ir.Node) -> int:
        if input_at(node, 2) is not None:
            raise Refusal("it has a bias already")
        return side_of(required_input(node, 1), 0 if int_attribute(node, "transB", 0) else 1)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: int) -> ir.Value:
        zeros = constant_node(op, np.zeros(plan, dtype=np.float32))
        return copy_node(op, node, [node.inputs[0], node.inputs[1], zeros], **node.attributes)
