"""Whether a picture file is there to its end, by its own structure: decoders guess, and guess differently."""

import struct
from collections.abc import Mapping

PNG_SIGNATURE_BYTES = 8
PNG_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"

STRIPS = (273, 279)
TILES = (324, 325)
"""Tags of TIFF: where the pieces lie, and how many bytes each has."""


def is_whole(data: bytes, kind: str) -> bool:
    """Whether the file's structure reaches its end, so that a decoder which fails on it may just not know it."""
    match kind:
        case "jpeg":
            return has_jpeg_end(data)
        case "png":
            return with_png_end(data) is None
        case "gif":
            return data.rstrip(b"\0").endswith(b";")
        case "webp":
            return int.from_bytes(data[4:8], "little") + 8 <= len(data)
        case _:
            return False


def has_jpeg_end(data: bytes) -> bool:
    """Whether an end-of-image marker follows the first scan (ITU-T T.81, B.1.1): a thumbnail's own lies before it.

    Junk between segments is stepped over, as every decoder does.
    """
    position = 2
    while 0 <= (position := data.find(b"\xff", position)) < len(data) - 1:
        marker = data[position + 1]
        if marker == 0xDA:
            return data.find(b"\xff\xd9", position) >= 0
        if marker == 0xFF:
            position += 1
        elif marker == 0x00 or marker == 0x01 or 0xD0 <= marker <= 0xD9:
            position += 2
        else:
            position += 2 + int.from_bytes(data[position + 2 : position + 4])
    return False


def with_png_end(data: bytes) -> bytes | None:
    """A PNG closed where its last whole chunk ends; None where it is closed already.

    Whether all pixels are there is for its decoder to say. Chunks are a length, a name, the data and a checksum
    (PNG 1.2, 3.2).
    """
    position = PNG_SIGNATURE_BYTES
    while position + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, position)
        if name == b"IEND" and data[position:].startswith(PNG_END):
            return None
        if position + 12 + length > len(data) or name == b"IEND":
            break
        position += 12 + length
    return data[:position] + PNG_END


def has_all_strips(data: bytes, tags: Mapping[int, object]) -> bool:
    """Whether a TIFF's pixels, by the tags of where they lie (TIFF 6.0, sections 3 and 15), lie within the file."""
    for place, size in (STRIPS, TILES):
        offsets, lengths = tags.get(place), tags.get(size)
        if isinstance(offsets, tuple) and isinstance(lengths, tuple):
            return all(offset + length <= len(data) for offset, length in zip(offsets, lengths, strict=False))
    return False
