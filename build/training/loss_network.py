"""VGG-19 up to relu4_1: the network whose features say how alike two pictures are."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import nn
from torch.nn import functional

# How many 3x3 convolutions each level has before its maximum pooling (Simonyan & Zisserman 2014, configuration E). The
# first of each level gives the features used here; the fourth level ends with its first.
LEVELS = (2, 2, 4, 1)
CONTENT_LEVEL = 3


@dataclass(frozen=True)
class Preparation:
    """What the weights expect of a picture: channel order, then `(x - mean) / scale`, per channel in that order."""

    bgr: bool
    mean: tuple[float, float, float]
    scale: tuple[float, float, float]


class LossNetwork(nn.Module):
    """`[N,3,H,W]` RGB, 0..255 -> relu1_1, relu2_1, relu3_1, relu4_1. Its weights are never trained."""

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, weights: Sequence[tuple[torch.Tensor, torch.Tensor]], preparation: Preparation) -> None:
        """`weights` holds `(kernel [O,I,3,3], bias [O])` of each convolution in order; surplus ones are ignored."""
        super().__init__()
        self.bgr = preparation.bgr
        self.register_buffer("mean", torch.tensor(preparation.mean).view(1, 3, 1, 1))
        self.register_buffer("scale", torch.tensor(preparation.scale).view(1, 3, 1, 1))
        self.dtype = torch.float32
        self.convolutions = nn.ModuleList()
        for kernel, bias in weights[: sum(LEVELS)]:
            convolution = nn.Conv2d(kernel.shape[1], kernel.shape[0], 3, padding=1)
            convolution.weight = nn.Parameter(kernel.float().contiguous(memory_format=torch.channels_last))
            convolution.bias = nn.Parameter(bias.float())
            self.convolutions.append(convolution)
        self.requires_grad_(False)

    def forward(self, pictures: torch.Tensor, levels: int = len(LEVELS)) -> list[torch.Tensor]:
        """The features of the first `levels` levels, in the type of the weights."""
        ordered = pictures.flip(1) if self.bgr else pictures
        x = ((ordered - self.mean) / self.scale).to(self.dtype)
        x = x.contiguous(memory_format=torch.channels_last)
        features = []
        convolutions = iter(self.convolutions)
        for level in range(levels):
            if level:
                x = functional.max_pool2d(x, 2)
            x = functional.relu(next(convolutions)(x))
            features.append(x)
            if level + 1 < levels:
                for _ in range(LEVELS[level] - 1):
                    x = functional.relu(next(convolutions)(x))
        return features

    def at_precision(self, dtype: torch.dtype) -> "LossNetwork":
        """The convolutions in `dtype`; the preparation of the picture stays in float32."""
        self.dtype = dtype
        self.convolutions.to(dtype)
        return self
