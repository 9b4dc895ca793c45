"""The measure that Steady exists for: how much a painting by a network of the project changes from frame to frame."""

from collections.abc import Callable

import numpy as np
import onnxruntime
import pytest

from app_py.live.fixed_point import Frame, Levels
from app_py.live.steady import Steady
from app_py.photo.sizing import Size
from app_py.photo.tensors import to_image, to_tensor
from tests.shared.support.scenes import flicker, pan, passing, still
from tests.support.paths import ROOT

SIDE = 192
FRAMES = 22


Paint = Callable[[Frame | Levels], Frame]


@pytest.fixture(scope="module", params=["great-wave-nc8", "village-street-nc8"])
def paint(request: pytest.FixtureRequest) -> Paint:
    path = ROOT / "models" / f"{request.param}.onnx"
    if not path.is_file():
        pytest.skip(f"needs models/{request.param}.onnx: python -m build models")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    def paint(frame: Frame | Levels) -> Frame:
        (output,) = session.run(None, {name: to_tensor(frame)})
        return to_image(output, Size(*frame.shape[:2]))

    return paint


def plain(paint: Paint, frames: list[Frame]) -> list[Frame]:
    return [paint(frame) for frame in frames]


def steadied(paint: Paint, frames: list[Frame]) -> list[Frame]:
    steady = Steady()
    return [steady.give(paint(steady.take(frame))) for frame in frames]


def test_a_still_scene_keeps_a_tenth_of_its_flicker(paint: Paint) -> None:
    frames = list(still(SIDE, SIDE, FRAMES))
    assert flicker(steadied(paint, frames)) <= 0.1 * flicker(plain(paint, frames))


@pytest.mark.parametrize("step", [(0, 1), (1, 0), (-1, 2), (0, 4), (4, 0), (0, -4)])
def test_a_pan_of_whole_pixels_keeps_a_tenth(paint: Paint, step: tuple[int, int]) -> None:
    frames = list(pan(SIDE, SIDE, FRAMES, step))
    assert flicker(steadied(paint, frames), step) <= 0.1 * flicker(plain(paint, frames), step)


@pytest.mark.parametrize(("step", "two_frames"), [((0, 1.5), (0, 3)), ((1.5, 0), (3, 0))])
def test_a_pan_of_a_pixel_and_a_half_keeps_a_third(
    paint: Paint, step: tuple[float, float], two_frames: tuple[int, int]
) -> None:
    frames = list(pan(SIDE, SIDE, FRAMES, step))
    # Every other frame is a whole number of pixels on.
    before, after = plain(paint, frames)[::2], steadied(paint, frames)[::2]
    assert flicker(after, two_frames, 4) <= 0.35 * flicker(before, two_frames, 4)


def test_the_background_of_something_that_passes_is_quiet(paint: Paint) -> None:
    frames, covered = zip(*passing(SIDE, SIDE, FRAMES), strict=True)

    def background(paintings: list[Frame]) -> float:
        changes = [
            # The network looks some thirty pixels around what it paints, so rows far from the thing are compared.
            np.abs(now.astype(float) - before)[~where][-SIDE * SIDE // 4 :].mean()
            for before, now, where in zip(paintings[8:], paintings[9:], covered[9:], strict=False)
        ]
        return float(np.mean(changes))

    assert background(steadied(paint, list(frames))) <= 0.15 * background(plain(paint, list(frames)))
