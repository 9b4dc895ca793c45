"""The bytes of any picture file to RGB pixels."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from app_py.errors import PhotoError
from app_py.i18n import tr, tr_noop
from app_py.photo.sizing import MAX_PHOTO_PIXELS, Size, check_photo, painted_size
from app_py.photo.tensors import RgbImage

DRAFT_ABOVE_PIXELS = 16_000_000
"""Above this a JPEG is decoded at 1/2, 1/4 or 1/8 scale, where that still is twice what is asked for."""

SRGB_NAMES = (b"sRGB", "sRGB".encode("utf-16-be"))
"""How an ICC profile's description, in version 2 and in version 4, says that nothing need be converted."""

TRUNCATED = tr_noop("This picture is damaged or cut short, so it cannot be read to its end. Choose another copy of it.")


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded photo: upright, opaque, sRGB.

    `image` is uint8 `(H, W, 3)`; `size` is that of the file as it is seen, which is larger than `image` where a huge
    JPEG was decoded at a fraction of its scale.
    """

    image: RgbImage
    size: Size


def decode(data: bytes, keep_px: int) -> Photo:
    """Open a picture file.

    EXIF orientation is applied, transparency flattened on white, an embedded colour profile converted to sRGB, and of
    an animation the first frame taken.

    Args:
        data: the whole file: JPEG, PNG, WebP, GIF, BMP, TIFF, or anything else that Pillow reads.
        keep_px: the longest side that will ever be asked of the photo, in pixels.

    Raises:
        PhotoError: `photo-empty`, `photo-unreadable` (not a picture), `photo-truncated`, `photo-too-small` or
            `photo-too-large`.
    """
    if not data:
        raise PhotoError(tr("This file is empty. Choose a photo (JPEG, PNG, WebP, GIF)."), code="photo-empty")
    try:
        with warnings.catch_warnings():
            # Pillow's own size limit warns; ours, below, refuses with a sentence.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data)) as picture:
                # Before anything else is asked of it: where a PNG keeps its EXIF data is known only after decoding it.
                check_photo(Size(picture.height, picture.width))
                reduced_from = _draft(picture, keep_px)
                image = np.asarray(_upright_rgb(picture))
                return Photo(image, reduced_from or Size(*image.shape[:2]))
    except UnidentifiedImageError as error:
        raise PhotoError(tr("This file is not a picture that can be read. Choose a JPEG, PNG, WebP or GIF.")) from error
    except Image.DecompressionBombError as error:
        raise PhotoError(
            tr("This picture is too large to open. Choose a smaller one."), code="photo-too-large"
        ) from error
    except MemoryError as error:
        raise PhotoError(
            tr("There is not enough memory to open this picture. Choose a smaller one."), code="photo-too-large"
        ) from error
    except PhotoError:
        raise
    except (
        Exception
    ) as error:  # Pillow's decoders raise OSError, SyntaxError, ValueError, struct.error, EOFError and more
        raise PhotoError(
            tr(TRUNCATED),
            code="photo-truncated",
            detail=repr(error),
        ) from error


def prefers_browser(data: bytes) -> bool:
    """Whether the browser's own decoder gives better pixels than Pillow in Pyodide does.

    That Pillow is built without LittleCMS, so it cannot apply a colour profile, and with IJG's libjpeg, whose colour
    differs from that of libjpeg-turbo, which browsers and other programs use, by up to 50 of 255 at sharp edges. Huge
    pictures stay with Pillow, which can decode a JPEG at a fraction of its scale.

    Raises:
        PhotoError: `photo-truncated` for a JPEG without its end, of which browsers show the rest in grey.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > DRAFT_ABOVE_PIXELS:
                return False
            if picture.format != "JPEG":
                return "icc_profile" in picture.info
    except Exception:  # whatever is wrong with it, `decode` says it better
        return False
    if not _has_jpeg_end(data):
        raise PhotoError(tr(TRUNCATED), code="photo-truncated")
    return True


def resize(image: RgbImage, size: Size) -> RgbImage:
    """uint8 `(H, W, 3)` reduced to `size` with a Lanczos filter (a = 3, its support scaled with the reduction)."""
    if image.shape[:2] == size:
        return image
    return np.asarray(Image.fromarray(image).resize((size.width, size.height), Image.Resampling.LANCZOS))


def flatten(rgba: RgbImage) -> RgbImage:
    """uint8 `(H, W, 4)`, alpha not premultiplied, to `(H, W, 3)` on white."""
    return np.asarray(_on_white(Image.fromarray(rgba)))


def _has_jpeg_end(data: bytes) -> bool:
    """Whether an end-of-image marker follows the first scan (ITU-T T.81, B.1.1): a thumbnail's own lies before it."""
    position = 2
    while position + 4 <= len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if marker == 0xDA:
            return data.find(b"\xff\xd9", position) >= 0
        standalone = marker == 0xFF or 0xD0 <= marker <= 0xD7 or marker == 0x01
        position += (
            (1 if marker == 0xFF else 2) if standalone else 2 + int.from_bytes(data[position + 2 : position + 4])
        )
    return False


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


def _upright_rgb(picture: Image.Image) -> Image.Image:
    upright = ImageOps.exif_transpose(picture)
    profile = picture.info.get("icc_profile")
    eight_bits = _eight_bits(upright)
    return _on_white(eight_bits if profile is None else _in_srgb(eight_bits, profile))


def _eight_bits(picture: Image.Image) -> Image.Image:
    """Modes of more than eight bits a sample, scaled: Pillow's own conversion clips them to white."""
    if not (picture.mode.startswith("I") or picture.mode == "F"):
        return picture
    samples = np.asarray(picture).astype(np.float64)
    if picture.mode == "F":
        low, high = float(samples.min()), float(samples.max())
        top = 1.0 if low >= 0 and high <= 1 else max(high, 255.0)
    else:
        # 16-bit files arrive as "I;16" or, from older decoders, as "I" with 16-bit values.
        top = 65535.0 if samples.max() <= 65535 else float(2**31 - 1)
    return Image.fromarray(np.clip(samples * (255.0 / top) + 0.5, 0, 255).astype(np.uint8))


def _on_white(picture: Image.Image) -> Image.Image:
    has_alpha = "A" in picture.getbands() or "a" in picture.getbands() or "transparency" in picture.info
    if not has_alpha:
        return picture.convert("RGB")
    rgba = picture.convert("RGBA")
    white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, rgba).convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The picture converted from its ICC profile to sRGB; unchanged where that is not possible or not needed."""
    if any(name in profile for name in SRGB_NAMES):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        if picture.mode in ("RGB", "CMYK", "L"):
            return ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
        if picture.mode == "RGBA":
            colours = ImageCms.profileToProfile(picture.convert("RGB"), source, target, outputMode="RGB")
            if colours is not None:
                colours.putalpha(picture.getchannel("A"))
                return colours
    except (ImportError, OSError, ImageCms.PyCMSError):
        # A profile is advice: where it is broken, or LittleCMS is not built in, other programs show the plain values.
        return picture
    return picture
