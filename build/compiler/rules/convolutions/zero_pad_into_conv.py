"""Conv(Pad(x, zeros)) -> Conv(x) with the zeros in its own `pads`.

A convolution reads zeros beyond its edges for nothing, where a Pad node writes and reads the whole tensor once more.
"""

from dataclasses import dataclass
from typing import Any

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, copy_node
from build.compiler.rules.pad_amounts import read_pads
from build.compiler.rules.reading import (
    Refusal,
    ints_attribute,
    kept_attributes,
    producer,
    required_input,
    string_attribute,
)


@dataclass(frozen=True)
class Plan:
    source: ir.Value
    pads: list[int]


class ZeroPadIntoConv(LoweringRule[Plan]):
    """Replaces Conv(Pad(x)) with Conv(x).

    Refuses unless the Pad (1) fills with zeros, (2) pads by amounts known beforehand, none of them negative, (3) leaves
    the batch and the channels alone, and the Conv (4) states its pads rather than `auto_pad`.
    """

    op_type = "Conv"

    def pattern(self, op: Any) -> Any:
        return op.Conv(
            op.Pad(_allow_other_inputs=True, _allow_other_attributes=True),
            _allow_other_inputs=True,
            _allow_other_attributes=True,
            _outputs=["out"],
        )

    def plan(self, node: ir.Node) -> Plan:
        pad = producer(required_input(node))
        pads = read_pads(pad)
        # 1. zeros
        if pads.mode != "constant" or pads.value != 0.0:
            raise Refusal(
                f"it pads with {pads.mode if pads.mode != 'constant' else pads.value}, and Conv pads with zeros"
            )
        # 2. known amounts (read_pads refuses others), never a crop
        if min(pads.flat) < 0:
            raise Refusal("it crops (negative pads), which Conv cannot")
        # 3. spatial axes only
        if any((*pads.begin[:2], *pads.end[:2])):
            raise Refusal("it pads the batch or the channels, and Conv pads the picture's sides")
        # 4. explicit pads
        if string_attribute(node, "auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
            raise Refusal("its auto_pad depends on the size of what it reads")
        spatial = [*pads.begin[2:], *pads.end[2:]]
        own = ints_attribute(node, "pads") or [0] * len(spatial)
        return Plan(required_input(pad), [a + b for a, b in zip(spatial, own, strict=True)])

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        attributes = kept_attributes(node, "pads", "auto_pad")
        return copy_node(op, node, [plan.source, *node.inputs[1:]], **attributes, pads=plan.pads)
