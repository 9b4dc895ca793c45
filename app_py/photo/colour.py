"""Pictures from the colours of their ICC profile to sRGB, by our own code or by LittleCMS where that is built in."""

import io

import numpy as np
from PIL import Image, ImageCms

from app_py.photo.icc import read_profile, to_srgb

SRGB_NAMES = (b"sRGB", "sRGB".encode("utf-16-be"))
"""How the description of a profile made of tables, in version 2 and in version 4, says that it is sRGB's."""

OF_THREE_COLOURS = ("RGB", "RGBA", "P", "PA", "L", "LA", "1")


def in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The picture converted from its ICC profile to sRGB; unchanged where that is not possible or not needed."""
    matrix = read_profile(profile)
    if matrix is None:
        return _by_little_cms(picture, profile)
    if matrix.is_srgb or picture.mode not in OF_THREE_COLOURS:
        return picture
    converted = Image.fromarray(to_srgb(np.asarray(picture.convert("RGB")), matrix))
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        converted.putalpha(picture.convert("RGBA").getchannel("A"))
    return converted


def _by_little_cms(picture: Image.Image, profile: bytes) -> Image.Image:
    """Profiles that are tables, such as those of presses; Pillow in Pyodide has no LittleCMS, so this is the host's."""
    if any(name in profile for name in SRGB_NAMES) or picture.mode not in ("RGB", "CMYK", "L"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB") or picture
    except (ImportError, OSError, ImageCms.PyCMSError):
        # A profile is advice: where it is broken, or LittleCMS is not built in, other programs show the plain values.
        return picture
