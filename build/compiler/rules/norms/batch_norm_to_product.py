"""BatchNormalization of anything but pictures -> a product and a sum, which ONNX.js has for every number of axes.

y = (x - mean) / sqrt(variance + epsilon) * scale + bias
  = x * k + (bias - mean * k), where k = scale / sqrt(variance + epsilon)
"""

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import (
    Refusal,
    constant,
    float_attribute,
    int_attribute,
    rank_of,
    required_input,
)

PICTURE_AXES = 4
Line = tuple[NDArray[np.float32], NDArray[np.float32]]


class BatchNormToProduct(LoweringRule[Line]):
    """Replaces BatchNormalization(x) with x * k + b.

    Refuses (1) pictures, which every version has a kernel for, (2) training, whose means are those of the batch,
    (3) further outputs that are read, (4) parameters that are not constants.
    """

    op_type = "BatchNormalization"

    def plan(self, node: ir.Node) -> Line:
        rank = rank_of(required_input(node))
        if rank == PICTURE_AXES:
            raise Refusal("it normalizes pictures, which the engine does itself")
        if int_attribute(node, "training_mode", 0):
            raise Refusal("it is in training mode, and normalizes by the batch")
        if len(node.outputs) > 1:
            raise Refusal("its means or variances are read")
        numbers = [constant(required_input(node, index)) for index in range(1, 5)]
        known = [array.astype(np.float64) for array in numbers if array is not None]
        if len(known) < len(numbers):
            raise Refusal("its parameters are computed while the model runs")
        scale, bias, mean, variance = known
        factor = scale / np.sqrt(variance + float_attribute(node, "epsilon", 1e-5))
        sides = (1, -1, *[1] * (rank - 2)) if rank > 1 else (-1,)
        return factor.reshape(sides).astype(np.float32), (bias - mean * factor).reshape(sides).astype(np.float32)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Line) -> ir.Value:
        factor, bias = (constant_node(op, numbers) for numbers in plan)
        return one(op.op("Add", one(op.op("Mul", required_input(node), factor)), bias))
