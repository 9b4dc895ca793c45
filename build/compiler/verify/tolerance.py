"""Whether a lowered graph's output may differ from its source's by as much as it does.

Three things decide, for each output by itself:

- the numbers around an element: what is beside it along each axis, where those are enough to tell. Boxes of hundreds of
  pixels and scores below one often lie in one tensor, and a tolerance of the boxes would let any score pass;
- an absolute floor, a few units in the last place of 1: what cancels out leaves as much;
- the source's own sensitivity: how far its outputs move without onnxruntime's optimizations, or when its inputs move by
  one unit in the last place. It is asked only where the other two are exceeded.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from build.compiler.verify.session import Array, Difference, errors_of

# Of the numbers around an element: sums in another order differ in the last bits of float32, and depth adds up.
TOLERANCE = 1e-4
HALF_TOLERANCE = 2e-2
# Units in the last place of 1, in float32.
FLOOR = 2.4e-7
# So many numbers, drawn at random, tell how far from zero others of their kind reach.
ENOUGH = 16
# The largest errors may be so much larger than the source's largest own, and so many times as many.
LARGER, MORE = 8.0, 4
# Where half of all numbers move by more than this part of their size, a comparison says nothing.
CHAOS = 0.05

Errors = NDArray[np.float64]


@dataclass(frozen=True)
class Verdict:
    """How one output compares: `ratio` is the worst error over what is allowed there, so more than 1 is too much."""

    index: int
    difference: Difference
    ratio: float
    allowed: float
    chaotic: bool = False

    @property
    def passed(self) -> bool:
        return self.ratio <= 1


def judge(index: int, found: Array, expected: Array, tolerance: float) -> tuple[Verdict, Errors]:
    """The verdict by tolerance and floor alone, and every element's error over what is allowed there."""
    difference = Difference.between(np.asarray(found, np.float32), np.asarray(expected, np.float32))
    ratios, allowed = _ratios(found, expected, tolerance)
    worst = int(ratios.argmax()) if ratios.size else 0
    return Verdict(
        index, difference, float(ratios.max(initial=0)), float(allowed.reshape(-1)[worst]) if ratios.size else 0.0
    ), ratios


def judge_by_sensitivity(
    verdict: Verdict, ratios: Errors, expected: Array, moved: Sequence[Array], tolerance: float
) -> Verdict:
    """The verdict where the source may differ from itself as well: `moved` are its outputs under small changes.

    The k-th largest error may be `LARGER` times the (k / `MORE`)-th largest of the source's own.
    """
    own = np.zeros(ratios.size)
    for other in moved:
        own = np.maximum(own, _ratios(other, expected, tolerance)[0].reshape(-1))
    mine, theirs = -np.sort(-ratios.reshape(-1)), -np.sort(-own)
    bounds = np.maximum(1.0, LARGER * theirs[np.arange(mine.size) // MORE])
    ratio = float(np.max(np.where(np.isinf(mine) & np.isinf(bounds), 1.0, mine / bounds), initial=0))
    chaotic = bool(theirs.size and theirs[theirs.size // 2] * tolerance > CHAOS)
    return Verdict(
        verdict.index, verdict.difference, ratio, verdict.allowed * float(bounds[:1].max(initial=1)), chaotic
    )


def _ratios(found: Array, expected: Array, tolerance: float) -> tuple[Errors, Errors]:
    """Errors over what is allowed at each element, and what that is. Whole numbers and truths must be equal."""
    errors = errors_of(np.asarray(found, np.float32), np.asarray(expected, np.float32))
    if not np.issubdtype(expected.dtype, np.floating):
        return np.where(found != expected, np.inf, 0.0), np.zeros(expected.shape)
    allowed = np.maximum(tolerance * _around(np.asarray(expected, np.float64)), FLOOR)
    return errors / allowed, allowed


def _around(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far from zero the finite numbers reach that share an element's place along an axis: the least of all axes."""
    sizes = np.where(np.isfinite(values), np.abs(values), 0.0)
    scale = np.full(values.shape, sizes.max(initial=0.0))
    for axis in range(1, values.ndim):
        if sizes.size >= ENOUGH * sizes.shape[axis] > 0:
            others = tuple(other for other in range(values.ndim) if other != axis)
            scale = np.minimum(scale, sizes.max(axis=others, keepdims=True))
    return scale
