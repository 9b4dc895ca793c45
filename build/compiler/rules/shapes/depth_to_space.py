"""DepthToSpace and SpaceToDepth -> Reshape, Transpose, Reshape, for engines without them."""

from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one, reshaped
from build.compiler.rules.reading import Refusal, int_attribute, required_input, static_shape, string_attribute


@dataclass(frozen=True)
class Shuffle:
    """First shape, permutation, last shape."""

    apart: tuple[int, ...]
    order: tuple[int, ...]
    together: tuple[int, ...]


class DepthToSpace(LoweringRule[Shuffle]):
    """Replaces DepthToSpace (both modes) with Reshape, Transpose, Reshape. Refuses shapes that are not known."""

    op_type = "DepthToSpace"

    def plan(self, node: ir.Node) -> Shuffle:
        n, c, h, w = _picture(node)
        block = int_attribute(node, "blocksize", 1)
        together = (n, c // block**2, h * block, w * block)
        if string_attribute(node, "mode", "DCR") == "DCR":
            return Shuffle((n, block, block, c // block**2, h, w), (0, 3, 4, 1, 5, 2), together)
        return Shuffle((n, c // block**2, block, block, h, w), (0, 1, 4, 2, 5, 3), together)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Shuffle) -> ir.Value:
        apart = reshaped(op, required_input(node), plan.apart)
        return reshaped(op, one(op.op("Transpose", apart, perm=list(plan.order))), plan.together)


class SpaceToDepth(DepthToSpace):
    """Replaces SpaceToDepth with Reshape, Transpose, Reshape. Refuses shapes that are not known."""

    op_type = "SpaceToDepth"

    def plan(self, node: ir.Node) -> Shuffle:
        n, c, h, w = _picture(node)
        block = int_attribute(node, "blocksize", 1)
        apart = (n, c, h // block, block, w // block, block)
        return Shuffle(apart, (0, 3, 5, 1, 2, 4), (n, c * block**2, h // block, w // block))


def _picture(node: ir.Node) -> tuple[int, int, int, int]:
    shape = static_shape(required_input(node))
    if len(shape) != 4:
        raise Refusal(f"it works on a tensor of {len(shape)} axes, expected [N,C,H,W]")
    return shape[0], shape[1], shape[2], shape[3]
