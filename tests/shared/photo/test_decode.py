"""Photos of every kind, and files that are none."""

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, PngImagePlugin, features

from app_py.errors import PhotoError
from app_py.photo.decode import decode, photo_of, resize
from app_py.photo.decoder_choice import is_read_wrong, prefers_browser
from app_py.photo.encode import PictureFormat, encode
from app_py.photo.sizing import Size
from tests.shared.support.icc_bytes import profile, table_profile

SRGB, SWAPPED = (profile(*names) for names in ((b"rXYZ", b"bXYZ"), (b"bXYZ", b"rXYZ")))
"""sRGB, and a colour space of our own: sRGB with the red and the blue primary exchanged."""


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


def test_sixteen_bit_grey_with_a_transparent_value() -> None:
    samples = np.full((16, 32), 32896, np.uint16)
    samples[:, 16:] = 40000
    # The chunk by hand: older Pillows do not write it for such samples.
    written, transparent = file_of(Image.fromarray(samples), "PNG"), b"tRNS" + struct.pack(">H", 40000)
    chunk = struct.pack(">I", 2) + transparent + struct.pack(">I", zlib.crc32(transparent))
    photo = decode(written[:33] + chunk + written[33:], 2048)
    assert photo.image[4, 4].tolist() == [128, 128, 128]
    assert photo.image[4, -4].tolist() == [255, 255, 255]
    assert photo.flattened


def test_samples_of_fewer_bits_than_their_word() -> None:
    samples = np.full((16, 32), 2056, np.uint16)
    samples[:, 16:] = 4095
    for tags in ({258: 12}, {281: 4095}):
        photo = decode(tiff_with(samples, tags), 2048)
        assert photo.image[4, 4].tolist() == [128, 128, 128]
        assert photo.image[4, -4].tolist() == [255, 255, 255]
        assert not photo.brightened


def test_a_photo_in_the_dark_end_of_its_range_is_brightened_and_says_so() -> None:
    samples = np.full((16, 32), 100, np.uint16)
    samples[:, 16:] = 200
    photo = decode(file_of(Image.fromarray(samples), "PNG"), 2048)
    assert photo.image[4, -4].tolist() == [255, 255, 255]
    assert photo.brightened
    assert not decode(file_of(Image.fromarray(np.zeros((16, 16), np.uint16)), "PNG"), 2048).brightened


def test_only_what_was_transparent_is_said_to_be_white() -> None:
    assert decode(file_of(halves("RGBA", (9, 9, 9, 254), (9, 9, 9, 255)), "PNG"), 2048).flattened
    assert not decode(file_of(halves("RGBA", (9, 9, 9, 255), (9, 9, 9, 255)), "PNG"), 2048).flattened
    assert not decode(file_of(halves("RGB", (9, 9, 9), (9, 9, 9)), "PNG"), 2048).flattened


def test_a_png_without_its_last_chunk_is_whole() -> None:
    data = file_of(halves("RGB", (255, 0, 0), (0, 0, 255)), "PNG")
    for missing in (1, 4, 8, 11, 12):
        assert colours(data[:-missing])[1] == [0, 0, 255], missing
    with pytest.raises(PhotoError, match="cut short"):
        decode(data[:-30], 2048)


def test_a_tiff_that_nobody_reads_is_not_called_damaged() -> None:
    samples = np.zeros((16, 32), np.uint8)
    strange = tiff_with(samples, {259: 34926})
    with pytest.raises(PhotoError, match="This is a TIFF picture of a kind") as caught:
        decode(strange, 2048)
    assert caught.value.code == "photo-unsupported"
    with pytest.raises(PhotoError, match="cut short"):
        decode(file_of(Image.fromarray(samples), "TIFF")[:-100], 2048)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (b"\0\0\0\x18ftypheic", "HEIC photo"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'/>", r"drawing \(SVG\)"),
        (b"v/1\x01\x02\0\0\0", "OpenEXR"),
        (b"\0\0\0\x18ftypmp42", "a video"),
        (b"\x1a\x45\xdf\xa3", "a video"),
        (b"\0\0\0\x18ftypcrx ", "RAW file"),
        (b"II*\0\x10\0\0\0CR\x02\0", "RAW file"),
        (b"FUJIFILMCCD-RAW 0201", "RAW file"),
        ("Grüße, ein Text.".encode(), "text file"),
        (b"%PDF-1.7", "PDF document"),
        (b"PK\x03\x04", "archive"),
        (b"ID3\x04", "sound file"),
        (b"\x01\x02\xfe\xff", "not a picture that can be read"),
    ],
)
def test_a_refusal_names_what_the_file_is(start: bytes, says: str) -> None:
    with pytest.raises(PhotoError, match=says) as caught:
        decode(start, 2048)
    assert caught.value.code == "photo-unreadable"


