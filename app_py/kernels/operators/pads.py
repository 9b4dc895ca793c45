"""How a convolution is padded: by itself, or by the Pad before it."""

from app_py.kernels.features import Feature
from app_py.kernels.network import Padding
from app_py.kernels.onnx_graph import Node
from app_py.kernels.refusal import Refusal


def read_pads(node: Node, x: Feature, shape: tuple[int, ...]) -> tuple[Padding, tuple[int, int, int, int]]:
    """Of the convolution and of what was padded before it."""
    automatic = node.text("auto_pad", "NOTSET")
    own = node.integers("pads") or [0, 0, 0, 0]
    if automatic in ("SAME_UPPER", "SAME_LOWER"):
        if (node.integers("strides") or [1])[0] != 1:
            raise Refusal("pads by {automatic} with a stride, which depends on the picture's size", automatic=automatic)
        total = [side - 1 for side in shape[2:]]
        less, more = [side // 2 for side in total], [side - side // 2 for side in total]
        own = [*less, *more] if automatic == "SAME_UPPER" else [*more, *less]
    if len(own) != 4 or min(own) < 0:
        raise Refusal("has pads that are not four numbers from 0")
    if not any(own):
        return x.padding if x.padding is not None else Padding.ZEROS, x.pads
    if x.padded:
        raise Refusal("pads what was padded before")
    return Padding.ZEROS, (own[0], own[1], own[2], own[3])
