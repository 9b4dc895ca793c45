"""Reading protobuf's wire format, lazily and without a schema.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator

import numpy as np

Field = tuple[int, "int | memoryview"]
"""Field number, and its value: an integer for varints and fixed widths, the bytes of anything longer."""

_LONGEST_VARINT = 10
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5


MOST_FIELDS = 400_000
"""Of a file. A model of ten thousand nodes has half as many; one of nothing but tiny fields would take a minute."""


class WireError(ValueError):
    """The bytes are not a protobuf message, or end too early."""


def read_fields(message: memoryview, most: int = MOST_FIELDS) -> Iterator[Field]:
    """The fields of one message in file order. Nested messages stay bytes, so skipping one costs nothing.

    Raises `WireError`, also where there are more than `most`.
    """
    at, end = 0, len(message)
    while at < end:
        most -= 1
        if most < 0:
            raise WireError("more fields than a model has")
        tag, at = _read_varint(message, at)
        number, wire_type = tag >> 3, tag & 7
        if number == 0:
            raise WireError(f"field number 0 at byte {at}")
        value: int | memoryview
        if wire_type == _LENGTH:
            size, at = _read_varint(message, at)
            value, at = _take(message, at, size), at + size
        elif wire_type == _VARINT:
            value, at = _read_varint(message, at)
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
    # Half-precision weights may come so, millions of them: all at once.
    data = np.frombuffer(value, np.uint8)
    ends = np.flatnonzero(data < 0x80)
    if len(data) and (not len(ends) or ends[-1] != len(data) - 1):
        raise WireError("the bytes end inside a number")
    starts = np.concatenate([[0], ends[:-1] + 1])[: len(ends)]
    lengths = ends - starts + 1
    longest = int(lengths.max(initial=0))
    if longest > _LONGEST_VARINT:
        raise WireError(f"a number of more than {_LONGEST_VARINT} bytes")
    values = np.zeros(len(ends), np.uint64)
    for step in range(longest):
        longer = lengths > step
        values[longer] |= (data[starts[longer] + step] & 0x7F).astype(np.uint64) << np.uint64(7 * step)
    numbers: list[int] = values.tolist()
    return numbers


def to_signed(value: int) -> int:
    """An int64 from its varint, which is the two's complement in 64 bits."""
    return value - (1 << 64) if value >> 63 else value


def _take(message: memoryview, at: int, size: int) -> memoryview:
    if at + size > len(message):
        raise WireError(f"{at + size - len(message)} bytes are missing at the end")
    return message[at : at + size]


def _read_varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number and the place behind it. Most are of one byte."""
    try:
        byte = message[at]
        if byte < 0x80:
            return byte, at + 1
        result = byte & 0x7F
        for shift in range(7, 7 * _LONGEST_VARINT, 7):
            at += 1
            byte = message[at]
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result, at + 1
    except IndexError:
        raise WireError("the bytes end inside a number") from None
    raise WireError(f"a number of more than {_LONGEST_VARINT} bytes at byte {at}")
