"""Linear Resize with half-pixel coordinates by whole factors -> ConvTranspose with a tent for a kernel.

Output o lies at (o + 0.5) / s - 0.5 among the inputs, and input j counts for 1 less its distance from there. That is a
ConvTranspose of stride s, one channel at a time, of the picture with its edges repeated once, as Resize clamps.
"""

from dataclasses import dataclass

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, rank_of, required_input, side_of, string_attribute
from build.compiler.rules.resizing.resize_to_upsample import read_scales

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Plan:
    channels: int
    factors: tuple[int, int]


class LinearResizeToConvTranspose(LoweringRule[Plan]):
    """Replaces Resize with Pad and ConvTranspose, which have rules of their own.

    Refuses unless (1) the mode is linear with half-pixel coordinates, (2) the tensor is [N,C,H,W] with a known C,
    (3) height and width, and nothing else, grow by whole factors.
    """

    op_type = "Resize"

    def plan(self, node: ir.Node) -> Plan:
        mode = string_attribute(node, "mode", "nearest")
        coordinates = string_attribute(node, "coordinate_transformation_mode", "half_pixel")
        if mode != "linear" or coordinates not in ("half_pixel", "pytorch_half_pixel") or len(node.inputs) == 2:
            raise Refusal(f"its mode is {mode} with {coordinates} coordinates, no tent of half pixels")
        x = required_input(node)
        if rank_of(x) != 4:
            raise Refusal(f"it enlarges a tensor of {rank_of(x)} axes, expected [N,C,H,W]")
        scales = [float(scale) for scale in read_scales(node)]
        if scales[:2] != [1, 1] or any(scale < 1 or scale != int(scale) for scale in scales):
            raise Refusal(f"its scales {scales} are not whole factors of height and width")
        return Plan(side_of(x, 1), (int(scales[2]), int(scales[3])))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        x = required_input(node)
        padded = one(op.op("Pad", x, constant_node(op, [0, 0, 1, 1, 0, 0, 1, 1]), mode="edge"))
        padded.type = x.type
        sides = [side + 2 if isinstance(side, int) and axis > 1 else side for axis, side in enumerate(x.shape or ())]
        padded.shape = ir.Shape(sides)
        (tall, top), (wide, left) = (_tent(factor) for factor in plan.factors)
        kernel = np.broadcast_to(np.outer(tall, wide), (plan.channels, 1, len(tall), len(wide)))
        crop = [top + plan.factors[0], left + plan.factors[1]]
        weights = constant_node(op, np.ascontiguousarray(kernel, dtype=np.float32))
        strides = list(plan.factors)
        return one(op.op("ConvTranspose", padded, weights, strides=strides, pads=crop * 2, group=plan.channels))


def _tent(factor: int) -> tuple[Floats, int]:
    """The weights with which one input counts for the outputs around it, and how many of these come before s * j."""
    before = factor // 2
    length = 2 * factor - factor % 2
    position = (np.arange(length) - before + 0.5) / factor - 0.5
    return np.maximum(0, 1 - np.abs(position)).astype(np.float32), before
