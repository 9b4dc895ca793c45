"""Pixels to picture files."""

import io

import numpy as np
import pytest
from PIL import Image

from app_py.errors import PhotoError
from app_py.photo import encode as encoding
from app_py.photo.encode import encode, picture_format, plain_file

NOISE = np.random.default_rng(1).integers(0, 256, (32, 32, 3), np.uint8)


def test_formats_by_name() -> None:
    assert [picture_format(name) for name in ("png", "jpeg", "webp")] == ["png", "jpeg", "webp"]
    with pytest.raises(PhotoError, match="“gif” is not a format this page writes") as caught:
        picture_format("gif")
    assert caught.value.code == "format-unknown"


@pytest.mark.parametrize(("quality", "sampling"), [(92, (1, 1)), (90, (1, 1)), (89, (2, 2)), (10, (2, 2))])
def test_a_jpeg_of_high_quality_keeps_every_pixels_colour(quality: int, sampling: tuple[int, int]) -> None:
    with Image.open(io.BytesIO(encode(NOISE, "jpeg", quality))) as picture:
        assert picture.format == "JPEG"
        assert picture.layer[0][1:3] == sampling  # type: ignore[attr-defined]


def test_png_is_the_default_and_without_loss() -> None:
    with Image.open(io.BytesIO(encode(NOISE))) as picture:
        assert picture.format == "PNG"
        np.testing.assert_array_equal(np.asarray(picture), NOISE)


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_quality_counts(kind: encoding.PictureFormat) -> None:
    assert len(encode(NOISE, kind, 95)) > len(encode(NOISE, kind)) > len(encode(NOISE, kind, 20))


def test_a_plain_file_is_a_bmp_unless_it_would_be_large(monkeypatch: pytest.MonkeyPatch) -> None:
    assert plain_file(NOISE)[:2] == b"BM"
    monkeypatch.setattr(encoding, "PLAIN_BYTES", NOISE.nbytes)
    assert plain_file(NOISE)[:2] == b"BM"
    monkeypatch.setattr(encoding, "PLAIN_BYTES", NOISE.nbytes - 1)
    data = plain_file(NOISE)
    assert data[:2] == b"\xff\xd8"
    with Image.open(io.BytesIO(data)) as picture:
        assert np.abs(np.asarray(picture).astype(int) - NOISE).mean() < 3
