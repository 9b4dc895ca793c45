"""Writing protobuf's wire format, and changing some of a message's nested messages; `protobuf.py` reads it."""

from collections.abc import Callable, Mapping

from .protobuf import read_fields

Change = Callable[[memoryview], bytes | None]
"""A nested message to what stands in its place; None leaves it out."""


def rewrite(message: memoryview, change: Mapping[int, Change]) -> bytes:
    """The message with some of its nested messages changed, or left out; everything else byte for byte.

    For messages whose only numbers are varints, such as ModelProto and GraphProto.
    """
    out = bytearray()
    for number, value in read_fields(message):
        if isinstance(value, int):
            out += varint_field(number, value)
        elif number not in change:
            out += bytes_field(number, value)
        elif (data := change[number](value)) is not None:
            out += bytes_field(number, data)
    return bytes(out)


def varint_field(number: int, value: int) -> bytes:
    """A field that is a number."""
    return varint(number << 3) + varint(value)


def bytes_field(number: int, data: "bytes | memoryview") -> bytes:
    """A field that is a string, bytes or a message."""
    return varint(number << 3 | 2) + varint(len(data)) + bytes(data)


def varint(value: int) -> bytes:
    """A number of up to 64 bits, without a sign."""
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
