"""Families that make pictures of pictures."""

import torch
from torch import nn
from torch.nn import functional

from build.compiler.verify.families.blocks import conv, gate, residual
from build.compiler.verify.families.family import Family, Net

PICTURE = (1, 3, 16, 24)
SIDES = (2, 3)


def _style(norm: bool) -> nn.Module:
    layers: list[nn.Module] = [nn.ReflectionPad2d(4), nn.Conv2d(3, 6, 9), nn.InstanceNorm2d(6, affine=norm), nn.ReLU()]
    layers += [nn.ReflectionPad2d(1), nn.Conv2d(6, 8, 3, 2), nn.InstanceNorm2d(8, affine=norm), nn.ReLU()]
    layers += [nn.Upsample(scale_factor=2.0), nn.ReflectionPad2d(4), nn.Conv2d(8, 3, 9)]
    return nn.Sequential(*layers)


def _rrdb() -> nn.Module:
    def dense(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        a = functional.leaky_relu(m.get_submodule("a")(x), 0.2)
        b = m.get_submodule("b")(torch.cat((x, a), 1))
        result: torch.Tensor = x + 0.2 * b
        return result

    block = Net(dense, a=nn.Conv2d(6, 4, 3, 1, 1), b=nn.Conv2d(10, 6, 3, 1, 1))
    up = nn.Sequential(nn.Upsample(scale_factor=2.0), nn.Conv2d(6, 6, 3, 1, 1), nn.LeakyReLU(0.2))
    return nn.Sequential(nn.Conv2d(3, 6, 3, 1, 1), block, up, nn.Conv2d(6, 3, 3, 1, 1))


def _unet(up: nn.Module, norm: type[nn.Module] | None = None) -> nn.Module:
    def forward(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        a = functional.relu(m.get_submodule("norm")(m.get_submodule("first")(x)))
        b = functional.relu(m.get_submodule("down")(a))
        result: torch.Tensor = m.get_submodule("last")(torch.cat([m.get_submodule("up")(b), a], 1))
        return result

    normal = nn.Identity() if norm is None else nn.GroupNorm(2, 6)
    return Net(
        forward,
        first=nn.Conv2d(3, 6, 3, 1, 1),
        norm=normal,
        down=nn.Conv2d(6, 8, 3, 2, 1),
        up=up,
        last=nn.Conv2d(14, 3, 1),
    )


def _adain() -> nn.Module:
    """Means and deviations of the features become others."""

    def forward(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = m.get_submodule("first")(x)
        mean = y.mean((2, 3), keepdim=True)
        deviation = torch.sqrt(((y - mean) ** 2).mean((2, 3), keepdim=True) + 1e-5)
        result: torch.Tensor = m.get_submodule("last")((y - mean) / deviation * 0.7 + 0.2)
        return result

    return Net(forward, first=nn.Conv2d(3, 6, 3, 1, 1), last=nn.Conv2d(6, 3, 3, 1, 1))


FAMILIES = (
    Family("fast neural style", lambda: _style(True), PICTURE, SIDES),
    Family("fast neural style, plain norm", lambda: _style(False), PICTURE, SIDES),
    Family("AdaIN", _adain, PICTURE, SIDES),
    Family(
        "CycleGAN",
        lambda: nn.Sequential(
            nn.ReflectionPad2d(3),
            nn.Conv2d(3, 6, 7),
            nn.InstanceNorm2d(6),
            nn.ReLU(),
            nn.Conv2d(6, 8, 3, 2, 1),
            nn.InstanceNorm2d(8),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 6, 3, 2, 1, output_padding=1),
            nn.ReLU(),
            nn.ReflectionPad2d(3),
            nn.Conv2d(6, 3, 7),
            nn.Tanh(),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "pix2pix",
        lambda: nn.Sequential(
            nn.Conv2d(3, 6, 4, 2, 1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(6, 8, 4, 2, 1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.ConvTranspose2d(8, 6, 4, 2, 1),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.ConvTranspose2d(6, 3, 4, 2, 1),
            nn.Tanh(),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "DCGAN",
        lambda: nn.Sequential(
            nn.ConvTranspose2d(8, 6, 4, 1, 0, bias=False),
            nn.BatchNorm2d(6),
            nn.ReLU(),
            nn.ConvTranspose2d(6, 3, 4, 2, 1, bias=False),
            nn.Tanh(),
        ),
        (1, 8, 1, 1),
    ),
    Family("U-Net", lambda: _unet(nn.ConvTranspose2d(8, 8, 2, 2)), PICTURE, SIDES),
    Family(
        "U-Net, bilinear",
        lambda: _unet(nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)),
        PICTURE,
        SIDES,
        11,
    ),
    Family("U-Net, group norm", lambda: _unet(nn.Upsample(scale_factor=2.0), nn.GroupNorm), PICTURE, SIDES),
    Family(
        "ESPCN",
        lambda: nn.Sequential(nn.Conv2d(3, 8, 5, 1, 2), nn.Tanh(), nn.Conv2d(8, 12, 3, 1, 1), nn.PixelShuffle(2)),
        PICTURE,
        SIDES,
        11,
    ),
    Family(
        "EDSR",
        lambda: nn.Sequential(
            nn.Conv2d(3, 6, 3, 1, 1),
            residual(nn.Conv2d(6, 6, 3, 1, 1), nn.ReLU(), nn.Conv2d(6, 6, 3, 1, 1)),
            nn.Conv2d(6, 27, 3, 1, 1),
            nn.PixelShuffle(3),
        ),
        PICTURE,
        SIDES,
        11,
    ),
    Family("ESRGAN", _rrdb, PICTURE, SIDES),
    Family(
        "RCAN",
        lambda: nn.Sequential(
            nn.Conv2d(3, 6, 3, 1, 1), residual(nn.Conv2d(6, 6, 3, 1, 1), gate(6)), nn.Conv2d(6, 3, 1)
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "DnCNN",
        lambda: Net(lambda m, x: x - m.body(x), body=nn.Sequential(conv(3, 6), conv(6, 6), nn.Conv2d(6, 3, 3, 1, 1))),
        PICTURE,
        SIDES,
    ),
    Family(
        "Zero-DCE (curves)",
        lambda: Net(lambda m, x: x + torch.tanh(m.curve(x)) * (x**2 - x), curve=nn.Conv2d(3, 3, 3, 1, 1)),
        PICTURE,
        SIDES,
    ),
    Family(
        "autoencoder",
        lambda: nn.Sequential(
            nn.Flatten(), nn.Linear(1152, 10), nn.ELU(), nn.Linear(10, 1152), nn.Sigmoid(), nn.Unflatten(1, (3, 16, 24))
        ),
        PICTURE,
    ),
    Family(
        "pixel unshuffle (focus)",
        lambda: Net(
            lambda m, x: m.body(torch.cat([x[..., i::2, j::2] for i in (0, 1) for j in (0, 1)], 1)),
            body=conv(12, 4, act=nn.SiLU),
        ),
        PICTURE,
        SIDES,
        10,
    ),
)
