"""Measures of a network that need no other network: checkerboards, steadiness, cost."""

import time

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from build.models.export.network import SIDE_MULTIPLE

# Luma of ITU-R BT.601, as the eye weighs red, green and blue.
LUMA = (0.299, 0.587, 0.114)
TILE_PX = 64
# The network's strides and upsamplings repeat every 2 and every 4 px: at these parts of a tile's spectrum.
STRIDE_BINS = tuple(TILE_PX * k // SIDE_MULTIPLE for k in range(SIDE_MULTIPLE))
NEIGHBOUR_BINS = range(-5, 6)
NEAREST_NEIGHBOUR = 3
EDGE_PX = 16
TIMED_RUNS = 5

Picture = NDArray[np.uint8]


def checkerboard(picture: Picture) -> float:
    """The strength of what repeats every 2 or 4 px in an RGB picture `(H,W,3)`, in grey levels (root mean square).

    The spectra of windowed tiles are averaged; at each stride frequency, the energy above that of the surrounding
    frequencies counts. Odena et al. 2016 tell where such patterns come from. H and W must be at least 64.
    """
    grey = picture.astype(np.float64) @ np.array(LUMA)
    window = np.outer(np.hanning(TILE_PX), np.hanning(TILE_PX))
    starts_y = range(0, grey.shape[0] - TILE_PX + 1, TILE_PX // 2)
    starts_x = range(0, grey.shape[1] - TILE_PX + 1, TILE_PX // 2)
    tiles = np.stack([grey[y : y + TILE_PX, x : x + TILE_PX] for y in starts_y for x in starts_x])
    tiles -= tiles.mean((1, 2), keepdims=True)
    # Parseval: the mean square of a windowed tile is the sum of these energies.
    energy = (np.abs(np.fft.fft2(tiles * window)) ** 2).mean(0) / (window**2).sum() / TILE_PX**2
    excess = 0.0
    for v in STRIDE_BINS:
        for u in STRIDE_BINS:
            if u or v:
                excess += max(0.0, _line_energy(energy, v, u))
    return float(np.sqrt(excess))


def _line_energy(energy: NDArray[np.float64], v: int, u: int) -> float:
    """The energy of a spectral line (3x3 bins, as wide as the window makes it) above that of its surroundings."""
    offsets = [(dv, du) for dv in NEIGHBOUR_BINS for du in NEIGHBOUR_BINS]
    near = [energy[(v + dv) % TILE_PX, (u + du) % TILE_PX] for dv, du in offsets if max(abs(dv), abs(du)) <= 1]
    far = [
        energy[(v + dv) % TILE_PX, (u + du) % TILE_PX]
        for dv, du in offsets
        if max(abs(dv), abs(du)) >= NEAREST_NEIGHBOUR
    ]
    return float(np.sum(near) - len(near) * np.median(far))


def shift_change(network: nn.Module, photo: torch.Tensor) -> float:
    """The mean change, of 255, of the painting when the photo moves by one pixel and the painting is moved back.

    `photo` is `[1,3,H,W]`, 0..255, sides multiples of 4. A video of a still scene would flicker by as much.
    """
    with torch.no_grad():
        still = network(photo).clamp(0, 255)
        moved = network(torch.roll(photo, (1, 1), (2, 3))).clamp(0, 255)
    back = torch.roll(moved, (-1, -1), (2, 3))
    inner = (slice(None), slice(None), slice(EDGE_PX, -EDGE_PX), slice(EDGE_PX, -EDGE_PX))
    return float((still[inner] - back[inner]).abs().mean())


def cpu_ms(network: nn.Module, side_px: int) -> float:
    """Processor milliseconds, over all threads, that torch needs here for a square picture, the best of some runs.

    Processor time tells networks apart even where other programs keep the machine busy.
    """
    photo = torch.zeros(1, 3, side_px, side_px)
    times = []
    with torch.no_grad():
        for _ in range(TIMED_RUNS):
            start = time.process_time()
            network(photo)
            times.append(time.process_time() - start)
    return 1000 * min(times)
