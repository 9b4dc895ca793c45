"""Protobuf's wire format: https://protobuf.dev/programming-guides/encoding/."""

import numpy as np
import pytest

from app_py.onnxruntime.errors import InvalidProtobuf, NoModel
from app_py.onnxruntime.onnx_header import DEEPEST, read_header
from app_py.onnxruntime.protobuf import MOST_FIELDS, WireError, read_fields, read_varints, to_signed
from tests.shared.support import onnx_bytes
from tests.shared.support.onnx_bytes import _field, _number, _varint


def fields(data: bytes) -> list[tuple[int, int | bytes]]:
    return [
        (number, value if isinstance(value, int) else bytes(value)) for number, value in read_fields(memoryview(data))
    ]


def test_every_wire_type() -> None:
    data = b"\x08\x96\x01" + b"\x12\x03abc" + b"\x19" + (7).to_bytes(8, "little") + b"\x25" + (9).to_bytes(4, "little")
    assert fields(data) == [(1, 150), (2, b"abc"), (3, 7), (4, 9)]
    assert fields(b"") == []
    assert fields(_field(200, b"")) == [(200, b"")], "a number of two bytes"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\x08", "end inside a number"),
        (b"\x08\x80", "end inside a number"),
        (b"\x12\x05abc", "2 bytes are missing"),
        (b"\x12\x04abc", "1 bytes are missing"),
        (b"\x19" + bytes(7), "1 bytes are missing"),
        (b"\x25" + bytes(3), "1 bytes are missing"),
        (b"\x00\x01", "field number 0"),
        (b"\x0b", "wire type 3 at byte 1"),
        (b"\x0c", "wire type 4"),
        (b"\x0e", "wire type 6"),
        (b"\x0f", "wire type 7"),
        (b"\x08" + b"\x80" * 10 + b"\x01", "a number of more than 10 bytes"),
    ],
)
def test_what_is_no_message(data: bytes, words: str) -> None:
    with pytest.raises(WireError, match=words):
        fields(data)


def test_the_longest_number_is_read() -> None:
    assert fields(b"\x08" + b"\xff" * 9 + b"\x01") == [(1, (1 << 64) - 1)]
    assert [to_signed(value) for value in ((1 << 64) - 1, 1 << 63, (1 << 63) - 1, 0)] == [
        -1,
        -(1 << 63),
        (1 << 63) - 1,
        0,
    ]


@pytest.mark.parametrize("values", [[], [0], [1, 127, 128, 300, 1 << 35, (1 << 64) - 1, 5], list(range(1000))])
def test_packed_integers(values: list[int]) -> None:
    assert read_varints(memoryview(b"".join(map(_varint, values)))) == values


def test_packed_integers_that_are_cut_or_too_long() -> None:
    assert read_varints(42) == [42]
    for data, words in ((b"\x01\x80", "end inside"), (b"\x80", "end inside"), (b"\x80" * 10 + b"\x01", "more than 10")):
        with pytest.raises(WireError, match=words):
            read_varints(memoryview(data))


def test_a_file_of_nothing_but_tiny_fields_is_refused_early() -> None:
    with pytest.raises(InvalidProtobuf, match="not ONNX or is cut short") as caught:
        read_header(b"\x08\x01" * (8 << 20))
    assert "more fields than a model has" in caught.value.detail
    node = _field(1, _number(1, 0) * 100)
    with pytest.raises(InvalidProtobuf) as caught:
        read_header(_field(7, node * (MOST_FIELDS // 50)))
    assert caught.value.detail == "a number where a message was expected" or "more fields" in caught.value.detail


def test_the_fields_of_all_messages_count_together() -> None:
    whole = _field(1, _field(4, "Relu") * 99)
    with pytest.raises(InvalidProtobuf) as caught:
        read_header(_field(7, whole * (MOST_FIELDS // 100 + 1)))
    assert "more fields than a model has" in caught.value.detail
    assert sum(read_header(_field(7, whole * 50)).operators.values()) == 50


def test_numbers_and_messages_in_each_others_place() -> None:
    for data in (_number(7, 3), onnx_bytes.model() + _field(1, b"\x08\x01")):
        with pytest.raises(InvalidProtobuf) as caught:
            read_header(data)
        assert "expected" in caught.value.detail
    with pytest.raises(NoModel):
        read_header(_number(1, 3))


def test_messages_within_each_other_without_end() -> None:
    def nested(depth: int) -> bytes:
        graph = _field(1, _field(4, "If"))
        for _ in range(depth):
            graph = _field(1, _field(4, "If") + _field(5, _field(6, graph)))
        return _field(7, graph)

    assert read_header(nested(DEEPEST // 3 - 2)).operators["ai.onnx", "If"] == DEEPEST // 3 - 1
    with pytest.raises(InvalidProtobuf) as caught:
        read_header(nested(DEEPEST))
    assert "within each other" in caught.value.detail


def test_text_that_is_none() -> None:
    with pytest.raises(InvalidProtobuf):
        read_header(_field(2, b"\xff\xfe") + onnx_bytes.model())


def test_a_large_run_of_integers_is_read_at_once() -> None:
    """As half-precision weights come."""
    values = np.random.default_rng(1).integers(0, 1 << 16, 200_000)
    assert read_varints(memoryview(b"".join(map(_varint, values.tolist())))) == values.tolist()


def test_as_many_fields_are_read_as_are_allowed() -> None:
    assert len(list(read_fields(memoryview(b"\x08\x01" * 3), 3))) == 3
    with pytest.raises(WireError, match="more fields than a model has"):
        list(read_fields(memoryview(b"\x08\x01" * 4), 3))
