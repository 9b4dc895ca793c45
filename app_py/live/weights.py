"""Where a frame differs from the last one by more than noise, and how much noise there is."""

import numpy as np
import numpy.typing as npt

from app_py.live.fixed_point import ONE, Fine, Weights, quantile
from app_py.live.motion import NO_SHIFT, Motion

INPUT_RADIUS_PX = 2
OUTPUT_RADIUS_PX = 4
INPUT_FLOOR = 26
"""At least 0.10 of the new frame, in 1/256: with 0.15 some networks keep more than a tenth of the flicker."""
OUTPUT_FLOOR = 90
"""At least 0.35 of the new painting, in 1/256."""
MOVING_FLOOR = 20
"""At least 0.08 of it while the scene as a whole moves: what came into view is painted a little otherwise each time."""
EDGE_PX = 32
"""So near to the edges a network paints otherwise than within the picture, since it does not see what is beyond."""

LOW = 1.7
HIGH = 5.0
"""Differences up to `LOW` times the noise are noise, from `HIGH` times on they are change; between, a smooth step."""

FIRST_NOISE = 600
"""The noise that is assumed before any was seen: 2.3 levels, in 1/256. Sensor noise of sigma 3 gives as much."""
LEAST_NOISE, MOST_NOISE = 320, 2048
SLOWEST = 3
"""A new estimate counts for 1/8."""
FASTEST_RISE = 16
"""What rises faster, in 1/256 of a level a frame, is not noise."""
STILLEST = 64
"""Places that differ by less than a quarter of a level are overexposed or drawn by a program: they tell nothing."""


def difference(now: Fine, before: Fine) -> Weights:
    """The sum over the channels of what differs, int32 `(H, W)`, 0..3 * 65280."""
    differs: Fine = np.abs(now - before)
    return differs[:, :, 0] + differs[:, :, 1] + differs[:, :, 2]


def box_sum(values: Weights, radius: int) -> Weights:
    """The sum over a square of `2 * radius + 1` pixels a side; beyond the edges the edge goes on."""
    height, width = values.shape
    wide = np.pad(values, radius, mode="edge")
    rows = wide[:height].copy()
    for row in range(1, 2 * radius + 1):
        rows += wide[row : row + height]
    sums = rows[:, :width].copy()
    for column in range(1, 2 * radius + 1):
        sums += rows[:, column : column + width]
    return sums


def painting_floor(shape: tuple[int, int], motion: Motion) -> Weights:
    """The least weights of a new painting, int32 `(H, W)`, for a scene that moved so.

    Next to an edge at which the scene leaves the view they go down to nothing: what was painted there before, further
    within the picture, is the better painting. With a fade the old painting has another brightness, and no claim.
    """
    height, width = shape
    if motion.shift == NO_SHIFT or motion.fade != 0:
        return np.full(shape, OUTPUT_FLOOR, np.int32)
    rows, columns = _to_edge(height, motion.shift.down), _to_edge(width, motion.shift.right)
    reach = np.minimum(rows[:, np.newaxis], columns[np.newaxis])
    return (MOVING_FLOOR * reach + EDGE_PX // 2) // EDGE_PX


def _to_edge(length: int, shift: int) -> npt.NDArray[np.int32]:
    """How far each place is from the edge that a shift goes towards, 1..`EDGE_PX`."""
    places = np.arange(1, length + 1, dtype=np.int32)
    if shift == 0:
        return np.full(length, EDGE_PX, np.int32)
    return np.minimum(places[::-1] if shift > 0 else places, EDGE_PX)


def weights(sums: Weights, radius: int, floor: int | Weights, noise: int) -> Weights:
    """How much of the new one: `floor` where nothing but noise differs, 256 where the scene changed.

    Args:
        sums: what `box_sum` gives for this radius.
        floor: one for all places, or one for each.
        noise: in 1/256 of a level.
    """
    samples = np.float32(3 * (2 * radius + 1) ** 2)
    low = np.float32(LOW) * np.float32(noise) * samples
    high = np.float32(HIGH) * np.float32(noise) * samples
    step = (sums.astype(np.float32) - low) * (np.float32(1) / (high - low))
    np.clip(step, 0, 1, out=step)
    smooth = step * step * (np.float32(3) - np.float32(2) * step)
    least = np.asarray(floor, np.int32)
    scaled: npt.NDArray[np.int32] = (smooth * (ONE - least).astype(np.float32) + np.float32(0.5)).astype(np.int32)
    return scaled + least


def measure_noise(sums: Weights) -> int | None:
    """The noise of a scene that stands still for the most part, in 1/256 of a level; None where it cannot be told.

    It is what a quarter of the places do not exceed, so three quarters of the picture may move.

    Args:
        sums: `box_sum` of `difference` with `INPUT_RADIUS_PX`.
    """
    mean = sums // (3 * (2 * INPUT_RADIUS_PX + 1) ** 2)
    telling = mean[mean >= STILLEST]
    if telling.size * 10 < mean.size:
        return None
    # In 1/16 of a level, up to 64 levels.
    return (quantile(np.minimum(telling >> 4, 1023), 1024, 1, 4) << 4) + 8


def learn_noise(known: int, measured: int) -> int:
    """The noise to go on with: it follows slowly, and rises slower still."""
    change = min((measured - known) >> SLOWEST, FASTEST_RISE)
    return min(max(known + change, LEAST_NOISE), MOST_NOISE)


def blend(before: Fine, now: Fine, weight: Weights) -> Fine:
    """`before` where the weight is 0, `now` where it is 256; rounded half up."""
    return before + (((now - before) * weight[:, :, np.newaxis] + 128) >> 8)
