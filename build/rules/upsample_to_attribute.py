"""Upsample with its scales as an input (opset 9) -> Upsample with a `scales` attribute (opset 7)."""

from typing import Any

import onnx_ir as ir

from build.rules.base import LoweringRule, Refusal, RewriterContext, data_input, input_at, producer, string_attribute
from build.rules.resize_to_upsample import read_scales


class UpsampleToAttribute(LoweringRule):
    """Replaces Upsample(x, scales) with Upsample(x, scales=...). Refuses where the scales are not known beforehand."""

    op_type = "Upsample"

    def plan(self, node: ir.Node, opset: int) -> list[float]:
        if input_at(node, 1) is None:
            raise Refusal("it has a scales attribute already")
        return [float(scale) for scale in read_scales(node)]

    def rewrite(self, op: RewriterContext, out: ir.Value, **_: Any) -> ir.Value:
        upsample = producer(out)
        mode = string_attribute(upsample, "mode", "nearest")
        value: ir.Value = op.op("Upsample", data_input(upsample), mode=mode, scales=self.plan(upsample, 0))
        return value
