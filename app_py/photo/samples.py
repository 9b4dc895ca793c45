"""Samples of more than eight bits, made eight: Pillow's own conversion clips them to white, or shifts them to black."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

BITS_PER_SAMPLE = 258
MAX_SAMPLE_VALUE = 281
"""Tags of TIFF 6.0, sections 8 and 19."""

DIM = 16
"""A picture whose brightest sample lies below this part of the range would be seen as black."""


@dataclass(frozen=True, slots=True)
class EightBits:
    """`picture` in a mode of eight bits; `brightened` where it would have been too dark to see."""

    picture: Image.Image
    brightened: bool = False


def eight_bits(picture: Image.Image, tags: Mapping[int, object]) -> EightBits:
    """The picture itself where it has eight bits already; what is transparent stays so. `tags` are a TIFF's."""
    if not (picture.mode.startswith("I") or picture.mode == "F"):
        return EightBits(picture)
    samples = np.asarray(picture).astype(np.float64)
    # One value may stand for what is transparent (PNG's tRNS): it is compared before samples are reduced.
    clear = picture.info.get("transparency")
    opaque = samples != clear if isinstance(clear, int) else np.ones(samples.shape, bool)
    top = _top(picture.mode, samples, tags)
    brightest = float(samples.max(where=opaque, initial=0))
    brightened = 0 < brightest < top / DIM
    grey = np.clip(samples * (255.0 / (brightest if brightened else top)) + 0.5, 0, 255).astype(np.uint8)
    if opaque.all():
        return EightBits(Image.fromarray(grey), brightened)
    alpha = Image.fromarray(np.where(opaque, 255, 0).astype(np.uint8))
    return EightBits(Image.merge("LA", (Image.fromarray(grey), alpha)), brightened)


def _top(mode: str, samples: npt.NDArray[np.float64], tags: Mapping[int, object]) -> float:
    """The sample that is white."""
    low, high = float(samples.min()), float(samples.max())
    if mode == "F":
        return 1.0 if low >= 0 and high <= 1 else max(high, 255.0)
    said, bits = _number(tags.get(MAX_SAMPLE_VALUE)), _number(tags.get(BITS_PER_SAMPLE))
    if said and high <= said:
        return said
    if 8 < bits < 32 and high < 2**bits:
        return float(2**bits - 1)
    # 16-bit files arrive as "I;16" or, from older decoders, as "I" with 16-bit values.
    return 65535.0 if high <= 65535 else float(2**31 - 1)


def _number(tag: object) -> float:
    """A tag's number, the largest of several; 0 where there is none."""
    numbers = tag if isinstance(tag, tuple) else (tag,)
    return max((float(number) for number in numbers if isinstance(number, int)), default=0.0)
