"""From a picture file to a photo ready to be painted, by whichever decoder does it best; and the cutting of photos."""

from typing import Protocol

import numpy as np

from app_py.errors import PhotoError
from app_py.picture import photo as photos
from app_py.picture.photo import Photo
from app_py.picture.sizing import MAX_PAINTED_PIXELS, Size, check_photo
from app_py.picture.tensors import RgbImage

Box = tuple[float, float, float, float]
"""Left, top, right, bottom as fractions of width and height, 0..1."""


class NativeDecoder(Protocol):
    """The browser's own picture decoder."""

    async def decode(self, data: bytes) -> RgbImage | None:
        """uint8 `(H, W, 4)`, upright, in sRGB, alpha not premultiplied; None where it cannot."""


async def open_photo(data: bytes, browser: NativeDecoder) -> Photo:
    """Decode a picture file. Raises `PhotoError` as `photo.decode` does."""
    if photos.prefers_browser(data) and (photo := await _decode_in_browser(data, browser)) is not None:
        return photo
    try:
        return photos.decode(data, keep_px=int(MAX_PAINTED_PIXELS**0.5))
    except PhotoError as error:
        # AVIF, HEIC and the like: Pillow does not know them, some browsers do.
        if error.code != "photo-unreadable" or (photo := await _decode_in_browser(data, browser)) is None:
            raise
        return photo


async def _decode_in_browser(data: bytes, browser: NativeDecoder) -> Photo | None:
    rgba = await browser.decode(data)
    if rgba is None:
        return None
    size = Size(*rgba.shape[:2])
    check_photo(size)
    return Photo(photos.flatten(rgba), size)


def rotated(photo: Photo, quarter_turns: int) -> Photo:
    """Turned clockwise by so many quarters."""
    turns = quarter_turns % 4
    size = photo.size if turns % 2 == 0 else Size(photo.size.width, photo.size.height)
    return Photo(np.ascontiguousarray(np.rot90(photo.image, -turns)), size)


def cropped(photo: Photo, box: Box) -> Photo:
    """Cut to `box`.

    Raises:
        PhotoError: `photo-too-small` when less than the smallest photo is left.
    """
    left, top, right, bottom = (min(1.0, max(0.0, edge)) for edge in box)
    height, width = photo.image.shape[:2]
    cut = photo.image[round(top * height) : round(bottom * height), round(left * width) : round(right * width)]
    size = Size(round((bottom - top) * photo.size.height), round((right - left) * photo.size.width))
    check_photo(Size(*cut.shape[:2]))
    return Photo(np.ascontiguousarray(cut), size)
