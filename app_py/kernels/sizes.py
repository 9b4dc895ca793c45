"""Height and width of every tensor of a network, for a picture of one size."""

from app_py.kernels.network import Convolution, Padding, Sum
from app_py.kernels.packing import Packed
from app_py.onnxruntime.errors import InvalidArgument

Sizes = list[tuple[int, int]]
"""Height and width by tensor."""


def tensor_sizes(packed: Packed, height: int, width: int) -> Sizes:
    """The sizes for a picture of `height` by `width` px.

    Raises `InvalidArgument` where the network does not take such a picture ('picture-too-small' where its padding reads
    beyond it).
    """
    network = packed.network
    for given, fixed in zip((height, width), network.input.sides, strict=True):
        if fixed is not None and fixed != given:
            raise InvalidArgument(
                "The model takes pictures of {fixed} px a side only, and was given {given} px.",
                fixed=fixed,
                given=given,
            )
    sizes = [(0, 0)] * len(network.channels)
    sizes[0] = (height, width)
    for layer in network.layers:
        if isinstance(layer, Sum):
            first, second = sizes[layer.first.tensor], sizes[layer.second.tensor]
            if first != second:
                raise InvalidArgument("At this size {node} would add tensors of different sides.", node=layer.node)
            sizes[layer.output] = first
        else:
            sizes[layer.output] = _convolved(layer, sizes[layer.input.tensor])
    return sizes


def _convolved(layer: Convolution, size: tuple[int, int]) -> tuple[int, int]:
    height, width = (side << layer.doubled for side in size)
    top, left, bottom, right = layer.pads
    if layer.padding == Padding.REFLECT and (max(top, bottom) >= height or max(left, right) >= width):
        raise _too_small(layer)
    made = [
        (side + before + after - (layer.kernel - lost)) // layer.stride + 1
        for side, before, after, lost in ((height, top, bottom, layer.lost[0]), (width, left, right, layer.lost[1]))
    ]
    if min(made) < 1:
        raise _too_small(layer)
    return made[0], made[1]


def _too_small(layer: Convolution) -> InvalidArgument:
    return InvalidArgument(
        "The picture is too small for this network: {node} would read beyond it.",
        node=layer.node,
        code="picture-too-small",
    )
