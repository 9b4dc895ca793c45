"""Samples of more than eight bits: which one is white, and what lies below it."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from app_py.photo.samples import BITS_PER_SAMPLE, DIM, MAX_SAMPLE_VALUE, eight_bits


def greys(samples: Any, mode: str = "", tags: dict[int, object] | None = None, clear: int | None = None) -> list[Any]:
    """What becomes of samples in one row, and whether they were brightened."""
    kind = {"F": np.float32, "I": np.int32}.get(mode, np.uint16)
    picture = Image.fromarray(np.array([samples], kind))
    if clear is not None:
        picture.info["transparency"] = clear
    found = eight_bits(picture, tags or {})
    return [np.asarray(found.picture)[0].tolist(), found.brightened]


def test_eight_bits_are_left_alone() -> None:
    for mode in ("L", "RGB", "RGBA", "P", "1"):
        picture = Image.new(mode, (3, 2))
        assert eight_bits(picture, {}).picture is picture
        assert not eight_bits(picture, {}).brightened


@pytest.mark.parametrize(
    ("samples", "mode", "tags", "expected"),
    [
        ([0, 32896, 65535], "", {}, [0, 128, 255]),
        ([0, 2056, 4095], "", {BITS_PER_SAMPLE: 12}, [0, 128, 255]),
        ([0, 2056, 4095], "", {BITS_PER_SAMPLE: (12, 12)}, [0, 128, 255]),
        ([0, 500, 1000], "", {MAX_SAMPLE_VALUE: 1000}, [0, 128, 255]),
        # A tag that the samples belie, or that says no more than eight bits or all of 32, is none.
        ([0, 32896, 65535], "", {MAX_SAMPLE_VALUE: 1000}, [0, 128, 255]),
        ([0, 32896, 65535], "", {BITS_PER_SAMPLE: 12}, [0, 128, 255]),
        ([0, 32896, 65535], "", {BITS_PER_SAMPLE: 8}, [0, 128, 255]),
        ([0, 32896, 65535], "", {BITS_PER_SAMPLE: "12"}, [0, 128, 255]),
        ([0, 32896, 65535], "I", {}, [0, 128, 255]),
        ([0, 1 << 30, 2**31 - 1], "I", {}, [0, 128, 255]),
        ([0, 1 << 30, 2**31 - 1], "I", {BITS_PER_SAMPLE: 32}, [0, 128, 255]),
        ([0.0, 0.5, 1.0], "F", {}, [0, 128, 255]),
        ([0.0, 127.6, 255.0], "F", {}, [0, 128, 255]),
        ([0.0, 500.0, 1000.0], "F", {}, [0, 128, 255]),
        ([-1.0, 0.5, 1.0, 255.0], "F", {}, [0, 1, 1, 255]),
        ([-0.5, 1.0], "F", {}, [0, 255]),
    ],
)
def test_which_sample_is_white(samples: list[Any], mode: str, tags: dict[int, object], expected: list[int]) -> None:
    assert greys(samples, mode, tags)[0] == expected


def test_what_lies_in_the_dark_end_is_brightened() -> None:
    edge = 65535 // DIM
    assert DIM == 16
    assert greys([0, edge]) == [[0, 255], True]
    assert greys([0, edge + 1]) == [[0, 16], False]
    assert greys([0, 0]) == [[0, 0], False]
    assert greys([0, 1]) == [[0, 255], True]


def test_a_transparent_value_is_told_before_samples_are_reduced() -> None:
    found, brightened = greys([32896, 40000, 65535, 40001], clear=40000)
    assert found == [[128, 255], [156, 0], [255, 255], [156, 255]]
    assert not brightened
    assert greys([100, 65535], clear=65535) == [[[255, 255], [255, 0]], True], "what is clear is not the brightest"
