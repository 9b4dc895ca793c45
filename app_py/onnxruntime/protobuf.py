"""Reading protobuf's wire format, lazily and without a schema.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

Field = tuple[int, "int | memoryview"]
"""Field number, and its value: an integer for varints and fixed widths, the bytes of anything longer."""

_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


class WireError(ValueError):
    """The bytes are not a protobuf message, or end too early."""


def read_fields(message: memoryview) -> Iterator[Field]:
    """The fields of one message in file order. Nested messages stay bytes, so skipping one costs nothing."""
    at = 0
    while at < len(message):
        tag, at = _read_varint(message, at)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise WireError(f"field number 0 at byte {at}")
        value: int | memoryview
        if wire_type == _VARINT:
            value, at = _read_varint(message, at)
        elif wire_type == _LENGTH:
            size, at = _read_varint(message, at)
            value, at = _take(message, at, size), at + size
        elif wire_type in (_FIXED64, _FIXED32):
            size = 8 if wire_type == _FIXED64 else 4
            value, at = int.from_bytes(_take(message, at, size), "little"), at + size
        else:
            raise WireError(f"wire type {wire_type} at byte {at}")
        yield number, value


def read_varints(value: "int | memoryview") -> list[int]:
    """A repeated integer field's values: one by one, or packed into one run of bytes."""
    if isinstance(value, int):
        return [value]
    values, at = [], 0
    while at < len(value):
        number, at = _read_varint(value, at)
        values.append(number)
    return values


def to_signed(value: int) -> int:
    """An int64 from its varint, which is the two's complement in 64 bits."""
    return value - (1 << 64) if value >> 63 else value


def _take(message: memoryview, at: int, size: int) -> memoryview:
    if at + size > len(message):
        raise WireError(f"{at + size - len(message)} bytes are missing at the end")
    return message[at : at + size]


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    result = shift = 0
    while shift < 70:
        if at >= len(message):
            raise WireError("the bytes end inside a number")
        byte = message[at]
        at += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result, at
        shift += 7
    raise WireError(f"a number of more than ten bytes at byte {at}")
