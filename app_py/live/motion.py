"""How the scene as a whole moved and brightened from one frame to the next."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from app_py.live.fixed_point import Luma, quantile

REACH_PX = 4
"""Shifts are looked for up to this many pixels on both axes."""

SAMPLES = 20_000
"""About as many pixels are compared for each shift."""

CLIPPED_AT = 32
"""No pixel counts for more than this difference: what passes through the scene must not pull the scene with it."""

BETTER_PERCENT = 95
"""Another shift than none must leave at most this part of the difference: noise alone prefers no direction."""


ROUNDS = 2
"""The fade is first taken from frames that are not yet aligned; where that was wrong, the shift is looked for again."""


class Shift(NamedTuple):
    """How far things moved, in pixels: down and to the right."""

    down: int
    right: int


NO_SHIFT = Shift(0, 0)


class Motion(NamedTuple):
    """`fade` is by how many levels (-255..255) most of the scene became brighter."""

    shift: Shift
    fade: int


def estimate_motion(now: Luma, before: Luma) -> Motion:
    """The shift, of whole pixels up to `REACH_PX`, and the fade that explain `now` best by `before`.

    The fade is a median, so it is that of most of the picture. Pictures too small to be searched have not moved.
    """
    step = sampling_step(now.shape)
    motion = Motion(NO_SHIFT, _fade(now, before, NO_SHIFT, step))
    if min(now.shape) <= 4 * REACH_PX:
        return motion
    for _ in range(ROUNDS):
        shift = _best_shift(now, before, motion.fade, step)
        found = Motion(shift, _fade(now, before, shift, step))
        if found.fade == motion.fade:
            return found
        motion = found
    return motion


def sampling_step(shape: tuple[int, ...]) -> int:
    """Every how many pixels, on both axes, a picture `(H, W)` is looked at."""
    height, width = shape
    step = 1
    while (height // step) * (width // step) > SAMPLES:
        step += 1
    return step


def _difference(now: Luma, before: Luma, shift: Shift, step: int) -> npt.NDArray[np.int32]:
    """What became brighter, at sampled places at least `REACH_PX` from every edge (all places of tiny pictures)."""
    height, width = now.shape
    edge = REACH_PX if min(now.shape) > 4 * REACH_PX else 0
    seen = now[edge : height - edge : step, edge : width - edge : step]
    top, left = edge - shift.down, edge - shift.right
    was = before[top : top + height - 2 * edge : step, left : left + width - 2 * edge : step]
    return seen - was


def _best_shift(now: Luma, before: Luma, fade: int, step: int) -> Shift:
    reach = range(-REACH_PX, REACH_PX + 1)
    costs = {shift: _cost(now, before, shift, fade, step) for shift in (Shift(y, x) for y in reach for x in reach)}
    best = min(costs, key=lambda shift: costs[shift])
    return best if costs[best] * 100 < costs[NO_SHIFT] * BETTER_PERCENT else NO_SHIFT


def _cost(now: Luma, before: Luma, shift: Shift, fade: int, step: int) -> int:
    return int(np.minimum(np.abs(_difference(now, before, shift, step) - fade), CLIPPED_AT).sum())


def _fade(now: Luma, before: Luma, shift: Shift, step: int) -> int:
    return quantile(_difference(now, before, shift, step) + 255, 511, 1, 2) - 255
