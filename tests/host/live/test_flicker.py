"""The measure that Steady exists for: how much a painting by a network of the project changes from frame to frame."""

from collections.abc import Callable
from functools import cache

import numpy as np
import onnxruntime
import pytest

from app_py.live.fixed_point import Frame
from app_py.live.steady import Steady
from app_py.photo.sizing import Size
from app_py.photo.tensors import to_image, to_tensor
from tests.shared.support.scenes import flicker, pan, passing, still
from tests.support.paths import ROOT

SIDE = 192
FRAMES = 22


@cache
def network() -> Callable[[Frame], Frame]:
    path = ROOT / "models" / "great-wave-nc8.onnx"
    if not path.is_file():
        pytest.skip("needs models/great-wave-nc8.onnx: python -m build models")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def paint(frame: Frame) -> Frame:
        (output,) = session.run(None, {name: to_tensor(frame)})
        return to_image(output, Size(*frame.shape[:2]))

    return paint


def plain(frames: list[Frame]) -> list[Frame]:
    return [network()(frame) for frame in frames]


def steadied(frames: list[Frame]) -> list[Frame]:
    steady = Steady()
    return [steady.give(network()(steady.take(frame))) for frame in frames]


def test_a_still_scene_keeps_a_tenth_of_its_flicker() -> None:
    frames = list(still(SIDE, SIDE, FRAMES))
    assert flicker(steadied(frames)) <= 0.1 * flicker(plain(frames))


@pytest.mark.parametrize("step", [(0, 1), (1, 0), (-1, 2)])
def test_a_pan_of_whole_pixels_keeps_a_tenth(step: tuple[int, int]) -> None:
    frames = list(pan(SIDE, SIDE, FRAMES, step))
    assert flicker(steadied(frames), step) <= 0.1 * flicker(plain(frames), step)


@pytest.mark.parametrize("step", [(0, 4), (4, 0)])
def test_a_pan_by_the_strides_keeps_a_fifth(step: tuple[int, int]) -> None:
    # So much new comes into view that a fifth of the picture is younger than the blending takes.
    frames = list(pan(SIDE, SIDE, FRAMES, step))
    assert flicker(steadied(frames), step) <= 0.2 * flicker(plain(frames), step)


@pytest.mark.parametrize(("step", "two_frames"), [((0, 1.5), (0, 3)), ((1.5, 0), (3, 0))])
def test_a_pan_of_a_pixel_and_a_half_keeps_a_third(step: tuple[float, float], two_frames: tuple[int, int]) -> None:
    frames = list(pan(SIDE, SIDE, FRAMES, step))
    # Every other frame is a whole number of pixels on.
    before, after = plain(frames)[::2], steadied(frames)[::2]
    assert flicker(after, two_frames, 4) <= 0.35 * flicker(before, two_frames, 4)


def test_the_background_of_something_that_passes_is_quiet() -> None:
    frames, covered = zip(*passing(SIDE, SIDE, FRAMES), strict=True)

    def background(paintings: list[Frame]) -> float:
        changes = [
            # The network looks some thirty pixels around what it paints, so rows far from the thing are compared.
            np.abs(now.astype(float) - before)[~where][-SIDE * SIDE // 4 :].mean()
            for before, now, where in zip(paintings[8:], paintings[9:], covered[9:], strict=False)
        ]
        return float(np.mean(changes))

    assert background(steadied(list(frames))) <= 0.15 * background(plain(list(frames)))
