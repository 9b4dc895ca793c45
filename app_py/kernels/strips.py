"""How a pass goes down the picture: which rows of which layer of a chain are computed next, and how many are held."""

from collections.abc import Sequence
from dataclasses import dataclass

from app_py.kernels.network import Convolution, Ending
from app_py.kernels.packing import kind_of
from app_py.kernels.residence import Item, Residence
from app_py.kernels.tiles import WORK, cost, source_rows, tile_shape, tile_side

STRIP_PX = 128 * 1024
"""Pixels of the last layer in a strip: enough for all threads, few enough that rows between layers stay cached."""

ENDING_ROWS = 12
"""Rows of the finished picture that are taken at once, where nothing else says so."""


@dataclass(frozen=True)
class Strip:
    """Rows `first` to `last` - 1 of the item at `place` in a chain; `lowest` is the first row that they read."""

    place: int
    first: int
    last: int
    lowest: int


def strip_rows(residence: Residence, chain: Sequence[Item]) -> int:
    """Rows of a strip of a chain's last layer: of one alone as many as `WORK` allows, else what the cache does."""
    last = chain[-1]
    height, width = residence.size_of(last)
    side = ENDING_ROWS
    if isinstance(last, Convolution):
        side = tile_side(kind_of(last)) * tile_shape(last, residence.channels_in(last))[0]
    if len(chain) == 1 and isinstance(last, Convolution):
        rows = int(WORK // cost(last, residence.channels_in(last), residence.lanes(last.output), width))
    else:
        rows = STRIP_PX * height // max(_pixels(residence, item) for item in chain)
    return min(height, max(1, rows // side) * side)


def lead(residence: Residence, layer: Convolution) -> int:
    """By how many rows an output that follows its input overtakes nothing that is still to be read."""
    return strip_rows(residence, [layer]) + layer.pads[0]


def plan_strips(residence: Residence, chain: Sequence[Item]) -> list[Strip]:
    """The strips of all layers of a chain in the order of computing."""
    band = strip_rows(residence, chain)
    height = residence.size_of(chain[-1])[0]
    done = [0] * len(chain)
    strips: list[Strip] = []
    for end in range(band, height + band, band):
        need, lows = list(done), [0] * len(chain)
        need[-1] = min(end, height)
        for i in range(len(chain) - 1, 0, -1):
            if need[i] == done[i]:
                continue
            lows[i], high = _read_rows(residence, chain[i], done[i], need[i])
            before = chain[i - 1]
            assert isinstance(before, Convolution)
            side = tile_side(kind_of(before))
            need[i - 1] = max(done[i - 1], min(-(-high // side) * side, residence.size_of(before)[0]))
        strips += [Strip(i, done[i], need[i], lows[i]) for i in range(len(chain)) if need[i] > done[i]]
        done = need
    return strips


def rows_held(strips: Sequence[Strip], place: int) -> int:
    """How many rows of a layer the strips of the next one need at a time."""
    held = done = 0
    for strip in strips:
        if strip.place == place:
            done = strip.last
        elif strip.place == place + 1:
            held = max(held, done - strip.lowest)
    return held


def _read_rows(residence: Residence, item: Item, first: int, last: int) -> tuple[int, int]:
    if isinstance(item, Ending):
        return first, last
    return source_rows(item, first, last, residence.sizes[item.input.tensor][0])


def _pixels(residence: Residence, item: Item) -> int:
    height, width = residence.size_of(item)
    return height * width
