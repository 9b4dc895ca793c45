"""Noise told from change."""

import numpy as np
import pytest

from app_py.live.fixed_point import ONE, to_fine
from app_py.live.motion import Motion, Shift
from app_py.live.weights import (
    EDGE_PX,
    FIRST_NOISE,
    INPUT_FLOOR,
    INPUT_RADIUS_PX,
    LEAST_NOISE,
    MOST_NOISE,
    MOVING_FLOOR,
    OUTPUT_FLOOR,
    blend,
    box_sum,
    difference,
    learn_noise,
    measure_noise,
    painting_floor,
    weights,
)
from tests.shared.support.scenes import seen, texture


def test_a_box_is_summed_as_far_as_its_radius_and_the_edge_goes_on() -> None:
    values = np.arange(35, dtype=np.int32).reshape(5, 7)
    for radius in (1, 2, 4):
        wide = np.pad(values, radius, mode="edge")
        side = 2 * radius + 1
        plain = [[wide[y : y + side, x : x + side].sum() for x in range(7)] for y in range(5)]
        np.testing.assert_array_equal(box_sum(values, radius), plain)


def test_weights_go_smoothly_from_the_floor_to_all() -> None:
    samples = 3 * (2 * INPUT_RADIUS_PX + 1) ** 2
    sums = np.array([[0, 1.7, 3.35, 5, 300]]) * FIRST_NOISE * samples
    (row,) = weights(np.floor(sums).astype(np.int32), INPUT_RADIUS_PX, INPUT_FLOOR, FIRST_NOISE)
    assert list(row) == [INPUT_FLOOR, INPUT_FLOOR, (INPUT_FLOOR + ONE) // 2, ONE, ONE]


def test_what_leaves_the_view_keeps_the_painting_that_it_had_within_it() -> None:
    height, width = 60, 90
    right = painting_floor((height, width), Motion(Shift(0, 3), 0))
    assert (right == right[0]).all()
    assert (right[0, : width - EDGE_PX] == MOVING_FLOOR).all()
    assert (np.diff(right[0, -EDGE_PX:]) <= 0).all()
    assert right[0, -1] == round(MOVING_FLOOR / EDGE_PX)
    up_left = painting_floor((height, width), Motion(Shift(-1, -1), 0))
    both = np.minimum(right[0, ::-1], painting_floor((height, width), Motion(Shift(-1, 0), 0)))
    np.testing.assert_array_equal(up_left, both)


@pytest.mark.parametrize("motion", [Motion(Shift(0, 0), 0), Motion(Shift(2, -1), 5)])
def test_a_scene_at_rest_and_one_of_another_brightness_take_on_new_paintings(motion: Motion) -> None:
    assert (painting_floor((20, 30), motion) == OUTPUT_FLOOR).all()


def test_each_place_may_have_a_floor_of_its_own() -> None:
    floors = np.array([[0, 10, 200]], np.int32)
    np.testing.assert_array_equal(weights(np.zeros((1, 3), np.int32), 1, floors, FIRST_NOISE), floors)


def noise_between(sigma: float, moving: float) -> int | None:
    """What is measured where `moving` of the picture's rows are another picture."""
    rng, picture = np.random.default_rng(6), texture(60, 80) * 0.8
    other = picture.copy()
    other[: int(60 * moving)] = texture(60, 80, seed=8)[: int(60 * moving)]
    before, now = to_fine(seen(picture, rng, sigma)), to_fine(seen(other, rng, sigma))
    return measure_noise(box_sum(difference(now, before), INPUT_RADIUS_PX))


@pytest.mark.parametrize("moving", [0, 0.3, 0.6])
@pytest.mark.parametrize("sigma", [1.5, 3, 6])
def test_noise_is_estimated_though_something_moves(sigma: float, moving: float) -> None:
    measured = noise_between(sigma, moving)
    # Of the difference of two frames with noise sigma, the mean is 2 / sqrt(pi) * sigma.
    assert measured is not None
    assert measured / 256 == pytest.approx(1.128 * sigma, rel=0.15)


def test_a_picture_that_a_program_drew_has_no_noise_to_measure() -> None:
    assert noise_between(0, 0) is None


def test_noise_is_learnt_slowly_and_within_limits() -> None:
    assert learn_noise(800, 400) == 750
    assert learn_noise(800, 8000) == 816
    assert learn_noise(LEAST_NOISE, 0) == LEAST_NOISE
    assert learn_noise(MOST_NOISE, 16000) == MOST_NOISE


def test_blending_does_not_stand_still_below_a_level() -> None:
    before, now = np.zeros((1, 1, 3), np.int32), np.full((1, 1, 3), 256, np.int32)
    for _ in range(40):
        before = blend(before, now, np.full((1, 1), INPUT_FLOOR, np.int32))
    assert 256 - before.max() <= 4
