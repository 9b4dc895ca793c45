"""Conv with a large kernel -> one along the rows and one down the columns, for engines that lay patches out in memory.

    y[o] = sum over i, j of W[o, :, i, j] * x shifted by (i, j)
         = sum over i of (sum over j of W[o, :, i, j] * x shifted by (0, j)) shifted by (i, 0)

The inner sums are a Conv with a kernel of one row and an output for every o and i; the outer sum is a Conv with a
kernel of one column that holds ones. Unlike a separable filter this is exact for any kernel.

ONNX.js' WebGL backend copies what the kernel sees at every pixel (im2col) into one texture: for 9x9 over 16 channels
that is 81 times what it reads, 324 texels a pixel, and a texture of 8192 x 8192 is full at 455 x 455 px. In two it is
36 and 61 texels.
"""

from dataclasses import dataclass

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import (
    Refusal,
    constant,
    input_at,
    int_attribute,
    ints_attribute,
    required_input,
    string_attribute,
)

LARGE_KERNEL = 49
WORTHWHILE = 0.6
"""Two Convs must copy less than this part of what one does."""


@dataclass(frozen=True)
class Plan:
    weights: NDArray[np.float32]
    strides: list[int]
    pads: list[int]
    dilations: list[int]


class LargeConvToLines(LoweringRule[Plan]):
    """Replaces a Conv of a large kernel and few outputs with two Convs of lines.

    Refuses (1) weights that are not constant, (2) groups, (3) `auto_pad`, which depends on the size, (4) other than two
    spatial axes, (5) kernels of fewer than `LARGE_KERNEL` numbers a channel, whose patches are not much larger than the
    picture that has to fit as well, (6) so many outputs that the patches of the second Conv are no smaller.
    """

    op_type = "Conv"

    def plan(self, node: ir.Node) -> Plan:
        weights = constant(required_input(node, 1))
        if weights is None:
            raise Refusal("its weights are computed while the model runs")
        if int_attribute(node, "group", 1) != 1:
            raise Refusal("its channels are in groups")
        if string_attribute(node, "auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
            raise Refusal("its auto_pad depends on the size of what it reads")
        if weights.ndim != 4:
            raise Refusal(f"its kernel has {weights.ndim - 2} axes, and the rule knows pictures [N,C,H,W]")
        outputs, inputs, height, width = weights.shape
        if height * width < LARGE_KERNEL or min(height, width) == 1:
            raise Refusal(f"its kernel is {height}x{width}, which is not large")
        patch, rows, columns = inputs * height * width, inputs * width, outputs * height * height
        if rows + columns > WORTHWHILE * patch:
            raise Refusal(f"its patches have {patch} numbers, and in two they had {rows} and {columns}")
        strides, dilations = ints_attribute(node, "strides") or [1, 1], ints_attribute(node, "dilations") or [1, 1]
        return Plan(weights, strides, ints_attribute(node, "pads") or [0] * 4, dilations)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        outputs, inputs, height, width = plan.weights.shape
        rows = plan.weights.transpose(0, 2, 1, 3).reshape(outputs * height, inputs, 1, width)
        ones = np.eye(outputs * height, dtype=np.float32).reshape(outputs, height, outputs * height, 1)
        columns = ones.transpose(0, 2, 1, 3)
        top, left, bottom, right = plan.pads
        along = _line(op, required_input(node), rows, (1, plan.strides[1]), [0, left, 0, right], (1, plan.dilations[1]))
        bias = input_at(node, 2)
        down = (plan.strides[0], 1), [top, 0, bottom, 0], (plan.dilations[0], 1)
        return _line(op, along, columns, *down, *([bias] if bias is not None else []))


def _line(
    op: TapeBuilder,
    x: ir.Value,
    weights: NDArray[np.float32],
    strides: tuple[int, int],
    pads: list[int],
    dilations: tuple[int, int],
    *bias: ir.Value,
) -> ir.Value:
    """A Conv with a kernel of one line."""
    kernel = constant_node(op, np.ascontiguousarray(weights))
    sides = list(weights.shape[2:])
    return one(
        op.op("Conv", x, kernel, *bias, kernel_shape=sides, strides=list(strides), pads=pads, dilations=list(dilations))
    )
