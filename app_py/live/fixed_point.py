"""The numbers that Steady counts in: pictures in 8.8 fixed point, so that WebAssembly gives the same bits as numpy.

A `Frame` is a picture, uint8 `(H, W, 3)`. A `Fine` is the same picture in 1/256 of a level, int32 `(H, W, 3)`,
0..65280: what is blended over many frames would stand still in whole levels.
"""

import numpy as np
import numpy.typing as npt

Frame = npt.NDArray[np.uint8]
Fine = npt.NDArray[np.int32]
Levels = npt.NDArray[np.float32]
"""float32 `(H, W, 3)`, 0..255, in steps of 1/256: for a network, to which rounded levels would be noise."""
Luma = npt.NDArray[np.int32]
"""int32 `(H, W)`, 0..255."""
Weights = npt.NDArray[np.int32]
"""int32 `(H, W)`, 0..256: how much of the new one."""

ONE = 256
TOP = 255 * ONE

LUMA_256 = (77, 150, 29)
"""BT.601 luma weights in 1/256, as in `app_py.photo.adjust`."""


def to_fine(frame: Frame) -> Fine:
    """A picture in 1/256 of a level."""
    return frame.astype(np.int32) << 8


def to_frame(fine: Fine) -> Frame:
    """Rounded half up to whole levels."""
    return ((fine + 128) >> 8).astype(np.uint8)


def to_levels(fine: Fine) -> Levels:
    """Exactly the same picture, for a network."""
    return fine.astype(np.float32) / np.float32(ONE)


def luma_of(frame: Frame) -> Luma:
    """Brightness, rounded."""
    wide = frame.astype(np.int32)
    red, green, blue = LUMA_256
    return (wide[:, :, 0] * red + wide[:, :, 1] * green + wide[:, :, 2] * blue + 128) >> 8


def quantile(values: npt.NDArray[np.int32], bins: int, numerator: int, denominator: int) -> int:
    """The smallest value that at least `numerator / denominator` of all values do not exceed.

    Args:
        values: int32, 0..bins - 1, at least one.

    >>> quantile(np.array([1, 1, 2, 5], np.int32), 8, 1, 2)
    1
    """
    below = np.cumsum(np.bincount(values.ravel(), minlength=bins))
    return int(np.searchsorted(below * denominator, values.size * numerator))
