"""Pictures to tensors and back, on values worked out by hand."""

import numpy as np
import pytest

from app_py.errors import EngineError
from app_py.photo.sizing import Size
from app_py.photo.tensors import padded, to_image, to_tensor


def test_planes_are_red_green_blue_at_0_to_255() -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    image[2, 5] = (10, 20, 255)
    tensor = to_tensor(image)
    assert tensor.dtype == np.float32
    assert tensor.shape == (1, 3, 8, 8)
    assert tensor.flags.c_contiguous
    assert tensor[0, :, 2, 5].tolist() == [10.0, 20.0, 255.0]
    assert tensor.sum() == 285.0


def test_sides_are_padded_by_repeating_the_edge() -> None:
    image = np.arange(9 * 10 * 3, dtype=np.uint32).astype(np.uint8).reshape(9, 10, 3)
    tensor = to_tensor(image)
    assert tensor.shape == (1, 3, 12, 12)
    expected = np.pad(image, ((0, 3), (0, 2), (0, 0)), mode="edge").transpose(2, 0, 1)[None]
    np.testing.assert_array_equal(tensor, expected)
    np.testing.assert_array_equal(padded(image).transpose(2, 0, 1)[None], expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-3.0, 0), (0.49, 0), (0.5, 0), (1.5, 2), (2.5, 2), (254.6, 255), (255.4, 255), (1e9, 255)],
)
def test_output_is_clamped_and_rounded_half_to_even(value: float, expected: int) -> None:
    tensor = np.full((1, 3, 8, 8), value, np.float32)
    assert (to_image(tensor, Size(8, 8)) == expected).all()


def test_output_is_cropped_back() -> None:
    image = np.random.default_rng(1).integers(0, 256, (13, 22, 3), np.uint8)
    np.testing.assert_array_equal(to_image(to_tensor(image), Size(13, 22)), image)


@pytest.mark.parametrize("shape", [(1, 4, 8, 8), (3, 8, 8), (2, 3, 8, 8), (1, 3, 7, 8)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(EngineError, match="not a painting model") as caught:
        to_image(np.zeros(shape, np.float32), Size(8, 8))
    assert caught.value.code == "output-invalid"


@pytest.mark.parametrize("poison", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_numbers_are_refused(poison: float) -> None:
    tensor = np.zeros((1, 3, 8, 8), np.float32)
    tensor[0, 1, 4, 4] = poison
    with pytest.raises(EngineError, match="not numbers"):
        to_image(tensor, Size(8, 8))


def test_bytes_that_fit_are_not_copied() -> None:
    image = np.zeros((8, 12, 3), np.uint8)
    assert padded(image) is image
