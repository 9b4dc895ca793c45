"""What is done to a finished painting: blended with the photo, given the photo's colours. No network runs for it."""

import numpy as np
import numpy.typing as npt

from app_py.photo.tensors import RgbaImage, RgbImage, to_rgba

LUMA_256 = (77, 150, 29)
"""BT.601 luma weights (0.299, 0.587, 0.114) in 1/256, as JPEG's Y'CbCr uses them; they sum to 256."""

EVEN = np.uint32(0x00FF00FF)
"""Every other value of a pixel, each with eight bits of room above it."""

HALVES = np.uint32(0x00400040)
BYTE = np.uint32(8)


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
    return blend(to_rgba(photo), to_rgba(painting), strength_percent)[:, :, :3]


def blend(photo: RgbaImage, painting: RgbaImage, strength_percent: int) -> RgbaImage:
    """Linear on sRGB values, rounded half up: 0 is the photo, 100 the painting.

    In 8.7 fixed point, two of a pixel's four values at a time in the halves of a 32-bit number: a slider moves while
    this runs, and it takes half the time of 16-bit numbers, and a fifth of floats.

    Args:
        photo: uint8 `(H, W, 4)`, C-contiguous.
        painting: the same.
        strength_percent: 0..100.
    """
    weight = round(strength_percent * 128 / 100)
    from_photo, from_painting = photo.view(np.uint32), painting.view(np.uint32)
    even = _weighed(from_photo & EVEN, from_painting & EVEN, weight)
    even >>= 7
    even &= EVEN
    odd = _weighed((from_photo >> BYTE) & EVEN, (from_painting >> BYTE) & EVEN, weight)
    odd <<= 1
    odd &= ~EVEN
    even |= odd
    return even.view(np.uint8)


def _weighed(photo: npt.NDArray[np.uint32], painting: npt.NDArray[np.uint32], weight: int) -> npt.NDArray[np.uint32]:
    """Values of 15 bits in each half, with a half added for rounding. Overwrites what it is given."""
    photo *= np.uint32(128 - weight)
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
    difference = _luma(painting) - _luma(photo)
    moved = photo + difference[:, :, np.newaxis]
    return np.clip(moved, 0, 255, out=moved).astype(np.uint8)


def _luma(image: RgbImage) -> npt.NDArray[np.int16]:
    """int16 `(H, W)`, 0..255, rounded."""
    red, green, blue = LUMA_256
    luma = image[:, :, 0] * np.uint16(red)
    luma += image[:, :, 1] * np.uint16(green)
    luma += image[:, :, 2] * np.uint16(blue)
    luma += 128
    luma >>= 8
    return luma.astype(np.int16)
