"""From a picture file to a photo ready to be painted, by whichever decoder does it best."""

from typing import Protocol

from app_py.errors import PhotoError
from app_py.photo import decode as decoding
from app_py.photo.decode import Photo
from app_py.photo.decoder_choice import is_read_wrong, prefers_browser
from app_py.photo.file_kinds import identify, unsupported_words
from app_py.photo.sizing import MAX_PAINTED_PIXELS, Size, check_photo
from app_py.photo.tensors import RgbImage
from app_py.photo.wholeness import is_whole


class NativeDecoder(Protocol):
    """The browser's own picture decoder."""

    async def decode(self, data: bytes) -> RgbImage | None:
        """uint8 `(H, W, 4)`, upright, in sRGB, alpha not premultiplied; None where it cannot."""


async def open_photo(data: bytes, browser: NativeDecoder) -> Photo:
    """Decode a picture file. Raises `PhotoError` as `photo.decode` does."""
    browser_first = prefers_browser(data)
    if browser_first and (photo := await _decode_in_browser(data, browser)) is not None:
        return photo
    if is_read_wrong(data):
        raise PhotoError(unsupported_words("bmp"), code="photo-unsupported")
    try:
        return decoding.decode(data, keep_px=int(MAX_PAINTED_PIXELS**0.5))
    except PhotoError as error:
        # AVIF, HEIC and the like: Pillow does not know them, some browsers do. What is cut short they fill with grey.
        foreign = error.code in ("photo-unreadable", "photo-unsupported")
        whole = error.code == "photo-truncated" and is_whole(data, identify(data))
        if browser_first or not (foreign or whole) or (photo := await _decode_in_browser(data, browser)) is None:
            raise
        return photo


async def _decode_in_browser(data: bytes, browser: NativeDecoder) -> Photo | None:
    rgba = await browser.decode(data)
    if rgba is None:
        return None
    check_photo(Size(*rgba.shape[:2]))
    return decoding.photo_of(rgba)
