"""The bytes of any picture file to RGB pixels."""

import io
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from app_py.errors import PhotoError
from app_py.i18n import tr, tr_noop
from app_py.photo.colour import in_srgb
from app_py.photo.file_kinds import PILLOW_LEADS, READ_IN_PART, identify, refusal_words, unsupported_words
from app_py.photo.samples import eight_bits
from app_py.photo.sizing import MAX_PHOTO_PIXELS, Size, check_photo, painted_size
from app_py.photo.tensors import RgbImage
from app_py.photo.wholeness import has_all_strips, is_whole, with_png_end

DRAFT_ABOVE_PIXELS = 16_000_000
"""Above this a JPEG is decoded at 1/2, 1/4 or 1/8 scale, where that still is twice what is asked for."""

TRUNCATED = tr_noop("This picture is damaged or cut short, so it cannot be read to its end. Choose another copy of it.")


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded photo: upright, opaque, sRGB.

    `image` is uint8 `(H, W, 3)`; `size` is that of the file as it is seen, which is larger than `image` where a huge
    JPEG was decoded at a fraction of its scale. `flattened` says that parts were transparent and are white now,
    `brightened` that its samples used the dark end of their range alone.
    """

    image: RgbImage
    size: Size
    flattened: bool = False
    brightened: bool = False


def decode(data: bytes, keep_px: int) -> Photo:
    """Open a picture file.

    EXIF orientation is applied, transparency flattened on white, an embedded colour profile converted to sRGB, and of
    an animation the first frame taken.

    Args:
        data: the whole file: JPEG, PNG, WebP, GIF, BMP, TIFF, or anything else that Pillow reads.
        keep_px: the longest side that will ever be asked of the photo, in pixels.

    Raises:
        PhotoError: `photo-empty`, `photo-unreadable` (not a picture), `photo-unsupported` (a picture of a kind that
            Pillow does not read), `photo-truncated`, `photo-too-small` or `photo-too-large`.
    """
    if not data:
        raise PhotoError(tr("This file is empty. Choose a photo (JPEG, PNG, WebP, GIF)."), code="photo-empty")
    kind = identify(data)
    if kind == "raw":
        # Pillow would open the small preview in it, and call that the photo.
        raise PhotoError(refusal_words(kind))
    if kind == "png":
        data = with_png_end(data) or data
    with warnings.catch_warnings():
        # Pillow's own size limit warns; ours, below, refuses with a sentence.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            picture = Image.open(io.BytesIO(data))
        except Exception as error:
            raise _refusal_to_open(error, kind, data) from error
        with picture:
            # Before anything else is asked of it: where a PNG keeps its EXIF data is known only after decoding it.
            check_photo(Size(picture.height, picture.width))
            try:
                reduced_from = _draft(picture, keep_px)
                return _upright_photo(picture, reduced_from)
            except Exception as error:
                raise _refusal_to_decode(error, kind, data, picture) from error


def _tags(picture: Image.Image) -> Mapping[int, object]:
    """A TIFF's; none of any other kind."""
    tags: Mapping[int, object] = getattr(picture, "tag_v2", {})
    return tags


def _refusal_to_open(error: Exception, kind: str, data: bytes) -> PhotoError:
    if isinstance(error, Image.DecompressionBombError):
        return PhotoError(tr("This picture is too large to open. Choose a smaller one."), code="photo-too-large")
    if kind in PILLOW_LEADS and not is_whole(data, kind):
        # Its first bytes are right, what follows is not.
        return PhotoError(tr(TRUNCATED), code="photo-truncated", detail=repr(error))
    if kind in PILLOW_LEADS | READ_IN_PART or not isinstance(error, UnidentifiedImageError):
        return PhotoError(unsupported_words(kind), code="photo-unsupported", detail=repr(error))
    return PhotoError(refusal_words(kind), code="photo-unreadable")


def _refusal_to_decode(error: Exception, kind: str, data: bytes, picture: Image.Image) -> PhotoError:
    """Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, EOFError and more."""
    if isinstance(error, MemoryError):
        return PhotoError(
            tr("There is not enough memory to open this picture. Choose a smaller one."), code="photo-too-large"
        )
    if kind == "tiff" and has_all_strips(data, _tags(picture)):
        return PhotoError(unsupported_words(kind), code="photo-unsupported", detail=repr(error))
    return PhotoError(tr(TRUNCATED), code="photo-truncated", detail=repr(error))


def resize(image: RgbImage, size: Size) -> RgbImage:
    """uint8 `(H, W, 3)` reduced to `size` with a Lanczos filter (a = 3, its support scaled with the reduction)."""
    if image.shape[:2] == size:
        return image
    return np.asarray(Image.fromarray(image).resize((size.width, size.height), Image.Resampling.LANCZOS))


def photo_of(rgba: RgbImage) -> Photo:
    """uint8 `(H, W, 4)` in sRGB, alpha not premultiplied, on white."""
    size = Size(*rgba.shape[:2])
    if rgba[:, :, 3].min() == 255:
        return Photo(np.ascontiguousarray(rgba[:, :, :3]), size)
    opaque, flattened = _on_white(Image.fromarray(rgba))
    return Photo(np.asarray(opaque), size, flattened)


def _draft(picture: Image.Image, keep_px: int) -> Size | None:
    """Have a huge JPEG decoded at a fraction of its scale. Its own upright size; None for all that is decoded whole."""
    stored = Size(picture.height, picture.width)
    if stored.pixels <= DRAFT_ABOVE_PIXELS:
        return None
    enough = painted_size(stored, 2 * keep_px, MAX_PHOTO_PIXELS)
    if picture.draft("RGB", (enough.width, enough.height)) is None:
        return None
    sideways = picture.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    return Size(stored.width, stored.height) if sideways else stored


def _upright_photo(picture: Image.Image, reduced_from: Size | None) -> Photo:
    # In place, and below only where there is something to do: copies of a large photo are what memory is lost to.
    ImageOps.exif_transpose(picture, in_place=True)
    profile = picture.info.get("icc_profile")
    reduced = eight_bits(picture, _tags(picture))
    opaque, flattened = _on_white(reduced.picture if profile is None else in_srgb(reduced.picture, profile))
    image = np.asarray(opaque)
    return Photo(image, reduced_from or Size(*image.shape[:2]), flattened, reduced.brightened)


def _on_white(picture: Image.Image) -> tuple[Image.Image, bool]:
    """In RGB, and whether any of it was transparent."""
    has_alpha = "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info
    if not has_alpha:
        return picture if picture.mode == "RGB" else picture.convert("RGB"), False
    rgba = picture.convert("RGBA")
    least, _ = cast(tuple[int, int], rgba.getchannel("A").getextrema())
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB"), least < 255
