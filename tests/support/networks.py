"""Small networks in the manner of well-known ones, for the compiler's tests."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional


@dataclass(frozen=True)
class Network:
    """A module and the shape of its input."""

    make: Callable[[], nn.Module]
    shape: tuple[int, ...]

    def module(self) -> nn.Module:
        """A seeded instance."""
        with torch.random.fork_rng():
            torch.manual_seed(0)
            return self.make()


class _Residual(nn.Module):
    """ResNet: strided stem, max pooling, batch norm, a shortcut, global pooling, a linear head, dropout."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1)
        )
        self.body = nn.Sequential(nn.Conv2d(8, 16, 3, 2, 1), nn.BatchNorm2d(16))
        self.shortcut = nn.Conv2d(8, 16, 1, 2)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(16, 10))

    def forward(self, x: Tensor) -> Tensor:
        y = self.stem(x)
        y = torch.relu(self.body(y) + self.shortcut(y))
        logits: Tensor = self.head(torch.flatten(functional.adaptive_avg_pool2d(y, 1), 1))
        return logits


class _Mobile(nn.Module):
    """MobileNet: depthwise convolutions, hard and smooth activations, squeeze-and-excitation, log-softmax."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1), nn.Hardswish(), nn.Conv2d(8, 8, 3, 1, 1, groups=8), nn.ReLU6(),
            nn.Conv2d(8, 16, 1), nn.Hardsigmoid(), nn.SiLU(), nn.GELU(),
        )  # fmt: skip
        self.gate = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(16, 4, 1), nn.ReLU(), nn.Conv2d(4, 16, 1), nn.Sigmoid()
        )

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return torch.log_softmax((y * self.gate(y)).mean((2, 3)), 1)


class _UNet(nn.Module):
    """U-Net: group norm, nearest upsampling, skip connections by concatenation."""

    def __init__(self) -> None:
        super().__init__()
        self.down1, self.down2 = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 16, 3, 2, 1)
        self.up1, self.up2, self.norm = nn.Conv2d(24, 8, 3, 1, 1), nn.Conv2d(8, 3, 3, 1, 1), nn.GroupNorm(4, 8)

    def forward(self, x: Tensor) -> Tensor:
        a = torch.relu(self.down1(x))
        b = functional.interpolate(torch.relu(self.down2(a)), scale_factor=2, mode="nearest")
        y = torch.relu(self.norm(self.up1(torch.cat([b, a], 1))))
        result: Tensor = self.up2(functional.interpolate(y, scale_factor=2.0))
        return result


class _SuperResolution(nn.Module):
    """ESPCN: pixel shuffle; then halves are swapped, normalized and clamped."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.shuffle, self.norm = nn.Conv2d(3, 12, 3, 1, 1), nn.PixelShuffle(2), nn.InstanceNorm2d(3)

    def forward(self, x: Tensor) -> Tensor:
        top, bottom = torch.chunk(self.shuffle(torch.tanh(self.conv(x))), 2, dim=2)
        joined: Tensor = self.norm(torch.cat([bottom, top], 2))
        return joined.clamp(0, 1)


class _Attention(nn.Module):
    """A transformer's block: layer norm, split projections, softmax of products, a square and a sum."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.project, self.out = nn.LayerNorm(16), nn.Linear(16, 48), nn.Linear(16, 16)

    def forward(self, x: Tensor) -> Tensor:
        query, key, value = self.project(self.norm(x)).split(16, -1)
        weights = torch.softmax(query @ key.transpose(1, 2) / 4, -1)
        result: Tensor = self.out(weights @ value).pow(2).sum(-1)
        return result


class _Generator(nn.Module):
    """A GAN's generator: transposed convolutions, batch norm, leaky ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(3, 8, 3, 2, 1), nn.ConvTranspose2d(8, 6, 4, 2, 1, groups=2)
        self.norm, self.out = nn.BatchNorm2d(6), nn.ConvTranspose2d(6, 3, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = functional.leaky_relu(self.norm(self.up(torch.relu(self.down(x)))), 0.2)
        return torch.tanh(self.out(y))


class _Smooth(nn.Module):
    """Bilinear upsampling, with or without the corners of input and output on one another."""

    def __init__(self, align_corners: bool) -> None:
        super().__init__()
        self.align_corners = align_corners

    def forward(self, x: Tensor) -> Tensor:
        return functional.interpolate(torch.relu(x), scale_factor=2, mode="bilinear", align_corners=self.align_corners)


NETWORKS: dict[str, Network] = {
    "resnet": Network(_Residual, (1, 3, 64, 64)),
    "mobilenet": Network(_Mobile, (1, 3, 32, 32)),
    "unet": Network(_UNet, (1, 3, 32, 48)),
    "super-resolution": Network(_SuperResolution, (1, 3, 16, 20)),
    "attention": Network(_Attention, (1, 7, 16)),
    "generator": Network(_Generator, (1, 3, 16, 24)),
    "bilinear": Network(lambda: _Smooth(align_corners=False), (1, 3, 8, 8)),
    "aligned corners": Network(lambda: _Smooth(align_corners=True), (1, 3, 8, 8)),
}
