"""What is done to a finished painting: blended with the photo, given the photo's colours. No network runs for it."""

import numpy as np
import numpy.typing as npt

from app_py.picture.tensors import RgbImage

LUMA_256 = (77, 150, 29)
"""BT.601 luma weights (0.299, 0.587, 0.114) in 1/256, as JPEG's Y'CbCr uses them; they sum to 256."""


def finish(photo: RgbImage, painting: RgbImage, strength_percent: int, keep_colours: bool) -> RgbImage:
    """The painting as it is shown.

    `keep_colours` takes the painting's luma and the photo's chroma, in the Y'CbCr of JPEG (ITU-R BT.601, full range) on
    the sRGB values as they are. A pixel keeps its Cb and Cr exactly when all three channels move by the same amount, so
    this adds the difference of the lumas to the photo; what leaves 0..255 is clamped. `strength_percent` then blends
    linearly on sRGB values: 0 is the photo, 100 the painting.

    Args:
        photo: uint8 `(H, W, 3)`.
        painting: uint8 `(H, W, 3)` of the same size.
        strength_percent: 0..100.

    Returns:
        uint8 `(H, W, 3)`; the painting itself where there is nothing to do.
    """
    if keep_colours:
        painting = _with_luma_of(photo, painting)
    if strength_percent >= 100:
        return painting
    # 8.7 fixed point in int16: 255 * 128 just fits, and integers are several times faster than floats here.
    weight = round(strength_percent * 128 / 100)
    blended = painting.astype(np.int16)
    blended -= photo
    blended *= weight
    blended += 64
    blended >>= 7
    blended += photo
    return blended.astype(np.uint8)


def _with_luma_of(photo: RgbImage, painting: RgbImage) -> RgbImage:
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
