"""Softmax over any axis -> Softmax over the last axis, where all opsets mean the same.

Up to opset 12 Softmax flattens to two axes and normalizes over all axes from `axis` on; from 13 on it normalizes over
`axis` alone. Over the last axis the two are one.
"""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import Refusal, int_attribute, opset_of, positive_axes, rank_of, required_input

Plan = tuple[int, int]


class SoftmaxOnLastAxis(LoweringRule[Plan]):
    """Replaces Softmax(axis) of opset 13 with Softmax over the last axis, between two Transposes where it must.

    Refuses where it is in that form already, is of opset 12 or older, or the number of axes is not known.
    """

    op_type = "Softmax"

    def plan(self, node: ir.Node) -> Plan:
        if opset_of(node) < 13:
            raise Refusal("it has the meaning of opset 1 to 12 already")
        rank = rank_of(required_input(node))
        axis = int_attribute(node, "axis", -1)
        if axis == rank - 1:
            raise Refusal("it works on the last axis already")
        return positive_axes([axis], rank)[0], rank

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        axis, rank = plan
        x = required_input(node)
        if axis == rank - 1:
            return _softmax(op, x, rank)
        swap = list(range(rank))
        swap[axis], swap[-1] = swap[-1], swap[axis]
        turned = one(op.op("Transpose", x, perm=swap))
        return one(op.op("Transpose", _softmax(op, turned, rank), perm=swap))


def _softmax(op: TapeBuilder, x: ir.Value, rank: int) -> ir.Value:
    value = one(op.op("Softmax", x, axis=rank - 1))
    if x.shape is None:
        # The rule looks at the result again: the number of axes tells it that its work is done.
        x.shape = ir.Shape([None] * rank)
    return value
