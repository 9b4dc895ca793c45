"""Softmax of opset 1 to 12 over several axes -> Softmax over one, for onnxruntime's WebGPU kernels.

Up to opset 12 Softmax normalizes over all axes from `axis` on together. The kernel takes the last axis alone, and
throws otherwise while the model runs; with those axes joined into one, that is all there is.
"""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, int_attribute, opset_of, positive_axes, rank_of, required_input

MODERN = 13


class SoftmaxOverRest(LoweringRule[int]):
    """Replaces Softmax(x, axis=k) with Reshape(Softmax(Reshape(x, [0, ..., -1])), Shape(x)).

    Refuses (1) opset 13 and later, (2) the last axis, (3) an unknown number of axes.
    """

    op_type = "Softmax"

    def plan(self, node: ir.Node) -> int:
        if opset_of(node) >= MODERN:
            raise Refusal("it works over one axis")
        rank = rank_of(required_input(node))
        (axis,) = positive_axes([int_attribute(node, "axis", 1)], rank)
        if axis == rank - 1:
            raise Refusal("it works on the last axis already")
        return axis

    def replace(self, op: TapeBuilder, node: ir.Node, plan: int) -> ir.Value:
        x = required_input(node)
        joined = one(op.op("Reshape", x, constant_node(op, [*[0] * plan, -1])))
        joined.shape = ir.Shape([None] * (plan + 1))
        normal = one(op.op("Softmax", joined, axis=plan))
        known = [side for side in x.shape or () if isinstance(side, int)]
        sides = constant_node(op, known) if len(known) == rank_of(x) else one(op.op("Shape", x))
        return one(op.op("Reshape", normal, sides))
