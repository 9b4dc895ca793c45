"""Photos of every kind, and files that are none."""

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, features

from app_py.errors import PhotoError
from app_py.photo.decode import SRGB_NAMES, decode, flatten, prefers_browser, resize
from app_py.photo.encode import PictureFormat, encode
from app_py.photo.sizing import Size


def file_of(picture: Image.Image, picture_format: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, picture_format, **options)
    return out.getvalue()


def halves(mode: str, left: Any, right: Any, width: int = 32, height: int = 16) -> Image.Image:
    """A picture whose left half is one colour and whose right half is another."""
    picture = Image.new(mode, (width, height), left)
    picture.paste(Image.new(mode, (width - width // 2, height), right), (width // 2, 0))
    return picture


def colours(data: bytes) -> tuple[list[int], list[int]]:
    image = decode(data, 2048).image
    assert image.dtype == np.uint8
    assert image.ndim == 3
    return image[4, 4].tolist(), image[-4, -4].tolist()


@pytest.mark.parametrize("picture_format", ["PNG", "BMP", "TIFF", "GIF", "WEBP"])
def test_formats(picture_format: str) -> None:
    options = {"lossless": True} if picture_format == "WEBP" else {}
    left, right = colours(file_of(halves("RGB", (255, 0, 0), (0, 0, 255)), picture_format, **options))
    assert left == [255, 0, 0]
    assert right == [0, 0, 255]


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied(orientation: int, picture_format: str) -> None:
    upright = np.zeros((16, 32, 3), np.uint8)
    upright[:8, :16] = (255, 0, 0)
    upright[:8, 16:] = (0, 255, 0)
    upright[8:, :16] = (0, 0, 255)
    # The stored picture is the upright one with the orientation's transform undone (EXIF 2.32, tag 0x0112).
    undo = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: np.rot90(a, 1),
        7: lambda a: np.rot90(a, 2).transpose(1, 0, 2),
        8: lambda a: np.rot90(a, -1),
    }
    stored = undo[orientation](upright)
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(np.ascontiguousarray(stored))
    photo = decode(file_of(picture, picture_format, exif=exif if picture_format == "TIFF" else exif.tobytes()), 2048)
    assert photo.size == Size(16, 32)
    np.testing.assert_array_equal(photo.image, upright)


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP"])
def test_transparency_is_flattened_on_white(picture_format: str) -> None:
    options = {"lossless": True, "exact": True} if picture_format == "WEBP" else {}
    left, right = colours(file_of(halves("RGBA", (200, 0, 0, 0), (0, 0, 0, 128)), picture_format, **options))
    assert left == [255, 255, 255]
    assert right == [127, 127, 127]


def test_palette_with_transparency() -> None:
    picture = halves("P", 0, 1)
    picture.putpalette([255, 0, 0, 0, 0, 255])
    left, right = colours(file_of(picture, "PNG", transparency=0))
    assert left == [255, 255, 255]
    assert right == [0, 0, 255]


def test_grey_with_alpha() -> None:
    left, right = colours(file_of(halves("LA", (0, 255), (0, 0)), "PNG"))
    assert left == [0, 0, 0]
    assert right == [255, 255, 255]


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF"])
def test_sixteen_bit_grey_is_scaled_not_clipped(picture_format: str) -> None:
    samples = np.full((16, 32), 32896, np.uint16)
    samples[:, 16:] = 65535
    left, right = colours(file_of(Image.fromarray(samples), picture_format))
    assert left == [128, 128, 128]
    assert right == [255, 255, 255]


def test_cmyk_jpeg() -> None:
    picture = halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0), 64, 64)
    left, right = colours(file_of(picture, "JPEG", quality=95))
    assert left[0] > 200 > 60 > max(left[1:])
    assert right[2] > 200 > 60 > max(right[:2])


