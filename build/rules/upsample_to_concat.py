"""Nearest Upsample by whole factors -> copies by Concat and Reshape, for engines without Upsample.

    [N,C,H,W] -> Unsqueeze [N,C,H,W,1] -> Concat with itself [N,C,H,W,s] -> Reshape [N,C,H,s*W]

repeats along the last axis and needs no side to be known: 0 keeps a side and -1 is worked out. The other axis takes its
turn after a Transpose.
"""

import onnx_ir as ir

from build.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.rules.reading import Refusal, rank_of, required_input, string_attribute
from build.rules.resize_to_upsample import read_scales

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
        vertical, horizontal = plan
        value = _repeat_last_axis(op, required_input(node), horizontal)
        if vertical > 1:
            turned = one(op.op("Transpose", value, perm=[0, 1, 3, 2]))
            value = one(op.op("Transpose", _repeat_last_axis(op, turned, vertical), perm=[0, 1, 3, 2]))
        return value if value is not required_input(node) else one(op.op("Identity", value))


def _repeat_last_axis(op: TapeBuilder, value: ir.Value, factor: int) -> ir.Value:
    if factor == 1:
        return value
    column = one(op.op("Unsqueeze", value, axes=[4]))
    copies = one(op.op("Concat", *[column] * factor, axis=4))
    return one(op.op("Reshape", copies, constant_node(op, [0, 0, 0, -1])))
