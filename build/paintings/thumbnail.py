"""Small WebP pictures for the gallery."""

import io
from dataclasses import dataclass

import numpy as np
from PIL import Image

from app_py.photo.edit import middle_square

SIDE_PX = 144
LARGEST_BYTES = 4_400
# All of the gallery is a part of the first visit.
QUALITIES = (78, 70, 62, 54, 46, 38, 30, 20)


@dataclass(frozen=True)
class Thumbnail:
    """A WebP and its size in pixels."""

    data: bytes
    width: int
    height: int


def make_thumbnail(picture: Image.Image) -> Thumbnail:
    """The square in the picture's middle, at the best quality of which the file stays within `LARGEST_BYTES`."""
    square = Image.fromarray(middle_square(np.asarray(picture.convert("RGB"))))
    small = square.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    data = b""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=quality, method=6)
        data = buffer.getvalue()
        if len(data) <= LARGEST_BYTES:
            break
    return Thumbnail(data, SIDE_PX, SIDE_PX)