def test_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    left, _ = colours(file_of(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert left == [255, 0, 0]


@pytest.mark.skipif(not features.check("littlecms2"), reason="no LittleCMS in this Pillow: the browser decodes")
def test_a_colour_profile_is_converted_to_srgb() -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    # A colour space of our own: sRGB with the red and the blue primary exchanged, under another name.
    swapped = srgb.replace(b"rXYZ", b"temp").replace(b"bXYZ", b"rXYZ").replace(b"temp", b"bXYZ")
    for name in SRGB_NAMES:
        swapped = swapped.replace(name, name.lower())
    picture = Image.new("RGB", (16, 16), (255, 0, 0))
    assert colours(file_of(picture, "PNG", icc_profile=srgb))[0] == [255, 0, 0]
    red, green, blue = colours(file_of(picture, "PNG", icc_profile=swapped))[0]
    assert blue > 250
    assert max(red, green) < 5


def test_a_broken_colour_profile_is_ignored() -> None:
    data = file_of(Image.new("RGB", (16, 16), (120, 130, 140)), "PNG", icc_profile=b"not a profile")
    assert colours(data)[0] == [120, 130, 140]


def jpeg(width: int, height: int) -> bytes:
    noise = np.random.default_rng(3).integers(0, 256, (height // 8, width // 8, 3), np.uint8)
    return file_of(Image.fromarray(noise).resize((width, height)), "JPEG", quality=90)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda: b"", "photo-empty"),
        (lambda: b"Hello, I am a text file.", "photo-unreadable"),
        (lambda: b"%PDF-1.7 ...", "photo-unreadable"),
        (lambda: jpeg(256, 256)[:3000], "photo-truncated"),
        (lambda: file_of(halves("RGB", "red", "blue", 256, 256), "PNG")[:-40], "photo-truncated"),
        (lambda: jpeg(256, 256)[:10], "photo-truncated"),
        (lambda: file_of(Image.new("RGB", (1, 1)), "PNG"), "photo-too-small"),
        (lambda: file_of(Image.new("1", (20_000, 20_000)), "PNG"), "photo-too-large"),
    ],
)
def test_bad_files_get_one_sentence(make: Callable[[], bytes], code: str) -> None:
    with pytest.raises(PhotoError) as caught:
        decode(make(), 2048)
    assert caught.value.code == code
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Error" not in sentence


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: jpeg(64, 64), True),
        (lambda: jpeg(64, 64) + b"trailing bytes", True),
        (lambda: file_of(halves("RGB", "red", "blue"), "PNG"), False),
        (lambda: file_of(halves("RGB", "red", "blue"), "PNG", icc_profile=b"any"), True),
        (lambda: file_of(Image.new("RGB", (5000, 4000)), "JPEG"), False),
        (lambda: b"no picture", False),
    ],
)
def test_which_files_the_browser_decodes_better(make: Callable[[], bytes], expected: bool) -> None:
    assert prefers_browser(make()) is expected


def test_a_jpeg_without_its_end_is_not_left_to_the_browser() -> None:
    thumbnail = jpeg(64, 64)
    exif = Image.Exif()
    exif[0x010E] = "a comment with an end-of-image marker: \xff\xd9"
    whole = file_of(Image.open(io.BytesIO(thumbnail)), "JPEG", exif=exif.tobytes() + b"\xff\xd9")
    assert prefers_browser(whole)
    with pytest.raises(PhotoError, match="cut short"):
        prefers_browser(whole[:-200])


def test_a_huge_jpeg_is_decoded_at_a_fraction() -> None:
    photo = decode(file_of(Image.new("RGB", (8000, 4000), (90, 120, 30)), "JPEG"), 512)
    assert photo.size == Size(4000, 8000)
    assert photo.image.shape == (1000, 2000, 3), "a quarter: an eighth would be less than twice the 512 px asked for"
    assert abs(int(photo.image[10, 10, 0]) - 90) <= 2


@pytest.mark.parametrize(("orientation", "size"), [(1, Size(4000, 8000)), (6, Size(8000, 4000))])
def test_a_huge_jpeg_has_the_size_that_is_seen(orientation: int, size: Size) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = decode(file_of(Image.new("RGB", (8000, 4000)), "JPEG", exif=exif.tobytes()), 512)
    assert photo.size == size
    assert photo.image.shape[:2] == (size.height // 4, size.width // 4)


def test_what_is_too_large_is_refused_without_being_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = file_of(Image.new("1", (12_000, 9000)), "PNG")
    monkeypatch.setattr(PngImagePlugin.PngImageFile, "load", lambda _picture: pytest.fail("it was decoded"))
    with pytest.raises(PhotoError, match="108 megapixels; this page opens up to 100"):
        decode(data, 2048)


def test_resize_keeps_flat_colour_and_size() -> None:
    image = np.full((97, 61, 3), (5, 250, 99), np.uint8)
    small = resize(image, Size(48, 30))
    assert small.shape == (48, 30, 3)
    assert (small == (5, 250, 99)).all()
    assert resize(image, Size(97, 61)) is image


@pytest.mark.parametrize(("picture_format", "magic"), [("png", b"\x89PNG"), ("jpeg", b"\xff\xd8"), ("webp", b"RIFF")])
def test_encode(picture_format: PictureFormat, magic: bytes) -> None:
    image = np.asarray(halves("RGB", (250, 10, 10), (10, 10, 250), 64, 64))
    data = encode(image, picture_format, 90)
    assert data.startswith(magic)
    back = decode(data, 2048).image.astype(int)
    assert np.abs(back - image).mean() < (0.001 if picture_format == "png" else 6)


def test_flatten() -> None:
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:4, :, 3] = 255
    flat = flatten(rgba)
    assert (flat[:4] == 0).all()
    assert (flat[4:] == 255).all()
