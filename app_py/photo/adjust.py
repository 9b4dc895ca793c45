"""What is done to a finished painting: blended with the photo, given the photo's colours. No network runs for it."""

import numpy as np
import numpy.typing as npt

from app_py.photo.tensors import RgbImage

LUMA_256 = (77, 150, 29)
"""BT.601 luma weights (0.299, 0.587, 0.114) in 1/256, as JPEG's Y'CbCr uses them; they sum to 256."""

EVEN = np.uint32(0x00FF00FF)
"""Every other of four values, each with eight bits of room above it."""

HALVES = np.uint32(0x00400040)
BYTE = np.uint32(8)

BAND_BYTES = 256 * 1024
"""What is blended at once: it stays in the cache, and a large picture needs no memory beside its own."""

BAND_ROWS_PIXELS = 128 * 1024
"""The same for what is done row by row, in pixels."""

FULL = 128
"""The weight that is all of it."""


def finish(photo: RgbImage, painting: RgbImage, strength_percent: int, keep_colours: bool) -> RgbImage:
    """The painting as it is shown: first the photo's colours, where they are kept, then the strength.

    Args:
        photo: uint8 `(H, W, 3)`.
        painting: uint8 `(H, W, 3)` of the same size.
        strength_percent: 0..100.

    Returns:
        uint8 `(H, W, 3)`.
    """
    if keep_colours:
        painting = keep_chroma(photo, painting)
    return blend(photo, painting, strength_percent)


def blend(photo: RgbImage, painting: RgbImage, strength_percent: int) -> RgbImage:
    """Linear on sRGB values, rounded half up: 0 is the photo, 100 the painting, which are then given back themselves.

    In 8.7 fixed point, two of four values at a time in the halves of a 32-bit number: a slider moves while this runs,
    and it takes half the time of 16-bit numbers, and a fifth of floats.

    Args:
        photo: uint8 `(H, W, 3)`.
        painting: uint8 `(H, W, 3)` of the same size.
        strength_percent: 0..100.
    """
    weight = round(strength_percent * FULL / 100)
    if weight in (0, FULL):
        return painting if weight else photo
    one, other = (np.ascontiguousarray(image).reshape(-1) for image in (photo, painting))
    made = np.empty(photo.size, np.uint8)
    for start in range(0, made.size, BAND_BYTES):
        band = made[start : start + BAND_BYTES]
        of_photo, of_painting = (_words(values[start : start + BAND_BYTES]) for values in (one, other))
        band[:] = _blend_words(of_photo, of_painting, weight).view(np.uint8)[: band.size]
    return made.reshape(photo.shape)


def _words(values: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Four values in each; zeros fill the last one."""
    missing = -values.size % 4
    return (np.pad(values, (0, missing)) if missing else values).view(np.uint32)


def _blend_words(
    photo: npt.NDArray[np.uint32], painting: npt.NDArray[np.uint32], weight: int
) -> npt.NDArray[np.uint32]:
    even = _weighed(photo & EVEN, painting & EVEN, weight)
    even >>= 7
    even &= EVEN
    odd = _weighed((photo >> BYTE) & EVEN, (painting >> BYTE) & EVEN, weight)
    odd <<= 1
    odd &= ~EVEN
    even |= odd
    return even


def _weighed(photo: npt.NDArray[np.uint32], painting: npt.NDArray[np.uint32], weight: int) -> npt.NDArray[np.uint32]:
    """Values of 15 bits in each half, with a half added for rounding. Overwrites what it is given."""
    photo *= np.uint32(FULL - weight)
    painting *= np.uint32(weight)
    photo += painting
    photo += HALVES
    return photo


def keep_chroma(photo: RgbImage, painting: RgbImage) -> RgbImage:
    """The painting's luma with the photo's chroma, in the Y'CbCr of JPEG (ITU-R BT.601, full range) on the sRGB values.

    A pixel keeps its Cb and Cr exactly when all three channels move by the same amount, so this adds the difference of
    the lumas to the photo; what leaves 0..255 is clamped.

    Args:
        photo: uint8 `(H, W, 3)`.
        painting: uint8 `(H, W, 3)` of the same size.

    Returns:
        uint8 `(H, W, 3)`.
    """
    made = np.empty_like(photo)
    rows = max(1, BAND_ROWS_PIXELS // photo.shape[1])
    for row in range(0, len(photo), rows):
        band = photo[row : row + rows]
        difference = _luma(painting[row : row + rows]) - _luma(band)
        moved = band + difference[:, :, np.newaxis]
        made[row : row + rows] = np.clip(moved, 0, 255, out=moved)
    return made


def _luma(image: RgbImage) -> npt.NDArray[np.int16]:
    """int16 `(H, W)`, 0..255, rounded."""
    red, green, blue = LUMA_256
    luma = image[:, :, 0] * np.uint16(red)
    luma += image[:, :, 1] * np.uint16(green)
    luma += image[:, :, 2] * np.uint16(blue)
    luma += 128
    luma >>= 8
    return luma.astype(np.int16)
