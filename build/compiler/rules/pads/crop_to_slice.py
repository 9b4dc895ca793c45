"""Pad with negative amounts, which crop -> Slice, then Pad with the others.

ONNX.js' cpu backend, on which its wasm backend falls back, reads beyond the picture instead.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.pad_amounts import Pads, read_pads
from build.compiler.rules.reading import Refusal, required_input
from build.compiler.rules.slice_windows import END


class CropToSlice(LoweringRule[Pads]):
    """Replaces Pad(x) with Pad(Slice(x)), or Slice(x) where that is all. Refuses where nothing is cropped.

    What is cropped goes first: the others reflect or repeat the edges that are left.
    """

    op_type = "Pad"

    def plan(self, node: ir.Node) -> Pads:
        pads = read_pads(node)
        if min(pads.flat, default=0) >= 0:
            raise Refusal("it crops nothing")
        return pads

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Pads) -> ir.Value:
        x = required_input(node)
        spans = list(zip(plan.begin, plan.end, strict=True))
        axes = [axis for axis, span in enumerate(spans) if min(span) < 0]
        starts, ends = [max(0, -spans[axis][0]) for axis in axes], [min(0, spans[axis][1]) or END for axis in axes]
        value = one(op.op("Slice", x, axes=axes, starts=starts, ends=ends))
        rest = [max(0, pad) for pad in plan.flat]
        if not any(rest):
            return value
        value.type, value.shape = x.type, _cropped(x, spans)
        fill = constant_node(op, np.asarray(plan.value, dtype=np.float32))
        return one(op.op("Pad", value, constant_node(op, rest), fill, mode=plan.mode))


def _cropped(x: ir.Value, spans: list[tuple[int, int]]) -> ir.Shape:
    """The sides that are left of those of `x` which are known; later rules read them."""
    sides = [None] * len(spans) if x.shape is None else list(x.shape)
    return ir.Shape(
        side + min(0, before) + min(0, after) if isinstance(side, int) else None
        for side, (before, after) in zip(sides, spans, strict=True)
    )
