"""LogSoftmax -> x - max - log(sum(exp(x - max))), for engines without it."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import int_attribute, opset_of, positive_axes, rank_of, required_input
from build.compiler.rules.reductions import reduction_attributes


class LogSoftmaxToReductions(LoweringRule[list[int]]):
    """Replaces LogSoftmax with reductions: over `axis` from opset 13 on, over `axis` and all after it before.

    Refuses where the number of axes is not known.
    """

    op_type = "LogSoftmax"

    def plan(self, node: ir.Node) -> list[int]:
        rank = rank_of(required_input(node))
        modern = opset_of(node) >= 13
        (axis,) = positive_axes([int_attribute(node, "axis", -1 if modern else 1)], rank)
        return [axis] if modern else list(range(axis, rank))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[int]) -> ir.Value:
        x = required_input(node)
        over = reduction_attributes(plan, keepdims=True)
        centred = one(op.op("Sub", x, one(op.op("ReduceMax", x, **over))))
        total = one(op.op("ReduceSum", one(op.op("Exp", centred)), **over))
        return one(op.op("Sub", centred, one(op.op("Log", total))))
