"""Small WebP pictures for the gallery."""

import io
from dataclasses import dataclass

from PIL import Image

SIDE_PX = 144
LARGEST_BYTES = 6_000
QUALITIES = (78, 70, 62, 54, 46, 38, 30, 20)


@dataclass(frozen=True)
class Thumbnail:
    """A WebP and its size in pixels."""

    data: bytes
    width: int
    height: int


def make_thumbnail(picture: Image.Image) -> Thumbnail:
    """The square in the picture's middle, at the best quality of which the file stays within 6,000 bytes."""
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    square = picture.convert("RGB").crop((left, top, left + side, top + side))
    small = square.resize((SIDE_PX, SIDE_PX), Image.Resampling.LANCZOS)
    data = b""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        small.save(buffer, "WEBP", quality=quality, method=6)
        data = buffer.getvalue()
        if len(data) <= LARGEST_BYTES:
            break
    return Thumbnail(data, SIDE_PX, SIDE_PX)
