"""LayerNormalization -> means and element-wise arithmetic, for engines without it.

y = scale * (x - mean) / sqrt(mean((x - mean)^2) + epsilon) + bias, means over `axis` and all axes after it.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import (
    Refusal,
    float_attribute,
    input_at,
    int_attribute,
    positive_axes,
    rank_of,
    required_input,
)
from build.compiler.rules.reductions import reduction_attributes


class LayerNormToReductions(LoweringRule[list[int]]):
    """Replaces LayerNormalization with ReduceMean, Sub, Mul, Add, Sqrt and Div.

    Refuses where the number of axes is not known, or its second or third output is used.
    """

    op_type = "LayerNormalization"

    def plan(self, node: ir.Node) -> list[int]:
        if any(output.uses() or output.is_graph_output() for output in node.outputs[1:]):
            raise Refusal("its mean or deviation is used as well")
        rank = rank_of(required_input(node))
        (axis,) = positive_axes([int_attribute(node, "axis", -1)], rank)
        return list(range(axis, rank))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[int]) -> ir.Value:
        x, scale, bias = required_input(node), required_input(node, 1), input_at(node, 2)
        over = reduction_attributes(plan, keepdims=True)
        centred = one(op.op("Sub", x, one(op.op("ReduceMean", x, **over))))
        variance = one(op.op("ReduceMean", one(op.op("Mul", centred, centred)), **over))
        epsilon = constant_node(op, np.asarray([float_attribute(node, "epsilon", 1e-5)], dtype=np.float32))
        normal = one(op.op("Div", centred, one(op.op("Sqrt", one(op.op("Add", variance, epsilon))))))
        scaled = one(op.op("Mul", normal, scale))
        return scaled if bias is None else one(op.op("Add", scaled, bias))
