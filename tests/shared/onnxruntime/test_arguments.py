"""What onnxruntime's native half takes as a number, and as a text."""

import pytest

from app_py.onnxruntime.arguments import check_int, check_text


@pytest.mark.parametrize(
    ("bits", "signed", "least", "most"),
    [
        (32, True, -2_147_483_648, 2_147_483_647),
        (64, True, -(1 << 63), (1 << 63) - 1),
        (32, False, 0, 4_294_967_295),
        (64, False, 0, (1 << 64) - 1),
    ],
)
def test_the_numbers_that_so_many_bits_hold(bits: int, signed: bool, least: int, most: int) -> None:
    for held in (least, 0, most):
        assert check_int("n", held, bits, signed=signed) == held
    for beyond in (least - 1, most + 1):
        with pytest.raises(TypeError, match=f"n must be an int from {least} to {most}, not "):
            check_int("n", beyond, bits, signed=signed)


def test_32_bits_with_a_sign_are_meant_where_nothing_is_said() -> None:
    with pytest.raises(TypeError, match="from -2147483648 to 2147483647, not 2147483648"):
        check_int("n", 1 << 31)
    with pytest.raises(TypeError, match=r"not 1\.0"):
        check_int("n", 1.0)


def test_a_number_of_many_digits_is_not_written_out() -> None:
    with pytest.raises(TypeError, match=f"not {(1 << 64) - 1}"):
        check_int("n", (1 << 64) - 1)
    with pytest.raises(TypeError, match="not one of 65 bits"):
        check_int("n", 1 << 64)


def test_a_text_is_a_text() -> None:
    assert check_text("A name", "x") == "x"
    for wrong in (None, 5, b"x"):
        with pytest.raises(TypeError, match="A name must be a str, not "):
            check_text("A name", wrong)
