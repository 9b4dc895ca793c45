"""Min or Max with one constant number -> Clip, for engines that have neither."""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, clip
from build.compiler.rules.reading import Refusal, constant

Bound = tuple[ir.Value, float]


class MinMaxToClip(LoweringRule[Bound]):
    """Replaces Min(x, c) with Clip(x, max=c) and Max(x, c) with Clip(x, min=c).

    Refuses unless there are two inputs, one of them a single constant floating-point number.
    """

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> Bound:
        values = [value for value in node.inputs if value is not None]
        if len(values) != 2:
            raise Refusal(f"it compares {len(values)} tensors, and Clip knows one and a constant")
        for value, other in (values, values[::-1]):
            numbers = constant(other)
            if numbers is not None and numbers.size == 1 and np.issubdtype(numbers.dtype, np.floating):
                return value, float(numbers.reshape(-1)[0])
        raise Refusal("neither of its inputs is a single constant floating-point number, as Clip needs")

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Bound) -> ir.Value:
        value, bound = plan
        return clip(op, value, high=bound) if node.op_type == "Min" else clip(op, value, low=bound)
