"""Pad, Resize and Upsample: pixels that a convolution reads beside or between those there are."""

from dataclasses import replace

from app_py.kernels.features import Read
from app_py.kernels.network import Padding
from app_py.kernels.onnx_graph import Node
from app_py.kernels.operators.inputs import Inputs, array, feature, unenlarged, unpadded
from app_py.kernels.refusal import Refusal

ROUNDED = ("round_prefer_floor", "round_prefer_ceil")
EACH_PIXEL_TWICE = {
    "half_pixel": ROUNDED,
    "pytorch_half_pixel": ROUNDED,
    "half_pixel_symmetric": ROUNDED,
    "align_corners": ROUNDED,
    "asymmetric": ("floor", "round_prefer_floor"),
}
"""Of Resize's nearest neighbour with a scale of 2: how coordinates are transformed -> how they may be rounded."""


def pad(node: Node, inputs: Inputs) -> Read:
    x = unpadded(feature(inputs))
    amounts = node.integers("pads") or node.integers("paddings")
    given = array(inputs, 1)
    if given is not None:
        amounts = [int(side) for side in given.reshape(-1)]
    axes = array(inputs, 3)
    if amounts is not None and axes is not None:
        spread = [0] * 8
        for i, axis in enumerate(axes.reshape(-1).tolist()):
            spread[axis % 4], spread[axis % 4 + 4] = amounts[i], amounts[i + len(axes)]
        amounts = spread
    if amounts is None or len(amounts) != 8 or min(amounts) < 0:
        raise Refusal("pads by amounts that cannot be read, or cuts")
    height, width = (1, 2) if x.channels_last else (2, 3)
    if any(amounts[i] for i in range(8) if i % 4 not in (height, width)):
        raise Refusal("pads other axes than height and width")
    if not any(amounts):
        return x
    mode = node.text("mode", "constant")
    if mode not in ("constant", "reflect", "edge"):
        raise Refusal("pads by the mode '{mode}'; expected constant, reflect or edge", mode=mode)
    value = array(inputs, 2)
    filling = float(value.reshape(-1)[0]) if value is not None and value.size else node.number("value", 0.0)
    if mode == "constant" and filling != 0:
        raise Refusal("pads with {number}; expected 0", number=f"{filling:g}")
    padding = {"constant": Padding.ZEROS, "reflect": Padding.REFLECT, "edge": Padding.EDGE}[mode]
    return replace(x, padding=padding, pads=(amounts[height], amounts[width], amounts[4 + height], amounts[4 + width]))


def enlarge(node: Node, inputs: Inputs) -> Read:
    x = unenlarged(feature(inputs))
    if node.text("mode", "nearest") != "nearest":
        raise Refusal("enlarges by the mode '{mode}'; expected nearest", mode=node.text("mode", ""))
    where = node.text("coordinate_transformation_mode", "half_pixel")
    rounding = node.text("nearest_mode", "round_prefer_floor")
    # Resize of opset 10, which has neither roi nor modes, and Upsample take each pixel twice.
    if node.op == "Resize" and len(inputs) > 2 and rounding not in EACH_PIXEL_TWICE.get(where, ()):
        raise Refusal(
            "chooses pixels by '{where}' and '{rounding}', which is not each pixel twice",
            where=where,
            rounding=rounding,
        )
    scales = _scales(node, inputs)
    if scales is None or len(scales) != 4:
        raise Refusal("enlarges to a size that is computed while the model runs; expected constant scales")
    expected = [1.0, 2.0, 2.0, 1.0] if x.channels_last else [1.0, 1.0, 2.0, 2.0]
    if scales != expected:
        raise Refusal("enlarges by {scales}; expected twice", scales=scales)
    return replace(x, doubled=True)


def _scales(node: Node, inputs: Inputs) -> list[float] | None:
    listed = node.numbers("scales")
    if listed:
        return listed
    for index in (2, 1):
        value = array(inputs, index) if index < len(inputs) else None
        if value is not None and value.size == 4 and value.dtype.kind == "f":
            return [float(scale) for scale in value.reshape(-1)]
    return None
