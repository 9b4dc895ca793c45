"""Paintings as files: what they are called, and the photo and its painting in one picture."""

import re
from dataclasses import dataclass

import numpy as np

from app_py.pages.studio.state import Saving
from app_py.photo.encode import encode, picture_format
from app_py.photo.tensors import RgbImage

_SUFFIXES = {"png": "png", "jpeg": "jpg", "webp": "webp"}

WIDE = 1.8
"""Width to height; a photo wider than that stands above its painting, any other beside it."""

GAP = 0.01
"""Of the longer side, white, between photo and painting."""


@dataclass(frozen=True, slots=True)
class PictureFile:
    name: str
    mime: str
    data: bytes


def picture_file(image: RgbImage, photo_name: str, style: str, saving: Saving) -> PictureFile:
    """A painting as it is saved, named after its photo and its style."""
    name = f"{stem_of(photo_name)}-{slug(style)}.{_SUFFIXES[saving.format]}"
    data = encode(image, picture_format(saving.format), saving.quality)
    return PictureFile(name, f"image/{saving.format}", data)


def before_and_after(photo: RgbImage, painting: RgbImage) -> RgbImage:
    """Both in one picture, uint8: side by side, `(H, 2 W + gap, 3)`, or a wide one `(2 H + gap, W, 3)`."""
    height, width = photo.shape[:2]
    gap = max(2, round(GAP * max(height, width)))
    above = width > WIDE * height
    between = np.full((gap, width, 3) if above else (height, gap, 3), 255, np.uint8)
    return np.concatenate([photo, between, painting], axis=0 if above else 1)


def stem_of(name: str) -> str:
    """A file's name without its ending.

    >>> stem_of("my.holiday.jpg")
    'my.holiday'
    """
    return name.rsplit(".", 1)[0] or "photo"


def slug(style: str) -> str:
    """A style as part of a file's name.

    >>> slug("painting:The Great Wave")
    'The-Great-Wave'
    """
    return re.sub(r"[^\w-]+", "-", style.rsplit(":", 1)[-1]).strip("-") or "style"
