"""Pixels to a picture file for keeping."""

import io
from typing import Literal, cast, get_args

from PIL import Image

from app_py.errors import PhotoError
from app_py.i18n import tr
from app_py.photo.tensors import RgbImage

PLAIN_BYTES = 27_000_000

PictureFormat = Literal["png", "jpeg", "webp"]


def picture_format(name: str) -> PictureFormat:
    """The format of that name; `PhotoError` for any other."""
    for known in get_args(PictureFormat):
        if known == name:
            return cast(PictureFormat, known)
    raise PhotoError(
        tr("“{name}” is not a format this page writes; it knows PNG, JPEG and WebP.", name=name), code="format-unknown"
    )


def encode(image: RgbImage, picture_format: PictureFormat = "png", quality: int = 92) -> bytes:
    """A picture file without any metadata.

    Args:
        image: uint8 `(H, W, 3)`.
        quality: 1..100, for JPEG and WebP; PNG is lossless.
    """
    out = io.BytesIO()
    picture = Image.fromarray(image)
    match picture_format:
        case "png":
            picture.save(out, "PNG", compress_level=4)
        case "jpeg":
            picture.save(out, "JPEG", quality=quality, subsampling=0 if quality >= 90 else 2, optimize=True)
        case "webp":
            picture.save(out, "WEBP", quality=quality, method=4)
    return out.getvalue()


def plain_file(image: RgbImage) -> bytes:
    """A picture file made in no time, to be kept and not given away: BMP, or JPEG where that would be too large."""
    if image.nbytes > PLAIN_BYTES:
        return encode(image, "jpeg", 97)
    out = io.BytesIO()
    Image.fromarray(image).save(out, "BMP")
    return out.getvalue()
