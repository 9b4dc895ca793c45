"""Upsample with its scales as an input (opset 9) -> Upsample with a `scales` attribute (opset 7)."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.reading import Refusal, input_at, required_input, string_attribute
from build.compiler.rules.resizing.resize_to_upsample import read_scales, upsample_fault


class UpsampleToAttribute(LoweringRule[list[float]]):
    """Replaces Upsample(x, scales) with Upsample(x, scales=...).

    Refuses where the scales are not known beforehand, or such that ONNX.js gets them wrong.
    """

    op_type = "Upsample"

    def plan(self, node: ir.Node) -> list[float]:
        if input_at(node, 1) is None:
            raise Refusal("it has a scales attribute already")
        scales = read_scales(node)
        fault = upsample_fault(string_attribute(node, "mode", "nearest"), scales)
        if fault is not None:
            raise Refusal(fault)
        return [float(scale) for scale in scales]

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[float]) -> ir.Value:
        mode = string_attribute(node, "mode", "nearest")
        return one(op.op("Upsample", required_input(node), mode=mode, scales=plan))
