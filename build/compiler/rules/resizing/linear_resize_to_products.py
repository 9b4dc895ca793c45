"""Linear Resize of a picture of known sides -> two products with constant matrices, one along each side.

A row of such a matrix holds how much each input counts for one output: 1 less its distance from where the output lies,
by the formulas of ONNX's Resize for each coordinate_transformation_mode. Enlarging, shrinking, any factor, aligned
corners: all are one matrix. The tensor is laid out in two axes for each product, which every backend multiplies.
"""

from dataclasses import dataclass

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one, reshaped
from build.compiler.rules.reading import (
    Refusal,
    constant_input,
    int_attribute,
    ints,
    ints_attribute,
    positive_axes,
    required_input,
    static_shape,
    string_attribute,
)
from build.compiler.rules.resizing.resize_to_upsample import read_scales

Floats = NDArray[np.float64]
COORDINATES = ("half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric")
# Numbers of one matrix, 4 MB of float32.
LIMIT = 1 << 20


@dataclass(frozen=True)
class Plan:
    """The sides of the input, and the matrices `[before, after]` for height and width; None where a side stays."""

    sides: tuple[int, ...]
    height: NDArray[np.float32] | None
    width: NDArray[np.float32] | None


class LinearResizeToProducts(LoweringRule[Plan]):
    """Replaces Resize with a MatMul along each side that changes.

    Refuses unless (1) the mode is linear in one of `COORDINATES`, without antialias or a kept aspect ratio, (2) all
    sides of [N,C,H,W] are known, (3) height and width alone change, (4) the matrices are of a bearable size.
    """

    op_type = "Resize"

    def plan(self, node: ir.Node) -> Plan:
        mode = string_attribute(node, "mode", "nearest")
        old = len(node.inputs) == 2
        coordinates = string_attribute(node, "coordinate_transformation_mode", "asymmetric" if old else "half_pixel")
        if mode != "linear" or coordinates not in COORDINATES:
            raise Refusal(f"its mode is {mode} with {coordinates} coordinates, no sum of known weights")
        if int_attribute(node, "antialias", 0):
            raise Refusal("it has antialias, whose weights are others")
        if string_attribute(node, "keep_aspect_ratio_policy", "stretch") != "stretch":
            raise Refusal("it keeps the aspect ratio")
        sides = static_shape(required_input(node))
        if len(sides) != 4:
            raise Refusal(f"it resizes a tensor of {len(sides)} axes, expected [N,C,H,W]")
        scales = [float(scale) for scale in read_scales(node)]
        results = _results(node, sides, scales)
        if results[:2] != sides[:2]:
            raise Refusal(f"its scales {scales} change the batch or the channels")
        if max(before * after for before, after in zip(sides[2:], results[2:], strict=True)) > LIMIT:
            raise Refusal(f"it makes {results[2:]} of {sides[2:]}, and the weights for that would bloat the file")
        height, width = (
            _matrix(before, after, scale, coordinates)
            for before, after, scale in zip(sides[2:], results[2:], scales[2:], strict=True)
        )
        return Plan(sides, height, width)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        value = required_input(node)
        batch, channels, height, width = plan.sides
        if plan.width is not None:
            value, width = _product(op, value, (batch, channels, height), plan.width)
        if plan.height is not None:
            turned = one(op.op("Transpose", value, perm=[0, 1, 3, 2]))
            product, _ = _product(op, turned, (batch, channels, width), plan.height)
            value = one(op.op("Transpose", product, perm=[0, 1, 3, 2]))
        return value if value is not required_input(node) else one(op.op("Identity", value))


def _results(node: ir.Node, sides: tuple[int, ...], scales: list[float]) -> tuple[int, ...]:
    """The sides of the output: as they are given, or as the factors make them, rounded down."""
    sizes = constant_input(node, 3, "output sizes") if len(node.inputs) > 3 else None
    results = [int(np.floor(side * scale)) for side, scale in zip(sides, scales, strict=True)]
    if sizes is not None and sizes.size:
        axes = positive_axes(ints_attribute(node, "axes") or list(range(len(sides))), len(sides))
        for axis, size in zip(axes, ints(sizes), strict=True):
            results[axis] = size
    return tuple(results)


def _product(
    op: TapeBuilder, value: ir.Value, before: tuple[int, int, int], matrix: NDArray[np.float32]
) -> tuple[ir.Value, int]:
    """`[a,b,c,k]` times `[k,m]`, through two axes, and m."""
    a, b, c = before
    rows = reshaped(op, value, [a * b * c, matrix.shape[0]])
    product = one(op.op("MatMul", rows, constant_node(op, matrix)))
    return reshaped(op, product, [a, b, c, matrix.shape[1]]), int(matrix.shape[1])


def _matrix(before: int, after: int, scale: float, coordinates: str) -> NDArray[np.float32] | None:
    """`[before, after]`: what each input counts for each output; None where nothing changes."""
    places = np.clip(_places(before, after, scale, coordinates), 0, before - 1)
    distance = np.abs(places[None, :] - np.arange(before)[:, None])
    matrix = np.maximum(0, 1 - distance).astype(np.float32)
    return None if before == after and np.array_equal(matrix, np.eye(before, dtype=np.float32)) else matrix


def _places(before: int, after: int, scale: float, coordinates: str) -> Floats:
    """Where among the inputs each output lies."""
    index = np.arange(after, dtype=np.float64)
    if coordinates == "align_corners":
        return index * ((before - 1) / (after - 1)) if after > 1 else np.zeros(1)
    if coordinates == "asymmetric":
        return index / scale
    if coordinates == "pytorch_half_pixel" and after == 1:
        return np.zeros(1)
    return (index + 0.5) / scale - 0.5