def test_the_preview_in_a_raw_file_is_not_taken_for_the_photo() -> None:
    with pytest.raises(PhotoError, match="RAW file"):
        decode(tiff_with(np.zeros((16, 32), np.uint8), {50706: b"\1\4\0\0"}), 2048)


def tiff_with(samples: Any, tags: dict[int, Any]) -> bytes:
    """A TIFF of one strip, little-endian, in which these tags say what they say."""
    height, width = samples.shape
    data: bytes = samples.astype(samples.dtype.newbyteorder("<")).tobytes()
    if tags.get(258) == 12:
        flat = samples.ravel().astype(np.uint32)
        pairs = (flat[::2] << 12) | flat[1::2]
        data = b"".join(int(pair).to_bytes(3, "big") for pair in pairs)
    fields: dict[int, Any] = {
        256: width, 257: height, 258: 8 * samples.itemsize, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(data)
    }  # fmt: skip
    fields |= tags
    directory = b""
    for tag, value in sorted(fields.items()):
        field = value if isinstance(value, bytes) else struct.pack("<I", value)
        kind, count = (1, len(field)) if isinstance(value, bytes) else (4, 1)
        directory += struct.pack("<HHI", tag, kind, count) + field
    data += b"\0" * (len(data) % 2)
    return struct.pack("<2sHI", b"II", 42, 8 + len(data)) + data + struct.pack("<H", len(fields)) + directory + bytes(4)


def test_cmyk_jpeg() -> None:
    picture = halves("CMYK", (0, 255, 255, 0), (255, 255, 0, 0), 64, 64)
    left, right = colours(file_of(picture, "JPEG", quality=95))
    assert left[0] > 200 > 60 > max(left[1:])
    assert right[2] > 200 > 60 > max(right[:2])


def test_first_frame_of_an_animation() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    left, _ = colours(file_of(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert left == [255, 0, 0]


def test_a_colour_profile_is_converted_to_srgb() -> None:
    picture = Image.new("RGB", (16, 16), (255, 0, 0))
    for picture_format in ("PNG", "TIFF"):
        assert colours(file_of(picture, picture_format, icc_profile=SRGB))[0] == [255, 0, 0]
        red, green, blue = colours(file_of(picture, picture_format, icc_profile=SWAPPED))[0]
        assert blue > 250
        assert max(red, green) < 5


@pytest.mark.parametrize("picture_format", ["PNG", "TIFF"])
def test_transparency_stays_where_colours_are_converted(picture_format: str) -> None:
    picture = Image.new("RGBA", (16, 16), (255, 0, 0, 0))
    assert colours(file_of(picture, picture_format, icc_profile=SWAPPED))[0] == [255, 255, 255]


def test_a_huge_jpeg_keeps_its_colours() -> None:
    picture = Image.new("RGB", (5000, 4000), (255, 0, 0))
    red, _, blue = decode(file_of(picture, "JPEG", icc_profile=SWAPPED), 512).image[9, 9]
    assert blue > 240
    assert red < 15


@pytest.mark.skipif(not features.check("littlecms2"), reason="no LittleCMS in this Pillow: the browser decodes")
def test_a_profile_made_of_tables_is_left_to_little_cms() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert colours(file_of(Image.new("RGB", (16, 16), (9, 8, 7)), "PNG", icc_profile=lab))[0] == [9, 8, 7]


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
        (lambda: file_of(Image.new("RGB", (5000, 4000)), "JPEG", icc_profile=profile(b"bXYZ", b"rXYZ")), False),
        (lambda: file_of(Image.new("RGB", (5000, 4000)), "JPEG", icc_profile=table_profile(False)), True),
        (lambda: file_of(halves("RGB", "red", "blue"), "BMP"), True),
        (lambda: jpeg(64, 64)[:20] + b"\0\0junk\0" + jpeg(64, 64)[20:], True),
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


@pytest.mark.parametrize(
    ("orientation", "size"),
    [(number, Size(4000, 8000) if number < 5 else Size(8000, 4000)) for number in (1, 4, 5, 6, 7, 8)],
)
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


def test_what_a_browser_decoded_comes_on_white() -> None:
    rgba = np.zeros((8, 8, 4), np.uint8)
    rgba[:4, :, 3] = 255
    photo = photo_of(rgba)
    assert (photo.image[:4] == 0).all()
    assert (photo.image[4:] == 255).all()
    assert photo.flattened
    rgba[..., 3] = 255
    assert not photo_of(rgba).flattened


def test_run_length_coded_bmp_is_never_left_to_pillow() -> None:
    data = bytearray(file_of(halves("P", 0, 1), "BMP"))
    assert prefers_browser(bytes(data))
    assert not is_read_wrong(bytes(data))
    data[30] = 2
    assert is_read_wrong(bytes(data))
