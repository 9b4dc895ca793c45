"""Photos on their way in: which decoder, turned, cut."""

import asyncio
import io

import numpy as np
import pytest
from PIL import Image

from app_py.errors import PhotoError
from app_py.photo.decode import Photo
from app_py.photo.edit import cropped, rotated
from app_py.photo.open import open_photo
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbImage


class Browser:
    """A native decoder that gives what it was told to, and remembers whether it was asked."""

    def __init__(self, rgba: RgbImage | None) -> None:
        self.rgba = rgba
        self.asked = 0

    async def decode(self, data: bytes) -> RgbImage | None:
        del data
        self.asked += 1
        return self.rgba


def file_of(picture_format: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (24, 16), (250, 0, 0)).save(out, picture_format)
    return out.getvalue()


def test_a_jpeg_is_decoded_by_the_browser() -> None:
    browser = Browser(np.full((16, 24, 4), 255, np.uint8))
    photo = asyncio.run(open_photo(file_of("JPEG"), browser))
    assert browser.asked == 1
    assert (photo.image == 255).all()
    assert photo.size == Size(16, 24)


def test_a_png_is_decoded_here() -> None:
    browser = Browser(np.zeros((16, 24, 4), np.uint8))
    photo = asyncio.run(open_photo(file_of("PNG"), browser))
    assert browser.asked == 0
    assert photo.image[0, 0].tolist() == [250, 0, 0]


def test_pillow_helps_out_where_the_browser_cannot() -> None:
    photo = asyncio.run(open_photo(file_of("JPEG"), Browser(None)))
    assert photo.image[0, 0, 0] > 240


def test_the_browser_helps_out_where_pillow_cannot() -> None:
    rgba = np.zeros((16, 24, 4), np.uint8)
    rgba[..., 3] = 255
    assert asyncio.run(open_photo(b"some new format", Browser(rgba))).size == Size(16, 24)
    with pytest.raises(PhotoError, match="not a picture"):
        asyncio.run(open_photo(b"no picture at all", Browser(None)))


def test_a_bmp_that_pillow_reads_wrong_needs_the_browser() -> None:
    data = bytearray(file_of("BMP"))
    data[30] = 1
    white = np.full((16, 24, 4), 255, np.uint8)
    assert (asyncio.run(open_photo(bytes(data), Browser(white))).image == 255).all()
    with pytest.raises(PhotoError, match="This is a BMP picture of a kind"):
        asyncio.run(open_photo(bytes(data), Browser(None)))


def test_the_browser_is_asked_about_what_is_whole_and_not_about_what_is_cut_short() -> None:
    data = file_of("PNG")
    at = data.index(b"IDAT") + 4
    strange = data[:at] + b"\xff\xff" + data[at + 2 :]
    white = Browser(np.full((16, 24, 4), 255, np.uint8))
    assert (asyncio.run(open_photo(strange, white)).image == 255).all()
    with pytest.raises(PhotoError, match="cut short"):
        asyncio.run(open_photo(data[: at + 4], white))
    assert white.asked == 1


def test_what_is_said_of_a_photo_stays_with_its_cuts_and_turns() -> None:
    photo = Photo(np.zeros((20, 40, 3), np.uint8), Size(20, 40), flattened=True, brightened=True)
    assert rotated(photo, 1).flattened
    assert cropped(photo, (0, 0, 0.5, 1)).brightened


def test_quarter_turns_are_clockwise() -> None:
    image = np.zeros((8, 12, 3), np.uint8)
    image[0, 0] = 255
    photo = Photo(image, Size(80, 120))
    turned = rotated(photo, 1)
    assert turned.size == Size(120, 80)
    assert turned.image.shape == (12, 8, 3)
    # The top left corner comes to the top right.
    assert turned.image[0, -1].tolist() == [255, 255, 255]
    np.testing.assert_array_equal(rotated(photo, 4).image, image)
    np.testing.assert_array_equal(rotated(turned, -1).image, image)


def test_a_cut_takes_the_fractions_of_both_sides() -> None:
    image = np.arange(20 * 40 * 3, dtype=np.uint32).astype(np.uint8).reshape(20, 40, 3)
    cut = cropped(Photo(image, Size(200, 400)), (0.25, 0.5, 0.75, 1.0))
    np.testing.assert_array_equal(cut.image, image[10:20, 10:30])
    assert cut.size == Size(100, 200)


@pytest.mark.parametrize("box", [(0.1, 0.1, 0.9, 0.9), (0.0011, 0.4983, 0.7, 0.9999), (1 / 3, 0.005, 0.5, 0.995)])
def test_a_photo_that_is_held_whole_is_so_after_a_cut(box: tuple[float, float, float, float]) -> None:
    photo = Photo(np.zeros((300, 451, 3), np.uint8), Size(300, 451))
    cut = cropped(photo, box)
    assert cut.size == cut.image.shape[:2]


@pytest.mark.parametrize("width", [301, 450, 451, 452, 997])
def test_a_square_in_the_middle_is_one(width: int) -> None:
    photo = Photo(np.zeros((300, width, 3), np.uint8), Size(300, width))
    half = 300 / width / 2
    assert cropped(photo, (0.5 - half, 0.0, 0.5 + half, 1.0)).image.shape == (300, 300, 3)


def test_a_cut_that_leaves_too_little_is_refused() -> None:
    with pytest.raises(PhotoError, match="too small"):
        cropped(Photo(np.zeros((20, 40, 3), np.uint8), Size(20, 40)), (0.5, 0.5, 0.55, 1.0))


def test_a_cut_beyond_the_edge_ends_at_the_edge() -> None:
    image = np.arange(20 * 40 * 3, dtype=np.uint32).astype(np.uint8).reshape(20, 40, 3)
    photo = Photo(image, Size(200, 400))
    cut = cropped(photo, (-1.0, -0.5, 2.0, 1.5))
    np.testing.assert_array_equal(cut.image, image)
    assert cut.size == photo.size
    cut = cropped(photo, (0.5, 0.5, 7.0, 1.001))
    np.testing.assert_array_equal(cut.image, image[10:, 20:])
    assert cut.size == Size(100, 200)
    cut = cropped(photo, (-3.0, -0.1, 0.5, 0.5))
    np.testing.assert_array_equal(cut.image, image[:10, :20])


@pytest.mark.parametrize(
    "box", [(0.9, 0.0, 0.1, 1.0), (0.0, 0.9, 1.0, 0.1), (2.0, 2.0, 3.0, 3.0), (0.5, 0.5, 0.5, 0.5)]
)
def test_a_cut_of_nothing_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(PhotoError, match="too small"):
        cropped(Photo(np.zeros((200, 400, 3), np.uint8), Size(200, 400)), box)


@pytest.mark.parametrize("turns", range(-3, 6))
def test_every_number_of_turns_is_that_of_numpy(turns: int) -> None:
    image = np.arange(8 * 12 * 3, dtype=np.uint8).reshape(8, 12, 3)
    turned = rotated(Photo(image, Size(80, 120)), turns)
    np.testing.assert_array_equal(turned.image, np.rot90(image, -turns))
    assert turned.size == (Size(120, 80) if turns % 2 else Size(80, 120))
    assert turned.image.flags.c_contiguous
