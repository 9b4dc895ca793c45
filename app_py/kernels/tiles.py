"""How a convolution is cut into parts, as `build/kernels/src/convolution.h` does it, and what a part costs."""

from dataclasses import dataclass

from app_py.kernels.network import Convolution
from app_py.kernels.packing import kind_of, lanes
from app_py.kernels.program import Kind

WORK = 3e8
"""Multiplications of a step: about 30 ms of one thread, so that a run can be stopped and its progress shown."""

_SIDE = {Kind.WINOGRAD: 4, Kind.BLOCKS: 3, Kind.UPSAMPLED: 2, Kind.DIRECT: 1}


def tile_side(kind: Kind) -> int:
    """Rows and columns of an output tile."""
    return _SIDE[kind]


@dataclass(frozen=True)
class PartShape:
    """Tiles of a part: `rows` down, and across as many as have `floats` numbers in a row, but 4 to `most`."""

    rows: int
    floats: int
    most: int


SHAPES = {
    Kind.WINOGRAD: PartShape(2, 768, 24),
    Kind.UPSAMPLED: PartShape(2, 768, 48),
    Kind.BLOCKS: PartShape(6, 10**6, 24),
    Kind.DIRECT: PartShape(4, 10**6, 64),
}
"""What keeps a part's transforms in the second-level cache; measured against others by `build bench --suite tiles`."""


def tile_shape(layer: Convolution, channels: int) -> tuple[int, int]:
    """Tiles down and across in a part."""
    shape = SHAPES[kind_of(layer)]
    return shape.rows, max(4, min(shape.most, shape.floats // channels))


def blocks(layer: Convolution) -> int:
    """3 x 3 blocks along a side of the kernel."""
    return -(-layer.kernel // 3)


def cost(layer: Convolution, channels: int, out: int, width: int) -> float:
    """Multiplications for a row of `width` pixels of output, with something for moving them."""
    kind = kind_of(layer)
    per_pixel = {
        Kind.WINOGRAD: 36 / 16,
        Kind.UPSAMPLED: 9 / 4,
        Kind.BLOCKS: 25 / 9 * blocks(layer) ** 2,
        Kind.DIRECT: float(layer.kernel**2),
    }[kind]
    return width * (per_pixel * channels * out + 8.0 * out + 16.0 * channels * layer.stride**2)


def source_rows(layer: Convolution, first: int, last: int, height: int) -> tuple[int, int]:
    """The rows of an input of `height` rows that are read for output rows first..last-1, whole tiles of them."""
    kind = kind_of(layer)
    side = tile_side(kind)
    tiles = -(-last // side)
    step, reach = {
        Kind.WINOGRAD: (4, 6),
        Kind.UPSAMPLED: (1, 3),
        Kind.BLOCKS: (3, 3 * blocks(layer) + 2),
        Kind.DIRECT: (layer.stride, layer.kernel),
    }[kind]
    doubled = layer.doubled and kind != Kind.UPSAMPLED
    top = layer.pads[0]
    low, high = first // side * step - top, (tiles - 1) * step + reach - top
    whole = height << doubled
    # Beyond the edge lie zeros, or rows as far within it as the padding reaches.
    if low < 0:
        high = max(high, min(whole, top + 1))
    if high > whole:
        low = min(low, whole - 1 - layer.pads[2])
    low, high = max(low, 0), min(high, whole)
    return (low >> 1, (high + 1) >> 1) if doubled else (low, high)


def slots(layer: Convolution, tiles: tuple[int, int], rows: tuple[int, int], width: int) -> int:
    """How many parts a step over some rows has."""
    side = tile_side(kind_of(layer))
    down = -(-rows[1] // side) - rows[0] // side
    across = -(-width // side)
    return -(-down // tiles[0]) * -(-across // tiles[1])


def scratch_bytes(layer: Convolution, channels: int, out: int) -> int:
    """A thread's own memory for a part: the patch, its transforms and the products."""
    kind = kind_of(layer)
    rows, cols = tile_shape(layer, channels)
    if kind == Kind.BLOCKS:
        down, across = rows + blocks(layer) - 1, cols + blocks(layer) - 1
        patch = (down * 3 + 2) * (across * 3 + 2) * channels
        floats = patch + 25 * (down * across * channels + 12) + 25 * cols * lanes(out)
    elif kind == Kind.DIRECT:
        floats = ((rows - 1) * layer.stride + layer.kernel) * ((cols - 1) * layer.stride + layer.kernel) * channels
    else:
        step, reach = (4, 6) if kind == Kind.WINOGRAD else (1, 3)
        patch = ((rows - 1) * step + reach) * ((cols - 1) * step + reach) * channels
        floats = patch + reach * reach * (rows * cols * (channels + out) + 32)
    return 4 * (floats + 64)
