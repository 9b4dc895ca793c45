"""Pad with inputs (opset 11 and later) -> Pad with attributes (opset 2 to 10)."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.pad_amounts import Pads, read_pads
from build.compiler.rules.reading import Refusal, input_at, required_input

MODES = ("constant", "reflect", "edge")


class PadToAttributes(LoweringRule[Pads]):
    """Replaces Pad(x, pads, value, axes) with Pad(x) that has `mode`, `pads` and `value` as attributes.

    Refuses where the amounts are computed while the model runs, and for modes younger than opset 11.
    """

    op_type = "Pad"

    def plan(self, node: ir.Node) -> Pads:
        if input_at(node, 1) is None:
            raise Refusal("it has attributes already")
        pads = read_pads(node)
        if pads.mode not in MODES:
            raise Refusal(f"its mode {pads.mode} is younger than the attribute form of Pad")
        return pads

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Pads) -> ir.Value:
        return one(op.op("Pad", required_input(node), mode=plan.mode, pads=plan.flat, value=plan.value))
