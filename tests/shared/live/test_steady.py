"""Steady as a whole, with a network that changes nothing: what it shows is what would be painted."""

import numpy as np
import pytest

from app_py.live.fixed_point import Frame, Levels
from app_py.live.lattice import lattice_size
from app_py.live.motion import Shift
from app_py.live.steady import Steady
from app_py.photo.sizing import Size
from tests.shared.support.scenes import flicker, passing, seen, still, texture

HEIGHT, WIDTH = 62, 90


def painted(picture: Levels) -> Frame:
    """What a network gives that changes nothing."""
    return np.rint(picture).astype(np.uint8)


def shown(frames: list[Frame], steady: Steady | None = None) -> list[Frame]:
    steady = steady or Steady()
    return [steady.give(painted(steady.take(frame))) for frame in frames]


def off(image: Frame, target: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(image.astype(float) - target))


def test_the_first_frame_is_shown_as_it_is() -> None:
    (frame,) = still(HEIGHT, WIDTH, 1)
    steady = Steady()
    picture = steady.take(frame)
    assert picture.shape == (*lattice_size(Size(HEIGHT, WIDTH)), 3)
    np.testing.assert_array_equal(steady.give(painted(picture)), frame)


@pytest.mark.parametrize("sigma", [1, 3, 6])
def test_a_still_scene_is_quiet_whatever_the_noise(sigma: float) -> None:
    frames = list(still(HEIGHT, WIDTH, 40, sigma))
    assert flicker(shown(frames), skipped=15) <= 0.1 * flicker(frames, skipped=15)


def test_something_that_passes_is_shown_where_it_is_and_leaves_nothing_behind() -> None:
    background = texture(HEIGHT, WIDTH)
    steady = Steady()
    for frame, covered in passing(HEIGHT, WIDTH, 18):
        image = steady.give(painted(steady.take(frame)))
        # `covered` is where the thing is or has just been: there the frame counts, noise and all.
        assert off(image, frame)[covered].mean() < 2
        assert off(image, background)[~covered].mean() < 2.5


def test_after_a_cut_there_is_no_ghost() -> None:
    rng = np.random.default_rng(7)
    before, after = ([seen(texture(HEIGHT, WIDTH, seed), rng) for _ in range(6)] for seed in (1, 5))
    images = shown([*before, *after])
    np.testing.assert_array_equal(images[6], after[0])
    assert off(images[-1], texture(HEIGHT, WIDTH, 5)).mean() < 2


def test_a_fade_is_followed() -> None:
    rng = np.random.default_rng(8)
    scenes = [texture(HEIGHT, WIDTH) * 0.6 + 2 * index for index in range(30)]
    steady = Steady()
    for scene in scenes:
        image = steady.give(painted(steady.take(seen(scene, rng))))
        # Two frames late at most: a painting has 0.35 of the new one.
        assert abs(scene.mean() - image.mean()) < 4.5
    assert off(image, scenes[-1]).mean() < 5


def test_a_pan_that_fades_is_followed_to_its_edges() -> None:
    rng, whole, steady = np.random.default_rng(10), texture(HEIGHT, WIDTH + 40) * 0.5 + 20, Steady()
    for index in range(20):
        scene = whole[:, 2 * index : 2 * index + WIDTH] + 3 * index
        image = steady.give(painted(steady.take(seen(scene, rng))))
        if index > 2:
            # The left edge is where the scene leaves the view.
            assert abs((image - scene)[:, :8].mean()) < 8


def test_noise_is_not_learnt_from_a_scene_that_moves_as_a_whole() -> None:
    rng, whole, steady = np.random.default_rng(9), texture(HEIGHT, WIDTH + 80), Steady()
    for index in range(20):
        steady.take(seen(whole[:, 3 * index : 3 * index + WIDTH], rng))
        assert steady.motion.shift == (Shift(0, -3) if index else Shift(0, 0))
    assert steady.noise == Steady().noise


def test_a_new_style_shows_nothing_of_the_old_one() -> None:
    first, second = still(HEIGHT, WIDTH, 2)
    steady = Steady()
    steady.give(255 - painted(steady.take(first)))
    steady.forget_paintings()
    picture = painted(steady.take(second))
    np.testing.assert_array_equal(steady.give(picture), picture[:HEIGHT, :WIDTH])


def test_frames_of_another_size_begin_anew() -> None:
    steady = Steady()
    shown(list(still(HEIGHT, WIDTH, 3)), steady)
    (frame,) = still(40, 60, 1)
    np.testing.assert_array_equal(shown([frame], steady)[0], frame)


def test_give_without_take_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="take"):
        Steady().give(np.zeros((12, 12, 3), np.uint8))
