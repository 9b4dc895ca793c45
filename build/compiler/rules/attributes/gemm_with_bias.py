"""Gemm without its third input (opset 11), or with a single number for it -> Gemm with a bias for every column."""

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, copy_node
from build.compiler.rules.reading import Refusal, constant, input_at, int_attribute, required_input, side_of


class GemmWithBias(LoweringRule[NDArray[np.float32]]):
    """Replaces Gemm(a, b) with Gemm(a, b, zeros). Refuses where it has a bias, or the output's width is not known."""

    op_type = "Gemm"

    def plan(self, node: ir.Node) -> NDArray[np.float32]:
        bias = constant(input_at(node, 2))
        if input_at(node, 2) is not None and (bias is None or bias.ndim > 0):
            raise Refusal("it has a bias already")
        width = side_of(required_input(node, 1), 0 if int_attribute(node, "transB", 0) else 1)
        return np.full(width, 0.0 if bias is None else float(bias), dtype=np.float32)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: NDArray[np.float32]) -> ir.Value:
        return copy_node(op, node, [node.inputs[0], node.inputs[1], constant_node(op, plan)], **node.attributes)
