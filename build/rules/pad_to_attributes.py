"""Pad with inputs (opset 11 and later) -> Pad with attributes (opset 2 to 10)."""

from typing import Any

import onnx_ir as ir

from build.rules._pads import Pads, read_pads
from build.rules.base import LoweringRule, Refusal, RewriterContext, data_input, input_at, producer

MODES = ("constant", "reflect", "edge")


class PadToAttributes(LoweringRule):
    """Replaces Pad(x, pads, value, axes) with Pad(x) that has `mode`, `pads` and `value` as attributes.

    Refuses where the amounts are computed while the model runs, and for modes younger than opset 11.
    """

    op_type = "Pad"

    def plan(self, node: ir.Node, opset: int) -> Pads:
        if input_at(node, 1) is None:
            raise Refusal("it has attributes already")
        pads = read_pads(node)
        if pads.mode not in MODES:
            raise Refusal(f"its mode {pads.mode} is younger than the attribute form of Pad")
        return pads

    def rewrite(self, op: RewriterContext, out: ir.Value, **_: Any) -> ir.Value:
        pad = producer(out)
        plan = self.plan(pad, 0)
        value: ir.Value = op.op("Pad", data_input(pad), mode=plan.mode, pads=plan.flat, value=plan.value)
        return value
