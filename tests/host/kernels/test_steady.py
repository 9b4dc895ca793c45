"""Steady in WebAssembly gives the bits that Steady in numpy gives."""

from collections.abc import Iterable

import numpy as np
import pytest

from app_py.live.fixed_point import Frame
from app_py.live.steady import Steady
from app_py.photo.adjust import finish
from app_py.photo.sizing import Size
from app_py.photo.tensors import to_image
from build.kernels.steady import compile_steady
from tests.host.kernels.steady_wasm import Planes, SteadyWasm
from tests.shared.support.scenes import pan, passing, seen, still, texture

HEIGHT, WIDTH = 57, 83


def network(planes: Planes) -> Planes:
    """What no painter would call a style: other colours, values beyond 0..255, and neighbours that count."""
    return (1.3 * planes[::-1] - 30 + 0.2 * np.roll(planes, 1, axis=2)).astype(np.float32)


def compare(frames: Iterable[Frame], height: int = HEIGHT, width: int = WIDTH) -> None:
    numpy, wasm = Steady(), SteadyWasm(height, width)
    for index, frame in enumerate(frames):
        planes = wasm.take(frame)
        picture = numpy.take(frame)
        np.testing.assert_array_equal(planes, picture.transpose(2, 0, 1), err_msg=f"taken from frame {index}")
        painted = network(planes)
        shown = numpy.give(to_image(painted[np.newaxis], Size(*picture.shape[:2])))
        np.testing.assert_array_equal(wasm.give(painted), shown, err_msg=f"shown for frame {index}")
        assert wasm.call("noise") == numpy.noise


@pytest.mark.parametrize("sigma", [0, 1, 3, 8])
def test_a_still_scene(sigma: float) -> None:
    compare(still(HEIGHT, WIDTH, 12, sigma))


@pytest.mark.parametrize("step", [(0, 1), (-1, 0), (1.5, 0), (0, -1.5), (4, 4), (-4, 3), (6, 0)])
def test_a_pan(step: tuple[float, float]) -> None:
    compare(pan(HEIGHT, WIDTH, 8, step))


def test_something_that_passes() -> None:
    compare(frame for frame, _ in passing(HEIGHT, WIDTH, 16))


def test_a_cut() -> None:
    rng = np.random.default_rng(1)
    compare(seen(texture(HEIGHT, WIDTH, seed), rng) for seed in (1, 1, 1, 5, 5))


def test_a_fade_to_white_and_to_black() -> None:
    rng, picture = np.random.default_rng(2), texture(HEIGHT, WIDTH)
    compare(seen(picture + 9 * index, rng) for index in range(12))
    compare(seen(picture - 9 * index, rng) for index in range(12))


@pytest.mark.parametrize(("height", "width"), [(1, 1), (3, 40), (8, 8), (16, 17), (240, 320)])
def test_other_sizes(height: int, width: int) -> None:
    compare(still(height, width, 3), height, width)


@pytest.mark.parametrize(("strength", "keep"), [(100, True), (40, False), (0, False), (63, True)])
def test_the_look_is_that_of_a_photos_painting(strength: int, keep: bool) -> None:
    (frame,) = still(HEIGHT, WIDTH, 1)
    wasm = SteadyWasm(HEIGHT, WIDTH)
    wasm.call("set_look", round(strength * 128 / 100), int(keep))
    painted = network(wasm.take(frame))
    plain = to_image(painted[np.newaxis], Size(HEIGHT, WIDTH))
    np.testing.assert_array_equal(wasm.give(painted), finish(frame, plain, strength, keep))


def test_without_steady_every_frame_is_for_itself() -> None:
    wasm = SteadyWasm(HEIGHT, WIDTH)
    wasm.call("set_steady", 0)
    for frame in pan(HEIGHT, WIDTH, 4, (0, 1)):
        planes = wasm.take(frame)
        np.testing.assert_array_equal(planes[:, :HEIGHT, :WIDTH], frame.transpose(2, 0, 1))
        np.testing.assert_array_equal(wasm.give(planes), frame)


def test_a_new_style_and_a_new_size_begin_anew() -> None:
    first, second = still(HEIGHT, WIDTH, 2)
    wasm = SteadyWasm(HEIGHT, WIDTH)
    wasm.give(255 - wasm.take(first))
    wasm.call("forget_paintings")
    planes = np.rint(wasm.take(second))
    np.testing.assert_array_equal(wasm.give(planes), planes[:, :HEIGHT, :WIDTH].transpose(1, 2, 0))
    wasm.call("open", HEIGHT, WIDTH)
    np.testing.assert_array_equal(wasm.take(second)[:, :HEIGHT, :WIDTH], second.transpose(2, 0, 1))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_what_is_no_number_is_refused_and_the_last_painting_stays(value: float) -> None:
    (frame,) = still(HEIGHT, WIDTH, 1)
    wasm = SteadyWasm(HEIGHT, WIDTH)
    planes = wasm.take(frame)
    planes[1, 5, 7] = value
    assert wasm.give(planes) is None


def test_the_same_source_gives_the_same_bytes() -> None:
    assert compile_steady() == compile_steady()
