"""A reduction over several axes -> a chain of reductions over one axis each, for engines that get several wrong."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import Refusal, required_input
from build.compiler.rules.reductions import Reduction, read_reduction, reduction_attributes

# What follows the first reduction: reducing the results again must be the same as reducing all at once.
CONTINUED_WITH = {
    "ReduceMax": "ReduceMax",
    "ReduceMean": "ReduceMean",
    "ReduceMin": "ReduceMin",
    "ReduceProd": "ReduceProd",
    "ReduceSum": "ReduceSum",
    "ReduceSumSquare": "ReduceSum",
}


class ReduceOneAxisAtATime(LoweringRule[Reduction]):
    """Replaces e.g. ReduceMean(axes=[2,3]) with ReduceMean(axes=[2]) of ReduceMean(axes=[3]). Refuses single axes."""

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> Reduction:
        reduction = read_reduction(node)
        if len(reduction.axes) < 2:
            raise Refusal("it reduces a single axis")
        return reduction

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Reduction) -> ir.Value:
        value, op_type = required_input(node), node.op_type
        # From the last axis to the first, so that axes that go away do not move those still to come.
        for axis in reversed(plan.axes):
            value = one(op.op(op_type, value, **reduction_attributes([axis], plan.keepdims)))
            op_type = CONTINUED_WITH[op_type]
        return value
