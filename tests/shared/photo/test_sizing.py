"""Sizes: what is painted at what size."""

import pytest

from app_py.errors import PhotoError
from app_py.photo.sizing import (
    MAX_PAINTED_PIXELS,
    MAX_PHOTO_PIXELS,
    MAX_WHOLE_PIXELS,
    MIN_PHOTO_SIDE_PX,
    Size,
    check_photo,
    model_size,
    painted_size,
)


@pytest.mark.parametrize(
    ("photo", "longest", "expected"),
    [
        (Size(1080, 1080), 128, Size(128, 128)),
        (Size(1080, 1920), 512, Size(288, 512)),
        (Size(1000, 333), 512, Size(512, 170)),
        (Size(100, 90), 512, Size(100, 90)),
        (Size(97, 61), None, Size(97, 61)),
        (Size(9, 5000), 128, Size(1, 128)),
    ],
)
def test_longest_side_is_hit_and_nothing_is_enlarged(photo: Size, longest: int | None, expected: Size) -> None:
    assert painted_size(photo, longest) == expected


@pytest.mark.parametrize("photo", [Size(8000, 10_000), Size(9999, 9998), Size(50, 2_000_000)])
def test_original_of_a_huge_photo_is_reduced_to_the_limit(photo: Size) -> None:
    size = painted_size(photo, None)
    assert size.pixels <= MAX_PAINTED_PIXELS
    assert size.pixels > 0.9 * MAX_PAINTED_PIXELS
    assert abs(size.width / size.height / (photo.width / photo.height) - 1) < 0.05


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (Size(1, 1), Size(8, 8)),
        (Size(8, 9), Size(8, 12)),
        (Size(128, 128), Size(128, 128)),
        (Size(97, 61), Size(100, 64)),
    ],
)
def test_model_sides_are_multiples_of_four(size: Size, expected: Size) -> None:
    assert model_size(size) == expected


@pytest.mark.parametrize(
    ("size", "code", "words"),
    [
        (Size(1, 1), "photo-too-small", "1×1"),
        (Size(7, 4000), "photo-too-small", "at least 8"),
        (Size(20_000, 20_000), "photo-too-large", r"400 megapixels; this page opens up to 100\. Choose"),
    ],
)
def test_extremes_are_refused_with_a_sentence(size: Size, code: str, words: str) -> None:
    with pytest.raises(PhotoError, match=words) as caught:
        check_photo(size)
    assert caught.value.code == code


def test_the_limits_of_a_browser_tab() -> None:
    assert MAX_WHOLE_PIXELS == 4_194_304
    assert MAX_PAINTED_PIXELS == 50_000_000
    assert MAX_PHOTO_PIXELS == 100_000_000
    assert MIN_PHOTO_SIDE_PX == 8


def test_the_limits_themselves_are_allowed() -> None:
    check_photo(Size(8, 8))
    check_photo(Size(10_000, 10_000))
    for size in (Size(7, 8), Size(8, 7), Size(10_000, 10_001)):
        with pytest.raises(PhotoError):
            check_photo(size)


@pytest.mark.parametrize(
    ("photo", "longest", "most", "expected"),
    [
        (Size(100, 200), 200, 20_000, Size(100, 200)),
        (Size(100, 200), 100, 20_000, Size(50, 100)),
        (Size(100, 200), None, 5000, Size(50, 100)),
        (Size(100, 200), 100, 1250, Size(25, 50)),
        (Size(101, 203), None, 5000, Size(49, 100)),
        (Size(1, 4000), 100, 20_000, Size(1, 100)),
    ],
)
def test_the_smaller_of_both_limits_counts(photo: Size, longest: int | None, most: int, expected: Size) -> None:
    assert painted_size(photo, longest, most) == expected
