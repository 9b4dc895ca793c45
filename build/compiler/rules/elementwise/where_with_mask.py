"""Where with a constant condition -> a product with ones and zeros, and a sum.

    where(c, a, b) = a * c + b * (1 - c), and what is constant of a and b is chosen beforehand

Constants may hold infinities, as the masks of attention do: they meet no zero.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, constant, required_input

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Plan:
    """The part that is constant, or None, and each other value with the factors that choose of it."""

    chosen: Floats | None
    parts: tuple[tuple[ir.Value, Floats], ...]


class WhereWithMask(LoweringRule[Plan]):
    """Replaces Where(constant, a, b) with Mul and Add.

    Refuses conditions that are computed while the model runs, and other numbers than float32.
    """

    op_type = "Where"

    def plan(self, node: ir.Node) -> Plan:
        condition = constant(required_input(node))
        if condition is None:
            raise Refusal("its condition is computed while the model runs, and a constant one alone becomes a product")
        choices = [(required_input(node, 1), condition), (required_input(node, 2), ~condition)]
        if any(value.dtype not in (None, ir.DataType.FLOAT) for value, _ in choices):
            raise Refusal("it chooses between other numbers than float32")
        known: list[Any] = [
            np.where(where, fixed, 0) for value, where in choices if (fixed := constant(value)) is not None
        ]
        parts = tuple((value, where.astype(np.float32)) for value, where in choices if constant(value) is None)
        return Plan(sum(known[1:], known[0]).astype(np.float32) if known else None, parts)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:  # noqa: ARG002
        terms = [one(op.op("Mul", value, constant_node(op, factors))) for value, factors in plan.parts]
        if plan.chosen is not None:
            terms.append(constant_node(op, plan.chosen))
        total, *rest = terms
        for term in rest:
            total = one(op.op("Add", total, term))
        return total if plan.parts else one(op.op("Identity", total))
