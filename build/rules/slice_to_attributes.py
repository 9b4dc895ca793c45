"""Slice with inputs (opset 10) -> Slice with attributes (opset 1)."""

from dataclasses import dataclass

import onnx_ir as ir

from build.rules.base import LoweringRule, TapeBuilder, one
from build.rules.reading import Refusal, constant_input, input_at, ints, positive_axes, rank_of, required_input

INT32_MAX, INT32_MIN = 2**31 - 1, -(2**31)


@dataclass(frozen=True)
class Window:
    starts: list[int]
    ends: list[int]
    axes: list[int]


class SliceToAttributes(LoweringRule[Window]):
    """Replaces Slice(x, starts, ends, axes, steps) with Slice(x, starts=..., ends=..., axes=...).

    Refuses windows that are not known beforehand and steps other than 1, which opset 1 does not have.
    """

    op_type = "Slice"

    def plan(self, node: ir.Node) -> Window:
        if input_at(node, 1) is None:
            raise Refusal("it has attributes already")
        starts, ends = constant_input(node, 1, "starts"), constant_input(node, 2, "ends")
        axes, steps = constant_input(node, 3, "axes"), constant_input(node, 4, "steps")
        if starts is None or ends is None:
            raise Refusal("its starts or ends are missing")
        if steps is not None and any(step != 1 for step in ints(steps)):
            raise Refusal(f"it takes steps of {ints(steps)}, and the attribute form of Slice has none")
        where = list(range(len(starts))) if axes is None else ints(axes)
        if min(where, default=0) < 0:
            where = positive_axes(where, rank_of(required_input(node)))
        return Window(_bounded(starts.tolist()), _bounded(ends.tolist()), where)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Window) -> ir.Value:
        return one(op.op("Slice", required_input(node), starts=plan.starts, ends=plan.ends, axes=plan.axes))


def _bounded(numbers: list[int]) -> list[int]:
    """`numbers` within 32 bits: exporters write INT64_MAX for the end, which JavaScript numbers cannot hold."""
    return [max(INT32_MIN, min(INT32_MAX, number)) for number in numbers]
