"""LRN -> a convolution over the channels of the squares, for engines without it.

    y = x / (bias + alpha / size * sum of x^2 over `size` neighbouring channels)^beta

The sum over channels is a 1x1 convolution whose weights are ones on a band of the diagonal.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, float_attribute, int_attribute, rank_of, required_input, side_of


class LrnToConv(LoweringRule[int]):
    """Replaces LRN with Mul, Conv, Log, Exp and Div. Refuses tensors that are not [N,C,H,W] with a known C."""

    op_type = "LRN"

    def plan(self, node: ir.Node) -> int:
        x = required_input(node)
        if rank_of(x) != 4:
            raise Refusal(f"it works on a tensor of {rank_of(x)} axes, expected [N,C,H,W]")
        return side_of(x, 1)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: int) -> ir.Value:
        x = required_input(node)
        size = int_attribute(node, "size", 1)
        before, after = (size - 1) // 2, size // 2
        distance = np.arange(plan)[None, :] - np.arange(plan)[:, None]
        band = ((distance >= -before) & (distance <= after)).astype(np.float32)
        weights = band * np.float32(float_attribute(node, "alpha", 1e-4) / size)
        bias = np.full(plan, float_attribute(node, "bias", 1.0), dtype=np.float32)
        squares = one(op.op("Mul", x, x))
        kernel, shift = constant_node(op, weights[:, :, None, None]), constant_node(op, bias)
        sums = one(op.op("Conv", squares, kernel, shift, kernel_shape=[1, 1]))
        # The sums are positive, so their power is the exponential of a logarithm; not every backend has Pow.
        beta = constant_node(op, np.full(1, float_attribute(node, "beta", 0.75), dtype=np.float32))
        exponent = one(op.op("Mul", one(op.op("Log", sums)), beta))
        return one(op.op("Div", x, one(op.op("Exp", exponent))))
