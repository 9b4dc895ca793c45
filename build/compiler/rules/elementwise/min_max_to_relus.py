"""Min or Max of any number of tensors, which broadcast -> Clip for those that are one number, Relu for all others.

    max(a, b) = a + relu(b - a)        min(a, b) = a - relu(a - b)

Where the two are far apart, the result has the last bits of the larger.
"""

from dataclasses import dataclass

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, clip, one
from build.compiler.rules.reading import Refusal, constant


@dataclass(frozen=True)
class Plan:
    """Tensors, and the bound that all constant numbers among the inputs amount to."""

    tensors: tuple[ir.Value, ...]
    bound: float | None


class MinMaxToRelus(LoweringRule[Plan]):
    """Replaces Max(a, b, 0.5) with Clip(a + Relu(b - a), min=0.5), and Min alike.

    Refuses (1) other numbers than float32, (2) constants with an infinity, whose difference from another is none.
    """

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> Plan:
        tensors: list[ir.Value] = []
        bounds: list[float] = []
        for value in node.inputs:
            if value is None:
                continue
            if value.dtype not in (None, ir.DataType.FLOAT):
                raise Refusal("it compares other numbers than float32")
            numbers = constant(value)
            if numbers is not None and numbers.size == 1 and numbers.ndim <= 1:
                bounds.append(float(numbers.reshape(-1)[0]))
            elif numbers is not None and not np.isfinite(numbers).all():
                raise Refusal("a constant among its inputs holds an infinity")
            else:
                tensors.append(value)
        if not tensors:
            raise Refusal("all of its inputs are single numbers")
        most = max if node.op_type == "Max" else min
        return Plan(tuple(tensors), most(bounds) if bounds else None)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        largest = node.op_type == "Max"
        value, *rest = plan.tensors
        for other in rest:
            above = one(op.op("Sub", other, value) if largest else op.op("Sub", value, other))
            value = one(op.op("Add" if largest else "Sub", value, one(op.op("Relu", above))))
        if plan.bound is not None:
            return clip(op, value, low=plan.bound) if largest else clip(op, value, high=plan.bound)
        return value if rest else one(op.op("Identity", value))
