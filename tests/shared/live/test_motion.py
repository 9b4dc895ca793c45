"""The shift and the fade of a scene."""

import itertools

import numpy as np
import pytest

from app_py.live.fixed_point import luma_of
from app_py.live.motion import NO_SHIFT, Motion, Shift, estimate_motion, sampling_step
from tests.shared.support.scenes import pan, passing, seen, still, texture

STEPS = [(0, 1), (1, 0), (-1, 0), (0, -4), (4, 0), (3, -2), (-4, -4)]


@pytest.mark.parametrize("step", STEPS)
def test_a_pan_of_whole_pixels_is_found_on_both_axes(step: tuple[int, int]) -> None:
    before, now = map(luma_of, pan(60, 90, 2, step))
    assert estimate_motion(now, before) == Motion(Shift(-step[0], -step[1]), 0)


def test_a_pan_of_a_pixel_and_a_half_is_one_or_two() -> None:
    before, now = map(luma_of, pan(60, 90, 2, (0, 1.5)))
    assert estimate_motion(now, before).shift in (Shift(0, -1), Shift(0, -2))


def test_noise_moves_nothing() -> None:
    before, now = map(luma_of, still(60, 90, 2))
    assert estimate_motion(now, before) == Motion(NO_SHIFT, 0)
    grey = np.full((60, 90, 3), 128.0)
    rng = np.random.default_rng(4)
    for _ in range(10):
        assert estimate_motion(luma_of(seen(grey, rng)), luma_of(seen(grey, rng))).shift == NO_SHIFT


def test_what_passes_does_not_take_the_scene_with_it() -> None:
    frames = [luma_of(frame) for frame, _ in passing(60, 90, 6)]
    for before, now in itertools.pairwise(frames):
        assert estimate_motion(now, before) == Motion(NO_SHIFT, 0)


@pytest.mark.parametrize("levels", [-20, -2, 2, 60])
def test_a_fade_is_the_median_and_hides_no_shift(levels: int) -> None:
    whole, rng = texture(70, 90) * 0.5 + 60, np.random.default_rng(5)
    before, now = luma_of(seen(whole[2:62], rng)), luma_of(seen(whole[:60] + levels, rng))
    motion = estimate_motion(now, before)
    assert motion.shift == Shift(2, 0)
    assert abs(motion.fade - levels) <= 1


def test_a_tiny_picture_has_not_moved() -> None:
    before = luma_of(np.full((8, 8, 3), 10, np.uint8))
    assert estimate_motion(before + 5, before) == Motion(NO_SHIFT, 5)


def test_the_number_of_samples_does_not_grow_with_the_picture() -> None:
    assert sampling_step((100, 100)) == 1
    assert sampling_step((1080, 1920)) == 11
