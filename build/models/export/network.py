"""The fast-neural-style network, as a torch module whose state dict has the keys of every published checkpoint."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import nn

Padding = Literal["reflect", "zero"]
# How a layer is normalized: each picture by itself, with a scale and a bias for each channel, or plainly without them,
# or by the statistics that training kept.
Norm = Literal["instance", "plain", "running"]
PADDINGS: tuple[Padding, ...] = ("reflect", "zero")

# The network halves the picture twice and doubles it twice, so its output has sides that are multiples of this.
SIDE_MULTIPLE = 4
# Below this, one row or column is left in the middle: too few to reflect, and to normalize over.
LEAST_SIDE = 5


def _pad(amount: int, padding: Padding) -> nn.Module:
    return nn.ReflectionPad2d(amount) if padding == "reflect" else nn.ZeroPad2d(amount)


class ConvLayer(nn.Module):
    """Padding, then a convolution, after nearest upsampling by `upsample` where that is not 1."""

    def __init__(
        self, inputs: int, outputs: int, kernel: int, *, padding: Padding, stride: int = 1, upsample: int = 1
    ) -> None:
        super().__init__()
        self.upsample = nn.Upsample(scale_factor=upsample, mode="nearest") if upsample > 1 else nn.Identity()
        self.reflection_pad = _pad(kernel // 2, padding)
        self.conv2d = nn.Conv2d(inputs, outputs, kernel, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`[N,inputs,H,W]` -> `[N,outputs,ceil(H*upsample/stride),ceil(W*upsample/stride)]`."""
        y: torch.Tensor = self.conv2d(self.reflection_pad(self.upsample(x)))
        return y


class TransposedLayer(nn.Module):
    """A transposed convolution that doubles the sides, in the place of upsampling; its kernel is 3 or 4 wide."""

    def __init__(self, inputs: int, outputs: int, kernel: int) -> None:
        super().__init__()
        self.conv2d = nn.ConvTranspose2d(inputs, outputs, kernel, 2, 1, output_padding=4 - kernel)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`[N,inputs,H,W]` -> `[N,outputs,2*H,2*W]`."""
        y: torch.Tensor = self.conv2d(x)
        return y


def _norm(channels: int, norm: Norm) -> nn.Module:
    """BatchNorm2d computes the same as an InstanceNorm2d that tracks statistics, once training is over."""
    return nn.BatchNorm2d(channels) if norm == "running" else nn.InstanceNorm2d(channels, affine=norm == "instance")


def _enlarging(inputs: int, outputs: int, padding: Padding, transposed: int) -> nn.Module:
    """The layer that doubles the sides."""
    if transposed:
        return TransposedLayer(inputs, outputs, transposed)
    return ConvLayer(inputs, outputs, 3, padding=padding, upsample=2)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions with normalization, added to their input."""

    def __init__(self, channels: int, padding: Padding, norm: Norm = "instance") -> None:
        super().__init__()
        self.conv1 = ConvLayer(channels, channels, 3, padding=padding)
        self.in1 = _norm(channels, norm)
        self.conv2 = ConvLayer(channels, channels, 3, padding=padding)
        self.in2 = _norm(channels, norm)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """`[N,channels,H,W]` -> the same shape."""
        y: torch.Tensor = self.in2(self.conv2(self.relu(self.in1(self.conv1(x)))))
        return y + x


@dataclass(frozen=True)
class Shape:
    """What differs between checkpoints of the family, beside the width, and can be read from their weights.

    `blocks` is the number of residual blocks, `transposed` the kernel's side of the transposed convolutions that double
    the picture, 0 where it is upsampled and convolved.
    """

    norm: Norm = "instance"
    blocks: int = 5
    transposed: int = 0


# The published network.
USUAL = Shape()


class TransformerNet(nn.Module):
    """Johnson et al. 2016 with instance normalization, as in pytorch/examples `fast_neural_style`.

    `width` is the number of channels of the first layer: 32 in the original, 16 or 8 in the slim variants. Module names
    are those of the published checkpoints. `padding` has no weights: any checkpoint runs with either.
    `shape.norm` is "running" for the variants with BatchNorm2d, or with InstanceNorm2d that tracks statistics.
    """

    def __init__(self, width: int, padding: Padding = "reflect", shape: Shape = USUAL) -> None:
        super().__init__()
        norm = shape.norm
        self.width = width
        self.padding = padding
        self.conv1 = ConvLayer(3, width, 9, padding=padding)
        self.in1 = _norm(width, norm)
        self.conv2 = ConvLayer(width, 2 * width, 3, padding=padding, stride=2)
        self.in2 = _norm(2 * width, norm)
        self.conv3 = ConvLayer(2 * width, 4 * width, 3, padding=padding, stride=2)
        self.in3 = _norm(4 * width, norm)
        self.blocks = tuple(f"res{index}" for index in range(1, shape.blocks + 1))
        for name in self.blocks:
            self.add_module(name, ResidualBlock(4 * width, padding, norm))
        self.deconv1 = _enlarging(4 * width, 2 * width, padding, shape.transposed)
        self.in4 = _norm(2 * width, norm)
        self.deconv2 = _enlarging(2 * width, width, padding, shape.transposed)
        self.in5 = _norm(width, norm)
        self.deconv3 = ConvLayer(width, 3, 9, padding=padding)
        self.relu = nn.ReLU()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """RGB planes `[N,3,H,W]` float32 in 0..255 -> `[N,3,ceil4(H),ceil4(W)]`, unclamped.

        `ceil4` rounds up to a multiple of `SIDE_MULTIPLE`. H and W are at least `LEAST_SIDE`.
        """
        y = self.relu(self.in1(self.conv1(x)))
        y = self.relu(self.in2(self.conv2(y)))
        y = self.relu(self.in3(self.conv3(y)))
        for name in self.blocks:
            y = self.get_submodule(name)(y)
        y = self.relu(self.in4(self.deconv1(y)))
        y = self.relu(self.in5(self.deconv2(y)))
        output: torch.Tensor = self.deconv3(y)
        return output
