"""Strength and the photo's colours, on values worked out by hand."""

import numpy as np
import pytest

from app_py.photo.adjust import BAND_BYTES, BAND_ROWS_PIXELS, finish


def pixel(*rgb: int) -> np.ndarray:
    return np.array([[rgb]], np.uint8)


PHOTO = pixel(200, 100, 50)
PAINTING = pixel(10, 20, 250)


@pytest.mark.parametrize(
    ("percent", "expected"),
    [
        (0, [200, 100, 50]),
        (100, [10, 20, 250]),
        # a half: 200 - 95, 100 - 40, 50 + 100
        (50, [105, 60, 150]),
        # a quarter is 32 of 128: 200 - 47.5 rounded up, 100 - 20, 50 + 50
        (25, [153, 80, 100]),
    ],
)
def test_strength_blends_linearly(percent: int, expected: list[int]) -> None:
    assert finish(PHOTO, PAINTING, percent, False)[0, 0].tolist() == expected


def test_the_photos_colours_are_kept() -> None:
    # Luma of the photo: 0.299*200 + 0.587*100 + 0.114*50 = 124.2; of the painting: 2.99 + 11.74 + 28.5 = 43.2.
    # Every channel of the photo moves by 43 - 124 = -81; blue would be -31 and is clamped.
    assert finish(PHOTO, PAINTING, 100, True)[0, 0].tolist() == [119, 19, 0]


def test_grey_stays_grey_with_the_paintings_brightness() -> None:
    # Luma of (10, 20, 250) rounds to 43.
    assert finish(pixel(90, 90, 90), PAINTING, 100, True)[0, 0].tolist() == [43, 43, 43]


def test_chroma_is_the_photos_wherever_nothing_is_clamped() -> None:
    rng = np.random.default_rng(5)
    photo = rng.integers(100, 156, (16, 16, 3), np.uint8)
    painting = rng.integers(100, 156, (16, 16, 3), np.uint8)
    kept = finish(photo, painting, 100, True).astype(int)
    difference = kept - photo
    assert (difference == difference[:, :, :1]).all()
    luma = np.array([0.299, 0.587, 0.114])
    assert np.abs(kept @ luma - painting @ luma).max() <= 1.1


def test_both_at_once_and_the_extremes_do_not_overflow() -> None:
    black, white = np.zeros((2, 2, 3), np.uint8), np.full((2, 2, 3), 255, np.uint8)
    assert (finish(black, white, 50, False) == 128).all()
    assert (finish(white, black, 50, False) == 128).all()
    assert (finish(black, white, 99, False) == 253).all()
    assert (finish(white, black, 1, False) == 253).all()
    assert (finish(black, white, 100, True) == 255).all()


def test_every_value_of_a_pixel_is_weighed_by_itself() -> None:
    rng = np.random.default_rng(6)
    photo, painting = (rng.integers(0, 256, (64, 64, 3), np.uint8) for _ in range(2))
    for percent in (1, 33, 50, 99):
        weight = round(percent * 128 / 100)
        exact = (photo.astype(int) * (128 - weight) + painting.astype(int) * weight + 64) // 128
        assert (finish(photo, painting, percent, False) == exact).all()


@pytest.mark.parametrize("keep_colours", [False, True])
def test_every_band_of_a_large_picture_is_as_if_alone(keep_colours: bool) -> None:
    rng = np.random.default_rng(7)
    height = 2 * max(BAND_BYTES // 3, BAND_ROWS_PIXELS) // 501 + 3
    photo, painting = (rng.integers(0, 256, (height, 501, 3), np.uint8) for _ in range(2))
    made = finish(photo, painting, 30, keep_colours)
    for row in range(0, height, 97):
        rows = slice(row, row + 1)
        assert (made[rows] == finish(photo[rows], painting[rows], 30, keep_colours)).all()


def test_nothing_is_changed_in_place() -> None:
    photo, painting = PHOTO.copy(), PAINTING.copy()
    finish(photo, painting, 30, True)
    assert (photo == PHOTO).all()
    assert (painting == PAINTING).all()
