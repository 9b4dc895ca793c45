"""Styles as vectors: how they are written, mixed, and read out of a painting.

A vector is float32 `(1, length)`. For the network of any painting it is what the predictor makes of a picture; for one
of several styles, how much of each.
"""

import base64
import binascii
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image

from app_py.photo.edit import middle_square
from app_py.photo.tensors import NchwTensor, RgbImage

Vector = npt.NDArray[np.float32]

PREDICTOR_SIDE_PX = 256
"""The sides of the picture that the predictor takes."""


def encode(vector: Vector) -> str:
    """The numbers as base64 of little-endian float32.

    >>> encode(np.array([[1.0]], np.float32))
    'AACAPw=='
    """
    return base64.b64encode(np.ascontiguousarray(vector, "<f4").tobytes()).decode()


def decode(text: str, length: int) -> Vector:
    """The vector that `encode` wrote. Raises `ValueError` where it is none of `length` finite numbers."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(data) != 4 * length:
        raise ValueError(f"{len(data) / 4:g} numbers where {length} were expected")
    vector = np.frombuffer(data, "<f4").astype(np.float32).reshape(1, length)
    if not np.isfinite(vector).all():
        raise ValueError("numbers that are not finite")
    return vector


def as_array(numbers: Sequence[float]) -> Vector:
    """Float32 `(1, length)`."""
    return np.asarray(numbers, np.float32).reshape(1, -1)


def mix(vectors: Sequence[Vector], weights: Sequence[float]) -> Vector:
    """The weighted mean of vectors of one length; weights are 0 or more and not all 0.

    >>> mix([np.zeros((1, 2), np.float32), np.ones((1, 2), np.float32)], [3, 1])
    array([[0.25, 0.25]], dtype=float32)
    """
    if len(vectors) != len(weights) or not vectors:
        raise ValueError("a mixture needs a weight for each style, and a style")
    if any(not np.isfinite(weight) or weight < 0 for weight in weights) or sum(weights) <= 0:
        raise ValueError("weights are 0 or more and not all 0")
    total = sum(weights)
    mean = sum(np.asarray(v, np.float64) * (w / total) for v, w in zip(vectors, weights, strict=True))
    return np.asarray(mean, np.float32)


def predictor_picture(image: RgbImage) -> NchwTensor:
    """What the predictor takes: the square in the picture's middle at 256 px, float32 `(1, 3, 256, 256)`, 0..255.

    Args:
        image: uint8 `(H, W, 3)`.
    """
    small = Image.fromarray(middle_square(image)).resize(
        (PREDICTOR_SIDE_PX, PREDICTOR_SIDE_PX), Image.Resampling.LANCZOS
    )
    return np.ascontiguousarray(np.asarray(small, np.float32).transpose(2, 0, 1)[np.newaxis])
