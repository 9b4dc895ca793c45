"""Records out of a place where anything may have been written."""

import pytest

from app_py.records import DEEPEST, LONGEST, is_deep, is_number, parse_record


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[" * DEEPEST, False),
        ("[" * (DEEPEST + 1), True),
        ('{"a":' * (DEEPEST + 1), True),
        ("[]" * 1000, False),
        ("[" * DEEPEST + "]" * DEEPEST + "[", False),
        ('{"a": "' + "[" * 99 + '"}', False),
        ('{"a": "\\"' + "[" * 99 + '"}', False),
        ('{"a": "\\\\"' + "[" * 99 + "}", True),
        ('"open ' + "[" * 99, False),
        ("\\", False),
        ("", False),
    ],
)
def test_depth_is_of_brackets_outside_of_strings(text: str, expected: bool) -> None:
    assert is_deep(text) is expected


def test_another_depth_may_be_asked_for() -> None:
    assert is_deep("[[", 1)
    assert not is_deep("[[", 2)


@pytest.mark.parametrize(
    "text", ["[" * 900_000, '"' + '\\"' * 450_000, '"a' * 450_000, '"' + "a\\" * 450_000, "{" + '"a":[],' * 100_000]
)
def test_no_text_takes_long(text: str) -> None:
    """An expression that tries everything again never comes to its end here."""
    assert parse_record(text) == {}


def test_records() -> None:
    assert parse_record(None) == parse_record("[1]") == parse_record("3") == parse_record("{") == {}
    assert parse_record('{"a": [1, {"b": null}]}') == {"a": [1, {"b": None}]}
    padding = '{"a": "' + "x" * (LONGEST - 9) + '"}'
    assert len(padding) == LONGEST
    assert parse_record(padding)
    assert parse_record(padding + " ") == {}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0, True), (10, True), (0.5, True), (-0.1, False), (10.1, False), (True, False), (None, False), ("3", False),
        (float("nan"), False), (float("inf"), False), (float("-inf"), False),
    ],
)  # fmt: skip
def test_numbers_of_a_range(value: object, expected: bool) -> None:
    assert is_number(value, 0, 10) is expected
