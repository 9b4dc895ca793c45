"""Pad -> slices of the edges, concatenated, one axis after the other, for engines that have no Pad at all.

reflect: x[p], ..., x[1], x, x[-2], ..., x[-1-p]        edge: x[0], ..., x[0], x, x[-1], ..., x[-1]
constant: filled tensors beside x, which must have a known shape.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.pad_amounts import Pads, read_pads
from build.compiler.rules.reading import Refusal, rank_of, required_input, static_shape

Sides = list[int | ir.SymbolicDim | None]


class PadToSlices(LoweringRule[Pads]):
    """Replaces Pad with Slice and Concat.

    Refuses (1) other modes than reflect, edge and constant, (2) negative pads, (3) constant padding of a tensor whose
    shape is not known, since what is put beside it must have its shape.
    """

    op_type = "Pad"

    def plan(self, node: ir.Node) -> Pads:
        pads = read_pads(node)
        if pads.mode not in ("reflect", "edge", "constant"):
            raise Refusal(f"its mode {pads.mode} has no form in slices")
        if min(pads.flat, default=0) < 0:
            raise Refusal("it crops (negative pads)")
        if pads.mode == "constant":
            static_shape(required_input(node))
        rank_of(required_input(node))
        return pads

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Pads) -> ir.Value:
        value = required_input(node)
        shape: Sides = list(value.shape or ())
        for axis, (before, after) in enumerate(zip(plan.begin, plan.end, strict=True)):
            if before or after:
                value = self._pad_axis(op, value, shape, plan, axis)
                side = shape[axis]
                shape[axis] = side + before + after if isinstance(side, int) else None
                value.shape = ir.Shape(shape)
        return value if any(plan.flat) else one(op.op("Identity", value))

    def _pad_axis(self, op: TapeBuilder, value: ir.Value, shape: Sides, plan: Pads, axis: int) -> ir.Value:
        before, after = plan.begin[axis], plan.end[axis]
        if plan.mode == "constant":
            front, back = (self._filled(op, shape, axis, amount, plan.value) for amount in (before, after))
        elif plan.mode == "edge":
            front = [_slice(op, value, axis, 0, 1)] * before
            back = [_slice(op, value, axis, -1, None)] * after
        else:
            front = [_slice(op, value, axis, start, start + 1) for start in range(before, 0, -1)]
            back = [_slice(op, value, axis, -2 - step, -1 - step) for step in range(after)]
        return one(op.op("Concat", *front, value, *back, axis=axis))

    def _filled(self, op: TapeBuilder, shape: Sides, axis: int, amount: int, fill: float) -> list[ir.Value]:
        if amount == 0:
            return []
        sides = [amount if index == axis else int(str(side)) for index, side in enumerate(shape)]
        return [constant_node(op, np.full(sides, fill, dtype=np.float32))]


def _slice(op: TapeBuilder, value: ir.Value, axis: int, start: int, end: int | None) -> ir.Value:
    """`value[start:end]` along `axis`, in the attribute form of opset 1; INT32_MAX stands for the end."""
    return one(op.op("Slice", value, axes=[axis], starts=[start], ends=[2**31 - 1 if end is None else end]))
