"""Where the scene meets the network's strides."""

import numpy as np
import pytest

from app_py.live.lattice import Lattice, lattice_size, moved, place_in, take_out, uncover
from app_py.live.motion import Shift
from app_py.photo.sizing import Size


def numbered(height: int, width: int) -> np.ndarray:
    return np.arange(height * width * 3, dtype=np.int64).reshape(height, width, 3).astype(np.uint8)


def test_what_stands_still_in_the_scene_always_meets_the_same_place_of_the_lattice() -> None:
    lattice = Lattice()
    y, x = 17, 23
    places = set()
    for shift in [Shift(0, 0), Shift(1, -1), Shift(1, 2), Shift(-3, 4), Shift(-4, -4), Shift(2, 3)]:
        lattice.move(shift)
        y, x = y + shift.down, x + shift.right
        places.add(((y + lattice.place.down) % 4, (x + lattice.place.right) % 4))
        assert 0 <= min(lattice.place) <= max(lattice.place) < 4
    assert places == {(1, 3)}


@pytest.mark.parametrize(("height", "width"), [(8, 8), (13, 30), (240, 320)])
def test_a_frame_comes_out_where_it_was_placed_at_every_place(height: int, width: int) -> None:
    frame = numbered(height, width)
    size = lattice_size(Size(height, width))
    assert size.height % 4 == size.width % 4 == 0
    for place in (Shift(y, x) for y in range(4) for x in range(4)):
        picture = place_in(frame.astype(np.float32), place)
        assert picture.shape == (*size, 3)
        np.testing.assert_array_equal(take_out(picture.astype(np.uint8), place, Size(height, width)), frame)
        np.testing.assert_array_equal(picture[0, 0], frame[0, 0])
        np.testing.assert_array_equal(picture[-1, -1], frame[-1, -1])


@pytest.mark.parametrize("shift", [Shift(0, 0), Shift(2, 0), Shift(-3, 1), Shift(4, -4)])
def test_a_moved_picture_is_what_it_was_and_what_came_into_view_is_known(shift: Shift) -> None:
    picture = numbered(9, 11).astype(np.int32)
    new = np.zeros((9, 11), np.int32)
    uncover(new, shift, 1)
    after = moved(picture, shift)
    for y, x in np.ndindex(9, 11):
        from_y, from_x = y - shift.down, x - shift.right
        inside = 0 <= from_y < 9 and 0 <= from_x < 11
        assert new[y, x] == (not inside)
        np.testing.assert_array_equal(after[y, x], picture[from_y, from_x] if inside else picture[y, x])
