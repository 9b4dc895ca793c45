"""Steady: paints what moves without flicker. In numpy: the host uses it, the page's WebAssembly is tested against it.

Noise that nobody sees makes a painting flicker, and so does every motion that is no multiple of the network's strides.
So each frame is blended with the last ones wherever it does not differ by more than noise (after taking back how the
scene as a whole moved and brightened), painted at a place where the scene keeps to the lattice of the strides, and the
painting is blended with the last one in the same way.
"""

from dataclasses import dataclass

import numpy as np

from app_py.live.fixed_point import ONE, TOP, Fine, Frame, Levels, Weights, luma_of, to_fine, to_frame, to_levels
from app_py.live.lattice import Lattice, moved, place_in, take_out, uncover
from app_py.live.motion import NO_SHIFT, Motion, Shift, estimate_motion
from app_py.live.weights import (
    FIRST_NOISE,
    HIGH,
    INPUT_FLOOR,
    INPUT_RADIUS_PX,
    OUTPUT_RADIUS_PX,
    blend,
    box_sum,
    difference,
    learn_noise,
    measure_noise,
    painting_floor,
    weights,
)
from app_py.photo.sizing import Size

CUT_PERCENT = 65
"""Where more of the picture than this has changed, it is another scene."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A frame that is being painted: where it lies in the network's picture, and how to blend its painting."""

    size: Size
    place: Shift
    shift: Shift
    weight: Weights | None


class Steady:
    """Takes frames and gives steady paintings, in turns: `take`, paint what it gave, `give`."""

    def __init__(self) -> None:
        self.noise = FIRST_NOISE
        """In 1/256 of a level."""
        self.motion = Motion(NO_SHIFT, 0)
        """Of the last frame."""
        self._lattice = Lattice()
        self._frame: Fine | None = None
        self._painting: Fine | None = None
        self._pending: _Pending | None = None

    def take(self, frame: Frame) -> Levels:
        """The picture to paint for a frame.

        Args:
            frame: uint8 `(H, W, 3)`; one of another size than the last begins a new scene.

        Returns:
            float32 `(H', W', 3)`, 0..255, of `lattice_size`.
        """
        size, now = Size(*frame.shape[:2]), to_fine(frame)
        weight = None
        if self._frame is not None and self._frame.shape == now.shape:
            now, weight = self._blend(now, self._frame)
        if weight is None:
            self.motion, self._painting = Motion(NO_SHIFT, 0), None
        self._frame = now
        self._lattice.move(self.motion.shift)
        self._pending = _Pending(size, self._lattice.place, self.motion.shift, weight)
        return place_in(to_levels(now), self._lattice.place)

    def give(self, picture: Frame) -> Frame:
        """The painting to show, uint8 `(H, W, 3)`, for the painting of what `take` gave, uint8 `(H', W', 3)`."""
        pending = self._pending
        if pending is None:
            raise ValueError("give() belongs to a take() before it")
        self._pending = None
        painting = to_fine(take_out(picture, pending.place, pending.size))
        if self._painting is not None and pending.weight is not None:
            painting = blend(moved(self._painting, pending.shift), painting, pending.weight)
        self._painting = painting
        return to_frame(painting)

    def forget_paintings(self) -> None:
        """The next painting is of another style: it is shown as it is."""
        self._painting = None

    def _blend(self, now: Fine, before: Fine) -> tuple[Fine, Weights | None]:
        """The frame blended with the last one, and the weights for its painting; None for another scene."""
        self.motion = estimate_motion(luma_of(to_frame(now)), luma_of(to_frame(before)))
        shift, fade = self.motion
        before = np.clip(moved(before, shift) + fade * ONE, 0, TOP)
        differs = difference(now, before)
        sums = box_sum(differs, INPUT_RADIUS_PX)
        if _is_cut(sums, self.noise):
            return now, None
        if shift == NO_SHIFT and fade == 0 and (measured := measure_noise(sums)) is not None:
            self.noise = learn_noise(self.noise, measured)
        weight = weights(sums, INPUT_RADIUS_PX, INPUT_FLOOR, self.noise)
        floor = painting_floor(sums.shape, self.motion)
        for_painting = weights(box_sum(differs, OUTPUT_RADIUS_PX), OUTPUT_RADIUS_PX, floor, self.noise)
        for values in (weight, for_painting):
            uncover(values, shift, ONE)
        return blend(before, now, weight), for_painting


def _is_cut(sums: Weights, noise: int) -> bool:
    changed = np.float32(HIGH) * np.float32(noise) * np.float32(3 * (2 * INPUT_RADIUS_PX + 1) ** 2)
    return int((sums.astype(np.float32) > changed).sum()) * 100 > sums.size * CUT_PERCENT
