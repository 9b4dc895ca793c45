"""ReduceL1, ReduceL2 and ReduceLogSumExp -> reductions that every version of ONNX.js has.

ONNX defines the last one as log(sum(exp(x))), which is infinite in float32 for numbers above 88; the largest number is
taken out first.
"""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import required_input
from build.compiler.rules.reductions import Reduction, read_reduction, reduction_attributes

NORMS = ("ReduceL1", "ReduceL2", "ReduceLogSumExp")


class NormToReductions(LoweringRule[Reduction]):
    """Replaces one of `NORMS` with ReduceSum(|x|), Sqrt(ReduceSumSquare(x)) or max + log(ReduceSum(exp(x - max))).

    Refuses axes that are not known beforehand.
    """

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> Reduction:
        return read_reduction(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Reduction) -> ir.Value:
        x, over = required_input(node), reduction_attributes(plan.axes, plan.keepdims)
        if node.op_type == "ReduceL1":
            return one(op.op("ReduceSum", one(op.op("Abs", x)), **over))
        if node.op_type == "ReduceL2":
            return one(op.op("Sqrt", one(op.op("ReduceSumSquare", x, **over))))
        return _log_sum_exp(op, x, plan)


def _log_sum_exp(op: TapeBuilder, x: ir.Value, plan: Reduction) -> ir.Value:
    over = reduction_attributes(plan.axes, keepdims=True)
    largest = one(op.op("ReduceMax", x, **over))
    total = one(op.op("ReduceSum", one(op.op("Exp", one(op.op("Sub", x, largest)))), **over))
    result = one(op.op("Add", largest, one(op.op("Log", total))))
    return result if plan.keepdims else one(op.op("Squeeze", result, axes=list(plan.axes)))
