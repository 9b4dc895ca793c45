"""The matrices of Winograd's filtering: what they are for, and that the kernels' own transforms are theirs."""

import numpy as np
import pytest

from app_py.kernels import transforms as t


@pytest.mark.parametrize(("a", "g", "b"), [(t.A4, t.G4, t.B4), (t.A3, t.G3, t.B3)])
def test_an_output_is_the_sum_of_taps_times_inputs(a: t.Matrix, g: t.Matrix, b: t.Matrix) -> None:
    random = np.random.default_rng(0)
    taps, inputs = random.normal(size=3), random.normal(size=len(b))
    expected = [taps @ inputs[i : i + 3] for i in range(len(a))]
    np.testing.assert_allclose(a @ ((g @ taps) * (b @ inputs)), expected, atol=1e-12)


def test_outputs_behind_an_enlargement_are_those_of_the_enlarged_input() -> None:
    random = np.random.default_rng(0)
    taps, inputs = random.normal(size=3), random.normal(size=3)
    enlarged = np.repeat(inputs, 2)
    expected = [taps @ enlarged[1:4], taps @ enlarged[2:5]]
    np.testing.assert_allclose(t.A1 @ ((t.G1 @ taps) * (t.B1 @ inputs)), expected, atol=1e-12)


@pytest.mark.parametrize(("columns", "panels"), [(4, [4]), (8, [8]), (12, [8, 4]), (28, [16, 8, 4]), (32, [16, 16])])
def test_panels_hold_every_column_once(columns: int, panels: list[int]) -> None:
    matrix = np.arange(3 * columns, dtype=np.float64).reshape(1, 3, columns)
    flat, at, start = t.to_panels(matrix), 0, 0
    for panel in panels:
        np.testing.assert_array_equal(flat[at : at + 3 * panel].reshape(3, panel), matrix[0, :, start : start + panel])
        at, start = at + 3 * panel, start + panel
    assert at == flat.size
