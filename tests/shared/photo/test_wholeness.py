"""Whether a picture file is there to its end, by its structure, written here byte by byte."""

import io
import struct
import zlib

import pytest
from PIL import Image

from app_py.photo.wholeness import PNG_END, has_all_strips, has_jpeg_end, is_whole, with_png_end

START, END = b"\xff\xd8", b"\xff\xd9"


def segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


APP1 = segment(0xE1, b"Exif" + START + END)
"""As with a thumbnail: its own end-of-image is not the picture's."""
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"data\xff\x00more"
RESTARTS = b"".join(b"\xff" + bytes([0xD0 + number]) + b"row" for number in range(8))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (START + APP1 + SCAN + END, True),
        (START + APP1 + SCAN, False),
        (START + APP1, False),
        (START + APP1 + END, False),
        (START + SCAN + RESTARTS + END, True),
        (START + SCAN + RESTARTS, False),
        # Markers without a length, before the scan: restarts, TEM, a stuffed byte, fill bytes.
        *((START + bytes([0xFF, marker]) + APP1 + SCAN + END, True) for marker in (0x00, 0x01, *range(0xD0, 0xD8))),
        *((START + bytes([0xFF, marker]) + APP1 + SCAN, False) for marker in (0x00, 0x01, *range(0xD0, 0xDA))),
        (START + b"\xff\xff\xff" + APP1 + SCAN + END, True),
        (START + b"\xff\xff" + APP1 + SCAN, False),
        # 0xCF and 0xDB have a length, as their neighbours have not: an end within them is none.
        (START + segment(0xCF, SCAN + END) + APP1, False),
        (START + segment(0xDB, SCAN + END) + APP1, False),
        (START + b"junk" + APP1 + b"\0" + SCAN + END, True),
        (START + SCAN + END + b"trailing", True),
        (b"", False),
        (START, False),
        (START + b"\xff", False),
        (START + b"\xff\xe1\xff\xff", False),
    ],
)
def test_the_end_of_a_jpeg_follows_its_scan(data: bytes, expected: bool) -> None:
    assert has_jpeg_end(data) is expected
    assert is_whole(data, "jpeg") is expected


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


PNG = b"\x89PNG\r\n\x1a\n"
HEADER = chunk(b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0))
PIXELS = chunk(b"IDAT", b"pixels")


def test_a_png_is_closed_where_its_last_whole_chunk_ends() -> None:
    whole = PNG + HEADER + PIXELS
    assert with_png_end(whole + PNG_END) is None
    assert with_png_end(whole + PNG_END + b"trailing") is None
    assert with_png_end(whole) == whole + PNG_END
    for cut in range(1, len(PIXELS) + 1):
        assert with_png_end(whole[:-cut]) == PNG + HEADER + PNG_END
    for cut in range(1, len(PNG_END) + 1):
        assert with_png_end(whole + PNG_END[: len(PNG_END) - cut]) == whole + PNG_END
    assert with_png_end(whole + struct.pack(">I", 3) + b"IEND" + bytes(7)) == whole + PNG_END, "an end with content"
    assert with_png_end(PNG) == PNG + PNG_END
    assert [is_whole(data, "png") for data in (whole + PNG_END, whole)] == [True, False]


def test_a_gif_ends_with_its_trailer() -> None:
    assert [is_whole(data, "gif") for data in (b"GIF89a;", b"GIF89a;\0\0", b"GIF89a;,", b"GIF89a")] == [
        True,
        True,
        False,
        False,
    ]


def test_a_webp_is_as_long_as_it_says() -> None:
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "WEBP")
    data = out.getvalue()
    assert [is_whole(data, "webp"), is_whole(data + b"x", "webp"), is_whole(data[:-1], "webp")] == [True, True, False]


def test_of_other_kinds_nobody_knows() -> None:
    assert not is_whole(PNG + HEADER + PNG_END, "tiff")


@pytest.mark.parametrize(("place", "size"), [(273, 279), (324, 325)])
def test_the_strips_and_tiles_of_a_tiff_lie_in_it(place: int, size: int) -> None:
    data = bytes(100)
    assert has_all_strips(data, {place: (10, 60), size: (50, 40)})
    assert not has_all_strips(data, {place: (10, 61), size: (50, 40)})
    assert not has_all_strips(data, {place: (10, 60), size: (91, 40)})
    assert not has_all_strips(data, {place: (10,)})
    assert not has_all_strips(data, {place: 10, size: 5})
    assert not has_all_strips(data, {})
