"""What an engine gave beside what was expected: numbers, and a picture for people."""

from dataclasses import dataclass

import numpy as np

from app_py.pages.operator_test.cases import Tolerance
from app_py.pages.operator_test.inputs import Floats
from app_py.photo.tensors import RgbImage

SHOWN = 16
"""Values of a row that the predecessor printed."""

GAP_PX = 4


@dataclass(frozen=True, slots=True)
class Comparison:
    """`max_abs_error` and `wrong_values` are None where values cannot be compared: another shape, or no numbers."""

    max_abs_error: float | None
    wrong_values: int | None

    @property
    def passed(self) -> bool:
        return self.wrong_values == 0


@dataclass(frozen=True, slots=True)
class Difference:
    """A picture, uint8 `(H, 3 W + gaps, 3)`, in which full red is an error of `full_red`, or no number."""

    image: RgbImage
    full_red: float


def compare(found: Floats, expected: Floats, tolerance: Tolerance) -> Comparison:
    """Compare two arrays value by value."""
    if found.shape != expected.shape:
        return Comparison(None, None)
    error = np.abs(found.astype(np.float64) - expected)
    within = error <= tolerance.absolute + tolerance.relative * np.abs(expected.astype(np.float64))
    largest = float(error.max(initial=0.0))
    return Comparison(largest if np.isfinite(largest) else None, int(np.count_nonzero(~within)))


def first_rows(output: Floats) -> list[dict[str, object]]:
    """The first values of row 0 and of the middle row of the first channel, None for what is no number."""
    if output.ndim != 4 or 0 in output.shape:
        return []
    plane = output[0, 0]
    rows = (0, plane.shape[0] // 2)
    return [{"row": row, "values": [_number(value) for value in plane[row, :SHOWN]]} for row in rows]


def difference_picture(found: Floats, expected: Floats) -> Difference | None:
    """Expected, found and their difference (red) side by side, in the channel that is off most.

    None where the shapes differ, so that there is nothing to lay side by side.
    """
    if found.shape != expected.shape or found.ndim != 4:
        return None
    error = np.nan_to_num(np.abs(found.astype(np.float64) - expected), nan=np.inf, posinf=np.inf)
    channel = int(np.argmax(error[0].max(axis=(1, 2))))
    low, high = float(expected[0, channel].min()), float(expected[0, channel].max())
    height, width = expected.shape[2:]
    image = np.full((height, 3 * width + 2 * GAP_PX, 3), 255, np.uint8)
    for place, plane in enumerate((expected[0, channel], found[0, channel])):
        left = place * (width + GAP_PX)
        image[:, left : left + width] = _grey(plane, low, high)[..., None]
    # Most failures are far smaller than the values themselves: on their scale nothing would be seen.
    numbers = np.where(np.isfinite(error[0, channel]), error[0, channel], 0.0)
    full_red = float(numbers.max(initial=0.0))
    red = _grey(error[0, channel], 0.0, full_red)
    image[:, 2 * (width + GAP_PX) :, 1:] = (255 - red)[..., None]
    return Difference(image, full_red)


def _grey(plane: Floats, low: float, high: float) -> RgbImage:
    """uint8 `(H, W)`: `low` is black, `high` white; what is no number is white."""
    finite = np.nan_to_num(plane.astype(np.float64), nan=np.inf, posinf=np.inf)
    scaled = np.clip((finite - low) / ((high - low) or 1.0), 0.0, 1.0)
    return np.rint(scaled * 255).astype(np.uint8)


def _number(value: np.float32) -> float | None:
    return round(float(value), 6) if np.isfinite(value) else None
