"""Sum or Mean of several tensors -> Adds, which broadcast where Sum before opset 8 does not."""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one


class SumToAdds(LoweringRule[list[ir.Value]]):
    """Replaces Sum(a, b, c) with a + b + c, and Mean with that divided by their number."""

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> list[ir.Value]:
        return [value for value in node.inputs if value is not None]

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[ir.Value]) -> ir.Value:
        total, *rest = plan
        for value in rest:
            total = one(op.op("Add", total, value))
        if node.op_type == "Mean":
            return one(op.op("Div", total, constant_node(op, np.full(1, len(plan), dtype=np.float32))))
        return total if rest else one(op.op("Identity", total))
