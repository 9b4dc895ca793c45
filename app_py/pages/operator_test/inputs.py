"""The inputs of operator tests, by formula, so that the browser and the build make the same numbers."""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


def ramp(shape: Sequence[int]) -> Floats:
    """The predecessor's input: element i is `(i % 256) / 255`, float32 in 0..1."""
    count = int(np.prod(shape))
    return (np.arange(count, dtype=np.float64) % 256 / 255).astype(np.float32).reshape(shape)


def noise(shape: Sequence[int]) -> Floats:
    """Float32 in -1..1 without a pattern: element i is Knuth's multiplicative hash of i, its upper 16 bits.

    Source: D. Knuth, The Art of Computer Programming, volume 3, 6.4 (the multiplier is 2^32 over the golden ratio).
    """
    count = int(np.prod(shape))
    hashed = (np.arange(1, count + 1, dtype=np.uint64) * np.uint64(2654435761)) % np.uint64(2**32)
    return ((hashed >> np.uint64(16)).astype(np.float64) / 32767.5 - 1).astype(np.float32).reshape(shape)


FILLS: dict[str, Callable[[Sequence[int]], Floats]] = {"ramp": ramp, "noise": noise}
"""By the names that `models/ops/ops.json` uses."""
