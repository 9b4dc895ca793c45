"""Which number type makes a training step fastest on this machine."""

import time
from typing import Literal

import torch
from torch.nn import functional

from build.common.errors import BuildError

Precision = Literal["auto", "float32", "bfloat16"]
PRECISIONS: tuple[Precision, ...] = ("auto", "float32", "bfloat16")

# bfloat16 must win clearly to be worth its rounding.
NEEDED_GAIN = 1.2
TRIES = 12


def choose_precision(wanted: str, device: torch.device) -> torch.dtype:
    """float32, or bfloat16 where that is asked for or, with `auto`, clearly faster.

    A processor without bfloat16 instructions emulates them, many times slower; what it says about itself is less
    reliable than one measured convolution.
    """
    if wanted == "float32":
        return torch.float32
    if device.type == "cuda":
        if torch.cuda.is_bf16_supported():
            return torch.bfloat16
        if wanted == "bfloat16":
            raise BuildError("this GPU does not support bfloat16; use --precision float32")
        return torch.float32
    if wanted == "bfloat16":
        return torch.bfloat16
    gain = _convolution_s(torch.float32) / _convolution_s(torch.bfloat16)
    return torch.bfloat16 if gain >= NEEDED_GAIN else torch.float32


def _convolution_s(dtype: torch.dtype) -> float:
    """Seconds for one of the loss network's larger convolutions, the best of many: other programs may be at work."""
    x = torch.ones(1, 128, 64, 64, dtype=dtype).contiguous(memory_format=torch.channels_last)
    kernel = torch.ones(128, 128, 3, 3, dtype=dtype).contiguous(memory_format=torch.channels_last)
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        functional.conv2d(x, kernel, padding=1)
        times.append(time.perf_counter() - start)
    return min(times)
