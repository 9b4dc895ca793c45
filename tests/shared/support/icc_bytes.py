"""ICC profiles of the matrix kind, made by hand."""

import struct

PRIMARIES = {
    b"rXYZ": (0.4360747, 0.2225045, 0.0139322),
    b"gXYZ": (0.3850649, 0.7168786, 0.0971045),
    b"bXYZ": (0.1430804, 0.0606169, 0.7141733),
}
SRGB_CURVE = struct.pack(
    ">4s4xHxx5i", b"para", 3, *(round(65536 * number) for number in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
)


def profile(
    red: bytes, blue: bytes, curve: bytes = SRGB_CURVE, colours: bytes = b"RGB ", connection: bytes = b"XYZ "
) -> bytes:
    """A profile whose red and blue primary are those of sRGB that are named, with that curve in every channel."""
    tags = {
        b"rXYZ": _xyz(red), b"gXYZ": _xyz(b"gXYZ"), b"bXYZ": _xyz(blue),
        b"rTRC": curve, b"gTRC": curve, b"bTRC": curve, b"kTRC": curve,
    }  # fmt: skip
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for name, tag in tags.items():
        padded = tag + b"\0" * (-len(tag) % 4)
        table += struct.pack(">4sII", name, offset + len(data), len(tag))
        data += padded
    header = bytearray(128)
    header[:4] = struct.pack(">I", offset + len(data))
    header[8:12] = b"\x04\x30\0\0"
    header[12:24] = b"mntr" + colours + connection
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", 63190, 65536, 54061)
    return bytes(header) + table + data


def table_profile(swapped: bool) -> bytes:
    """A profile of the other kind, a table to CIE Lab, of sRGB's colours, or with red and blue exchanged.

    ICC.1:2022, 10.11 (lut8Type): 3 channels in and out, straight curves, a grid of 2 x 2 x 2 points.
    """
    corners = [(red, green, blue) for red in (0, 1) for green in (0, 1) for blue in (0, 1)]
    points = b"".join(_lab(corner[::-1] if swapped else corner) for corner in corners)
    unit = struct.pack(">9i", *(65536 * (place % 4 == 0) for place in range(9)))
    straight = bytes(range(256)) * 3
    tag = struct.pack(">4s4x4B", b"mft1", 3, 3, 2, 0) + unit + straight + points + straight
    header = bytearray(128)
    header[:4] = struct.pack(">I", 128 + 4 + 12 + len(tag))
    header[8:12] = b"\x02\x40\0\0"
    header[12:24] = b"mntrRGB Lab "
    header[36:40] = b"acsp"
    header[68:80] = struct.pack(">3i", 63190, 65536, 54061)
    return bytes(header) + struct.pack(">I4sII", 1, b"A2B0", 128 + 4 + 12, len(tag)) + tag


def _lab(corner: tuple[int, int, int]) -> bytes:
    """A full or no light of each primary as the three bytes of Lab (lightness, then a and b from 128)."""
    white = (0.9642, 1.0, 0.8249)
    light = [
        sum(part * primary[axis] for part, primary in zip(corner, PRIMARIES.values(), strict=True)) for axis in range(3)
    ]
    x, y, z = (
        (value / full) ** (1 / 3) if value / full > 0.008856 else 7.787 * value / full + 16 / 116
        for value, full in zip(light, white, strict=True)
    )
    values = (2.55 * (116 * y - 16), 128 + 500 * (x - y), 128 + 200 * (y - z))
    return bytes(min(255, max(0, round(value))) for value in values)


def _xyz(name: bytes) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(65536 * number) for number in PRIMARIES[name]))
