"""Large kernels that the compiler split in two lines (its rule "large conv to lines"), made whole again; and kernels
that are not square, made square."""

from dataclasses import replace

import numpy as np

from app_py.kernels.network import Convolution, Padding, Weights


def merge_lines(first: Convolution | None, second: Convolution) -> Convolution:
    """`second`, or what both compute together, where they are lines across each other.

    y[o, i, j] = sum over m, u of B[o, m, u, 0] * (sum over c, v of A[m, c, 0, v] * x[c, i + u, j + v])
    is one kernel W[o, c, u, v] = sum over m of B[o, m, u, 0] * A[m, c, 0, v]. Between the two stands neither bias nor
    anything else, and each pads only along its own line, so that no zeros of the second are results of the first.
    """
    if first is None or not _are_lines(first, second):
        return _squared(second)
    upright = _extent(first)[0] > 1
    subscripts = "omzv,mcuz->ocuv" if upright else "omuz,mczv->ocuv"
    outer, inner = _own(second).astype(np.float64), _own(first).astype(np.float64)
    weights = np.einsum(subscripts, outer, inner, optimize=True).astype(np.float32)
    pads = tuple(a + b for a, b in zip(first.pads, second.pads, strict=True))
    padding = first.padding if any(first.pads) else second.padding
    whole = replace(second, input=first.input, weights=weights, padding=padding, doubled=first.doubled)
    return _squared(replace(whole, pads=(pads[0], pads[1], pads[2], pads[3])))


def replaces(first: Convolution | None, second: Convolution) -> bool:
    """Whether `merge_lines` takes `first` into the result."""
    return first is not None and _are_lines(first, second)


def _are_lines(first: Convolution, second: Convolution) -> bool:
    if (first.bias is not None and np.any(first.bias)) or first.stride != 1 or second.stride != 1:
        return False
    if second.input.change is not None or second.input.relu or second.doubled:
        return False
    tall, wide = _extent(first)
    tall2, wide2 = _extent(second)
    across = (tall == 1 and wide2 == 1) or (wide == 1 and tall2 == 1)
    pads_apart = not any(a and b for a, b in zip(first.pads, second.pads, strict=True))
    same_padding = not any(second.pads) or (
        second.padding == Padding.ZEROS and (not any(first.pads) or first.padding == Padding.ZEROS)
    )
    return across and pads_apart and same_padding and max(tall, tall2, wide, wide2) > 1


def _extent(layer: Convolution) -> tuple[int, int]:
    """The kernel's own height and width, before it was made square."""
    height, width = layer.weights.shape[2:]
    return int(height) - layer.lost[0], int(width) - layer.lost[1]


def _own(layer: Convolution) -> Weights:
    height, width = _extent(layer)
    return layer.weights[:, :, :height, :width]


def _squared(layer: Convolution) -> Convolution:
    height, width = layer.weights.shape[2:]
    side = max(height, width)
    if height == width:
        return layer
    lost = (side - height, side - width)
    weights = np.pad(layer.weights, ((0, 0), (0, 0), (0, lost[0]), (0, lost[1])))
    return replace(layer, weights=weights, lost=lost)
