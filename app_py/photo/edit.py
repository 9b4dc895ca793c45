"""Turning and cropping photos and pictures."""

from dataclasses import replace

import numpy as np

from app_py.photo.decode import Photo
from app_py.photo.sizing import Size, check_photo
from app_py.photo.tensors import RgbImage

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of width and height, 0..1."""


def rotated(photo: Photo, quarter_turns: int) -> Photo:
    """Turned clockwise by so many quarters."""
    turns = quarter_turns % 4
    size = photo.size if turns % 2 == 0 else Size(photo.size.width, photo.size.height)
    return replace(photo, image=np.ascontiguousarray(np.rot90(photo.image, -turns)), size=size)


def cropped(photo: Photo, box: Box) -> Photo:
    """Cut to `box`.

    Raises:
        PhotoError: `photo-too-small` when less than the smallest photo is left.
    """
    rows, columns = _pixels(box, Size(*photo.image.shape[:2]))
    cut = photo.image[rows.start : rows.stop, columns.start : columns.stop]
    check_photo(Size(*cut.shape[:2]))
    # Counted as the pixels are, so that a photo that is held whole is drawn pixel by pixel.
    return replace(photo, image=np.ascontiguousarray(cut), size=Size(*map(len, _pixels(box, photo.size))))


def _pixels(box: Box, size: Size) -> tuple[range, range]:
    """The rows and columns of a picture of that size that lie in the box."""
    left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in box)
    rows = range(_place(top, size.height), _place(bottom, size.height))
    return rows, range(_place(left, size.width), _place(right, size.width))


def _place(edge: float, pixels: int) -> int:
    """The pixel where an edge lies, halves rounded up: both edges of a square in the middle alike."""
    return int(edge * pixels + 0.5 + 1e-6)


def middle_square(image: RgbImage) -> RgbImage:
    """The square in a picture's middle, uint8 `(S, S, 3)`, S its shorter side."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return np.ascontiguousarray(image[top : top + side, left : left + side])
