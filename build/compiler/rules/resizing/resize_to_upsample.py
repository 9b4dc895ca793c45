"""Resize (opset 10 and later) -> Upsample with its scales as an input (opset 9)."""

from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import (
    Refusal,
    constant_input,
    input_at,
    ints,
    ints_attribute,
    positive_axes,
    rank_of,
    required_input,
    static_shape,
    string_attribute,
)

Plan = tuple[str, NDArray[np.float32]]

# Coordinate transformations under which a nearest resize by whole factors repeats each element.
REPEATING = {
    "asymmetric": ("floor", "round_prefer_floor"),
    "half_pixel": ("round_prefer_floor", "round_prefer_ceil"),
    "pytorch_half_pixel": ("round_prefer_floor", "round_prefer_ceil"),
    "half_pixel_symmetric": ("round_prefer_floor", "round_prefer_ceil"),
}


def read_scales(node: ir.Node) -> NDArray[np.float32]:
    """The factor per axis of a Resize or Upsample node of any opset. Raises `Refusal` where it is not known."""
    attribute = node.attributes.get("scales")
    if attribute is not None:
        return np.asarray(attribute.as_floats(), dtype=np.float32)
    # Upsample-9 and Resize-10 have (x, scales), Resize-11 and later (x, roi, scales, sizes).
    given = constant_input(node, 1 if len(node.inputs) == 2 else 2, "scales")
    if given is not None and given.size:
        return _on_all_axes(node, given.astype(np.float32).reshape(-1))
    sizes = constant_input(node, 3, "output sizes")
    if sizes is None:
        raise Refusal("it has neither scales nor sizes")
    shape = static_shape(required_input(node))
    axes = positive_axes(ints_attribute(node, "axes") or list(range(len(shape))), len(shape))
    return _on_all_axes(node, np.asarray([size / shape[axis] for size, axis in zip(ints(sizes), axes, strict=True)]))


def _on_all_axes(node: ir.Node, scales: NDArray[Any]) -> NDArray[np.float32]:
    axes = ints_attribute(node, "axes")
    if axes is None:
        return scales.astype(np.float32)
    full = np.ones(rank_of(required_input(node)), dtype=np.float32)
    full[positive_axes(axes, len(full))] = scales
    return full


def upsample_fault(mode: str, scales: NDArray[np.float32]) -> str | None:
    """Why no backend of ONNX.js enlarges by these factors as ONNX means it, or None."""
    if np.any(scales < 1):
        return f"it shrinks (scales {scales.tolist()}), and Upsample only enlarges"
    if np.any(scales != np.round(scales)):
        return f"its scales {scales.tolist()} are not whole numbers, and ONNX.js samples beside them"
    if mode == "linear" and (len(scales) not in (2, 4) or np.any(scales[:-2] != 1)):
        return f"it interpolates along other axes than height and width (scales {scales.tolist()}), and ONNX.js cannot"
    return None


class ResizeToUpsample(LoweringRule[Plan]):
    """Replaces Resize with Upsample, whose sampling is `asymmetric` with `floor`.

    Refuses unless every factor is known and a whole number, and the mode is nearest and its rounding repeats elements;
    a linear resize is the same as Upsample's only where its coordinates are asymmetric.
    """

    op_type = "Resize"

    def plan(self, node: ir.Node) -> Plan:
        mode = string_attribute(node, "mode", "nearest")
        # Resize-10 has no coordinate transformation: it samples as Upsample does.
        default = "asymmetric" if len(node.inputs) == 2 else "half_pixel"
        coordinates = string_attribute(node, "coordinate_transformation_mode", default)
        scales = read_scales(node)
        if input_at(node, 3) is not None and string_attribute(node, "keep_aspect_ratio_policy", "stretch") != "stretch":
            raise Refusal("it keeps the aspect ratio, which Upsample cannot")
        fault = upsample_fault(mode, scales)
        if fault is not None:
            raise Refusal(fault)
        if mode == "linear" and coordinates == "asymmetric":
            return mode, scales
        if mode != "nearest":
            raise Refusal(f"its mode is {mode} with {coordinates} coordinates, which Upsample does not have")
        rounding = string_attribute(node, "nearest_mode", "floor" if len(node.inputs) == 2 else "round_prefer_floor")
        if not _repeats(coordinates, rounding, scales):
            raise Refusal(f"its {coordinates} coordinates rounded with {rounding} are not Upsample's")
        return mode, scales

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        mode, scales = plan
        return one(op.op("Upsample", required_input(node), constant_node(op, scales), mode=mode))


def _repeats(coordinates: str, rounding: str, scales: NDArray[np.float32]) -> bool:
    """Whether output element i is input element i // scale.

    With half-pixel coordinates the position is (i + 0.5) / s - 0.5, within (-0.5, 0.5) of i // s for whole s, so
    rounding to nearest, whichever way ties go, finds it. Asymmetric positions i / s need `floor`, or
    `round_prefer_floor` when s is at most 2 and the only fraction is a tie.
    """
    if rounding not in REPEATING.get(coordinates, ()):
        return False
    return rounding == "floor" or coordinates != "asymmetric" or bool(np.all(scales <= 2))
