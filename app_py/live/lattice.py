"""The lattice lock: what stands still in the scene always meets the network at the same place of its strides."""

import numpy as np

from app_py.live.fixed_point import Fine, Frame, Levels
from app_py.live.motion import NO_SHIFT, Shift
from app_py.photo.sizing import STRIDE, Size, model_size

MARGIN_PX = STRIDE
"""The network sees so much more on each axis, for a frame to be moved in."""


def lattice_size(size: Size) -> Size:
    """The size that the network sees of a frame of `size`, steadied."""
    return Size(*(side + MARGIN_PX for side in model_size(size)))


class Lattice:
    """Where on the lattice the scene is: the sum of all its shifts, of which the remainder by four counts."""

    def __init__(self) -> None:
        self.place = NO_SHIFT
        """Where in the network's picture the frame begins, 0..3 pixels from its top and left."""

    def move(self, shift: Shift) -> None:
        """The scene went on by `shift`; its frame is put back by as much."""
        self.place = Shift((self.place.down - shift.down) % STRIDE, (self.place.right - shift.right) % STRIDE)


def place_in(frame: Levels, place: Shift) -> Levels:
    """The frame in a picture of `lattice_size`, beginning at `place`; around it, its edges go on."""
    height, width = frame.shape[:2]
    size = lattice_size(Size(height, width))
    down = (place.down, size.height - height - place.down)
    right = (place.right, size.width - width - place.right)
    return np.pad(frame, (down, right, (0, 0)), mode="edge")


def take_out(picture: Frame, place: Shift, size: Size) -> Frame:
    """The part of the network's picture that belongs to the frame."""
    return picture[place.down : place.down + size.height, place.right : place.right + size.width]


def moved(picture: Fine, shift: Shift) -> Fine:
    """The picture moved by `shift`; what came into view has the values that were there before."""
    result = picture.copy()
    height, width = picture.shape[:2]
    to_rows, from_rows = _overlap(height, shift.down)
    to_columns, from_columns = _overlap(width, shift.right)
    result[to_rows, to_columns] = picture[from_rows, from_columns]
    return result


def uncover(weight: Fine, shift: Shift, value: int) -> None:
    """Set what came into view by `shift` to `value`, in place."""
    height, width = weight.shape[:2]
    rows, _ = _overlap(height, shift.down)
    columns, _ = _overlap(width, shift.right)
    weight[: rows.start] = value
    weight[rows.stop :] = value
    weight[:, : columns.start] = value
    weight[:, columns.stop :] = value


def _overlap(length: int, shift: int) -> tuple[slice, slice]:
    """Where something that is moved by `shift` comes to lie within `length`, and where that came from."""
    begin, end = max(0, shift), length + min(0, shift)
    return slice(begin, end), slice(begin - shift, end - shift)
