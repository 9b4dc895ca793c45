"""Style vectors: written, mixed, and the picture that one is read from."""

import numpy as np
import pytest

from app_py.styles.vectors import decode, encode, mix, predictor_picture


def test_a_vector_comes_back_as_it_was() -> None:
    vector = np.linspace(-2, 2, 100, dtype=np.float32)[np.newaxis]
    assert np.array_equal(decode(encode(vector), 100), vector)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("?", "not base64"),
        (encode(np.zeros((1, 3), np.float32)), "3 numbers where 4 were expected"),
        (encode(np.array([[0, np.nan, 1, 2]], np.float32)), "not finite"),
    ],
)
def test_what_is_no_vector_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        decode(text, 4)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [float("nan"), 1], [1], []])
def test_weights_that_mean_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(ValueError):
        mix([np.zeros((1, 2), np.float32)] * 2, weights)


def test_a_mixture_is_the_weighted_mean() -> None:
    ends = [np.array([[1, 0]], np.float32), np.array([[0, 1]], np.float32)]
    assert mix(ends, [1, 3]).tolist() == [[0.25, 0.75]]


def test_the_square_in_the_middle_is_read() -> None:
    image = np.zeros((40, 100, 3), np.uint8)
    image[:, 30:70] = (10, 20, 30)
    picture = predictor_picture(image)
    assert picture.shape == (1, 3, 256, 256)
    assert picture.dtype == np.float32
    assert picture[0, :, 128, 128].tolist() == [10, 20, 30]
    assert picture.min() == 10
