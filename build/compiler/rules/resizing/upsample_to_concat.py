"""Nearest Upsample by whole factors -> copies by Concat and Reshape, for engines without Upsample."""

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.interleaving import interleave
from build.compiler.rules.reading import Refusal, rank_of, required_input, string_attribute
from build.compiler.rules.resizing.resize_to_upsample import read_scales

Factors = tuple[int, int]


class UpsampleToConcat(LoweringRule[Factors]):
    """Replaces Upsample with Concat and Reshape.

    Refuses (1) other modes than nearest, (2) tensors that are not [N,C,H,W], (3) factors that are not whole numbers or
    touch the batch or the channels.
    """

    op_type = "Upsample"

    def plan(self, node: ir.Node) -> Factors:
        mode = string_attribute(node, "mode", "nearest")
        if mode != "nearest":
            raise Refusal(f"its mode {mode} cannot be made of copies")
        rank = rank_of(required_input(node))
        if rank != 4:
            raise Refusal(f"it enlarges a tensor of {rank} axes, and the rule knows pictures [N,C,H,W]")
        scales = [float(scale) for scale in read_scales(node)]
        if any(scale != int(scale) or scale < 1 for scale in scales) or scales[:2] != [1, 1]:
            raise Refusal(f"its scales {scales} are not whole factors of height and width")
        return int(scales[2]), int(scales[3])

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Factors) -> ir.Value:
        x = required_input(node)
        value = interleave(op, x, plan, lambda column: [column])
        return value if value is not x else one(op.op("Identity", x))
