"""Split with its parts as an input (opset 13) or a number of parts (opset 18) -> parts as an attribute (opset 2)."""

from collections.abc import Sequence
from typing import Any

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder
from build.compiler.rules.reading import OtherRule, Refusal, input_at, int_attribute, required_input
from build.compiler.rules.split_parts import Parts, read_parts


class SplitToAttribute(LoweringRule[Parts]):
    """Replaces Split(x, split) with Split(x, split=...). Refuses parts that are not known beforehand."""

    op_type = "Split"

    def __init__(self, outputs: int) -> None:
        self._outputs = outputs
        super().__init__()

    def pattern(self, op: Any) -> Any:
        names = ["out", *(f"out{index}" for index in range(1, self._outputs))]
        return op.Split(_allow_other_inputs=True, _allow_other_attributes=True, _outputs=names)

    def plan(self, node: ir.Node) -> Parts:
        if len(node.outputs) != self._outputs:
            raise OtherRule(f"it has {len(node.outputs)} outputs, not {self._outputs}")
        if input_at(node, 1) is None and "split" in node.attributes and int_attribute(node, "axis", 0) >= 0:
            raise Refusal("it has its parts as an attribute already")
        return read_parts(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Parts) -> Sequence[ir.Value]:
        result = op.op("Split", required_input(node), axis=plan.axis, split=list(plan.sizes), _outputs=len(plan.sizes))
        return [result] if isinstance(result, ir.Value) else list(result)
