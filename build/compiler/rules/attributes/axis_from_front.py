"""An axis counted from the end (opset 11 and later) -> counted from the front, which every opset knows."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, copy_node
from build.compiler.rules.reading import (
    OtherRule,
    int_attribute,
    kept_attributes,
    positive_axes,
    rank_of,
    required_input,
)

# Those that opset 7 counts from the front alone, and whose meaning did not change since.
COUNTING = ("Flatten", "ArgMax", "ArgMin", "Concat")


class AxisFromFront(LoweringRule[int]):
    """Replaces e.g. Flatten(axis=-1) with Flatten(axis=3). Refuses where the number of axes is not known."""

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> int:
        axis = int_attribute(node, "axis", 0)
        if axis >= 0:
            raise OtherRule("it counts from the front already")
        return positive_axes([axis], rank_of(required_input(node)))[0]

    def replace(self, op: TapeBuilder, node: ir.Node, plan: int) -> ir.Value:
        return copy_node(op, node, node.inputs, **kept_attributes(node, "axis"), axis=plan)
