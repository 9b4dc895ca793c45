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


def _xyz(name: bytes) -> bytes:
    return struct.pack(">4s4x3i", b"XYZ ", *(round(65536 * number) for number in PRIMARIES[name]))
