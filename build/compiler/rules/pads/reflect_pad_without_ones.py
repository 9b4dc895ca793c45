"""Reflecting Pad -> the same without its axes of side 1, for ONNX.js' WebGL backends.

Their shader reflects along every axis, padded or not, by a remainder of 2 (n - 1): on an axis of side 1, such as a
batch of one picture, it divides by zero. What comes of that, as an integer, is multiplied by the number of elements
that follow, and is only harmless (it was 2^31, which overflows to nothing) where that number is even.
"""

import math

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one
from build.compiler.rules.pad_amounts import Pads, read_pads
from build.compiler.rules.reading import Refusal, input_at, required_input, static_shape

Axes = tuple[int, ...]


class ReflectPadWithoutOnes(LoweringRule[tuple[Pads, Axes]]):
    """Replaces Pad(x) with Unsqueeze(Pad(Squeeze(x))), where x has axes of side 1 that are not padded.

    Refuses (1) Pads that do not reflect, (2) the form with inputs, (3) tensors without such an axis, (4) sides that are
    not known, which pictures of a multiple of 4 keep harmless, and (5) even numbers of elements.
    """

    op_type = "Pad"

    def plan(self, node: ir.Node) -> tuple[Pads, Axes]:
        pads = read_pads(node)
        if pads.mode != "reflect":
            raise Refusal(f"its mode is {pads.mode}")
        if input_at(node, 1) is not None:
            raise Refusal("its amounts are inputs")
        sides = static_shape(required_input(node))
        if math.prod(sides) % 2 == 0:
            raise Refusal("it pads an even number of elements, which comes out right")
        padded = [before or after for before, after in zip(pads.begin, pads.end, strict=True)]
        ones = tuple(axis for axis, side in enumerate(sides) if side == 1 and not padded[axis])
        if not ones or len(ones) == len(padded):
            raise Refusal("it has no axes of side 1 besides its padded ones")
        return pads, ones

    def replace(self, op: TapeBuilder, node: ir.Node, plan: tuple[Pads, Axes]) -> ir.Value:
        pads, ones = plan
        rest = [axis for axis in range(len(pads.begin)) if axis not in ones]
        flat = [pads.begin[axis] for axis in rest] + [pads.end[axis] for axis in rest]
        squeezed = one(op.op("Squeeze", required_input(node), axes=ones))
        padded = one(op.op("Pad", squeezed, mode=pads.mode, pads=flat))
        return one(op.op("Unsqueeze", padded, axes=ones))
