"""Values that a style's vector decides."""

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.small_values import combine, small_input


def test_what_values_share_is_computed_once_for_a_style() -> None:
    made = []

    def double(array: NDArray[np.float32]) -> NDArray[np.float32]:
        made.append(float(array[0]))
        return array * 2

    doubled = combine(double, small_input("style", [2]))
    one, other = (combine(np.add, doubled, small_input("style", [2])) for _ in range(2))
    made.clear()
    for number in (1.0, 5.0):
        feeds = {"style": np.full(2, number, np.float32)}
        assert one.compute(feeds)[0] == other.compute(feeds)[0] == 3 * number
    assert made == [1.0, 5.0]
