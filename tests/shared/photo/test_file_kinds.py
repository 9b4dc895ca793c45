"""What a file is, by its first bytes alone."""

import struct

import pytest

from app_py.photo.file_kinds import identify


def tiff(*tags: tuple[int, int, int], order: str = "<", short: bool = True) -> bytes:
    """A TIFF with one directory: tag, value, count of values."""
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 10) + b"xx"
    layout, kind = ("HHIHxx", 3) if short else ("HHII", 4)
    entries = b"".join(struct.pack(order + layout, tag, kind, count, value) for tag, value, count in tags)
    return head + struct.pack(f"{order}H", len(tags)) + entries


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("short", [True, False])
def test_raw_files_are_told_from_pictures_by_their_directory(order: str, short: bool) -> None:
    def kind(*tags: tuple[int, int, int]) -> str:
        return identify(tiff(*tags, order=order, short=short))

    assert kind((256, 64, 1), (262, 2, 1)) == "tiff"
    assert kind((50706, 1, 1)) == "raw", "DNG"
    assert kind((256, 64, 1), (262, 32803, 1)) == "raw", "a colour filter array"
    assert kind((262, 34892, 1)) == "raw", "linear raw values"
    assert kind((254, 1, 1), (330, 8, 1)) == "raw", "a reduced picture with the whole one below it"
    assert kind((254, 3, 1), (330, 8, 1)) == "raw"
    assert kind((254, 1, 1)) == kind((254, 2, 1), (330, 8, 1)) == kind((330, 8, 1)) == "tiff"


def test_a_directory_that_cannot_be_read_says_nothing() -> None:
    whole = tiff((256, 64, 1), (50706, 1, 1))
    assert identify(whole[:-3]) == "tiff"
    assert identify(b"II*\0" + struct.pack("<I", 1 << 31)) == "tiff"
    assert identify(b"II*\0\x10\0\0\0CR") == "raw"
    assert identify(b"II*\0\x10\0\0\0XR") == "tiff"
    assert identify(b"MM\0+") == identify(b"II+\0") == "tiff"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "jpeg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"\x89PNG\r\n\x1a", "unknown"),
        (b"GIF87a", "gif"),
        (b"BM......", "bmp"),
        (b"RIFF....WEBPVP8 ", "webp"),
        (b"RIFF....WAVE", "audio"),
        (b"RIFF....AVI LIST", "video"),
        (b"....ftypheic", "heic"),
        (b"....ftypavif", "avif"),
        (b"....ftypcrx ", "raw"),
        (b"....ftypM4A ", "audio"),
        (b"....ftypisom", "video"),
        (b"....moov", "video"),
        (b"moov....", "text"),
        *((start, "raw") for start in (b"FUJIFILMCCD-RAW", b"IIRO", b"IIU\0", b"FOVb", b"\0MRM")),
        *((b"." + start, "text") for start in (b"FUJIFILMCCD-RAW", b"IIRO", b"FOVb")),
        *((start, "video") for start in (b"\x1a\x45\xdf\xa3", b"OggS", b"FLV\x01", b"\0\0\x01\xba", b"....mdat")),
        *((start, "archive") for start in (b"PK\x03\x04", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")),
        *((start, "audio") for start in (b"ID3", b"fLaC")),
        *((start, "jxl") for start in (b"\xff\x0a", b"\0\0\0\x0cJXL ")),
        (b"v/1\x01", "exr"),
        (b"#?RADIANCE", "radiance"),
        (b"8BPS", "psd"),
        (b"%PDF", "pdf"),
        (b"  <svg width='1'>", "svg"),
        (b"<!-- a --><svg>", "svg"),
        (b"<svgx>", "text"),
        (b"hello", "text"),
        ("ä".encode() * 3000, "text"),
        (b"x" * 4095 + "ä".encode(), "text"),
        (b"\xff\xfehello", "unknown"),
        (b"   \n", "unknown"),
        (b"hel\0lo", "unknown"),
        (b"", "unknown"),
    ],
)
def test_kinds(data: bytes, kind: str) -> None:
    assert identify(data) == kind
