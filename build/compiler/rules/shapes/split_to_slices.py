"""Split -> a Slice for each part, for engines without Split."""

from collections.abc import Sequence
from itertools import accumulate

import onnx_ir as ir

from build.compiler.rules.attributes.split_to_attribute import SplitToAttribute
from build.compiler.rules.base import TapeBuilder, one
from build.compiler.rules.reading import OtherRule, required_input
from build.compiler.rules.split_parts import Parts, read_parts


class SplitToSlices(SplitToAttribute):
    """Replaces Split(x) with Slice(x) per output. Refuses parts that are not known beforehand."""

    def plan(self, node: ir.Node) -> Parts:
        if len(node.outputs) != self._outputs:
            raise OtherRule(f"it has {len(node.outputs)} outputs, not {self._outputs}")
        return read_parts(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Parts) -> Sequence[ir.Value]:
        ends = list(accumulate(plan.sizes))
        spans = zip([0, *ends], ends, strict=False)
        x = required_input(node)
        return [one(op.op("Slice", x, axes=[plan.axis], starts=[start], ends=[end])) for start, end in spans]
