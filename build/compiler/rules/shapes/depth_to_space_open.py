"""DepthToSpace and SpaceToDepth of pictures of any size, for engines without them.

Reshape can split or join the last axis without knowing any side ([0,0,0,-1]), so each pair of axes that becomes one is
brought to the end first:

    [N,C,H,W] -> [N,H,(c i),W,j] -> [N,H,(c i),W*b] -> [N,c,W*b,H,i] -> [N,c,W*b,H*b] -> [N,c,H*b,W*b]

SpaceToDepth is a Conv of stride b, whose kernel has a single one for every output.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one, reshaped
from build.compiler.rules.reading import (
    OtherRule,
    Refusal,
    int_attribute,
    required_input,
    side_of,
    string_attribute,
)

PICTURE_AXES = 4


@dataclass(frozen=True)
class Depth:
    """Channels of the input, factor, and where each channel of the order (c, i, j) lies in the input."""

    channels: int
    block: int
    order: tuple[int, ...]


class OpenDepthToSpace(LoweringRule[Depth]):
    """Replaces DepthToSpace (both modes) with Transpose and Reshape, for sides that are not known.

    Refuses other than pictures [N,C,H,W] with a known C.
    """

    op_type = "DepthToSpace"

    def plan(self, node: ir.Node) -> Depth:
        channels, block = _channels(node), int_attribute(node, "blocksize", 1)
        if channels % block**2:
            raise Refusal(f"its {channels} channels are no multiple of {block**2}")
        numbers: NDArray[Any] = np.arange(channels)
        if string_attribute(node, "mode", "DCR") == "DCR":
            numbers = numbers.reshape(block, block, -1).transpose(2, 0, 1)
        return Depth(channels, block, tuple(int(number) for number in numbers.reshape(-1)))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Depth) -> ir.Value:
        def turned(value: ir.Value, *perm: int) -> ir.Value:
            return one(op.op("Transpose", value, perm=list(perm)))

        block, value = plan.block, required_input(node)
        if plan.order != tuple(range(plan.channels)):
            value = one(op.op("Gather", value, constant_node(op, list(plan.order)), axis=1))
        apart = reshaped(op, turned(value, 0, 2, 3, 1), [0, 0, 0, plan.channels // block, block])
        wide = reshaped(op, turned(apart, 0, 1, 3, 2, 4), [0, 0, 0, -1])
        apart = reshaped(op, turned(wide, 0, 3, 1, 2), [0, 0, 0, plan.channels // block**2, block])
        return turned(reshaped(op, turned(apart, 0, 3, 1, 2, 4), [0, 0, 0, -1]), 0, 1, 3, 2)


class OpenSpaceToDepth(LoweringRule[NDArray[np.float32]]):
    """Replaces SpaceToDepth with Conv, for sides that are not known. Refuses other than pictures with a known C."""

    op_type = "SpaceToDepth"

    def plan(self, node: ir.Node) -> NDArray[np.float32]:
        channels, block = _channels(node), int_attribute(node, "blocksize", 1)
        kernel = np.zeros((block, block, channels, channels, block, block), np.float32)
        for row in range(block):
            for column in range(block):
                kernel[row, column, :, :, row, column] = np.eye(channels)
        return kernel.reshape(-1, channels, block, block)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: NDArray[np.float32]) -> ir.Value:
        sides = list(plan.shape[2:])
        return one(op.op("Conv", required_input(node), constant_node(op, plan), kernel_shape=sides, strides=sides))


def _channels(node: ir.Node) -> int:
    x = required_input(node)
    if x.shape is None or len(x.shape) != PICTURE_AXES:
        raise Refusal("it works on other than pictures [N,C,H,W]")
    if all(isinstance(side, int) for side in x.shape):
        raise OtherRule("all sides are known")
    if x.dtype not in (None, ir.DataType.FLOAT):
        raise Refusal("it moves other numbers than float32")
    return side_of(x, 1)
