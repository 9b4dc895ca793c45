"""Families that say what is in a picture."""

import torch
from torch import nn
from torch.nn import functional

from build.compiler.verify.families.blocks import conv, gate, head, residual
from build.compiler.verify.families.family import Family, Net

PICTURE = (1, 3, 20, 28)
SIDES = (2, 3)


def _fire(inputs: int) -> nn.Module:
    return Net(
        lambda m, x: torch.cat(
            [functional.relu(m.one(y := functional.relu(m.squeeze(x)))), functional.relu(m.three(y))], 1
        ),
        squeeze=nn.Conv2d(inputs, 4, 1),
        one=nn.Conv2d(4, 4, 1),
        three=nn.Conv2d(4, 4, 3, padding=1),
    )


def _inception(inputs: int) -> nn.Module:
    return Net(
        lambda m, x: torch.cat([m.a(x), m.b(x), m.c(x), m.d(x)], 1),
        a=conv(inputs, 2, 1),
        b=nn.Sequential(conv(inputs, 2, 1), conv(2, 3)),
        c=nn.Sequential(conv(inputs, 2, 1), conv(2, 2, 5)),
        d=nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), conv(inputs, 2, 1)),
    )


def _dense() -> nn.Module:
    def forward(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        for name in ("a", "b", "c"):
            x = torch.cat([x, m.get_submodule(name)(x)], 1)
        return x

    layers = {
        name: nn.Sequential(nn.BatchNorm2d(4 + 3 * i), nn.ReLU(), nn.Conv2d(4 + 3 * i, 3, 3, padding=1))
        for i, name in enumerate(("a", "b", "c"))
    }
    return nn.Sequential(conv(3, 4, 3, 2), Net(forward, **layers), nn.AvgPool2d(2, 2, ceil_mode=True), head(13))


def _shuffle(x: torch.Tensor) -> torch.Tensor:
    return x.reshape(1, 2, 4, x.shape[2], x.shape[3]).transpose(1, 2).reshape(1, 8, x.shape[2], x.shape[3])


def _next_block(channels: int) -> nn.Module:
    def forward(m: nn.Module, x: torch.Tensor) -> torch.Tensor:
        y = m.get_submodule("spatial")(x).permute(0, 2, 3, 1)
        result: torch.Tensor = x + m.get_submodule("mix")(y).permute(0, 3, 1, 2)
        return result

    mix = nn.Sequential(nn.LayerNorm(channels), nn.Linear(channels, 12), nn.GELU(), nn.Linear(12, channels))
    return Net(forward, spatial=nn.Conv2d(channels, channels, 7, padding=3, groups=channels), mix=mix)


FAMILIES = (
    Family(
        "LeNet",
        lambda: nn.Sequential(
            nn.Conv2d(1, 4, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Conv2d(4, 6, 5),
            nn.Tanh(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(96, 10),
            nn.LogSoftmax(1),
        ),
        (1, 1, 28, 28),
    ),
    Family(
        "AlexNet",
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 11, 4, 2),
            nn.ReLU(),
            nn.LocalResponseNorm(5),
            nn.MaxPool2d(3, 2),
            nn.Flatten(),
            nn.Dropout(),
            nn.Linear(72, 12),
            nn.ReLU(),
            nn.Linear(12, 5),
            nn.Softmax(1),
        ),
        (1, 3, 35, 35),
    ),
    Family(
        "VGG",
        lambda: nn.Sequential(
            conv(3, 6),
            conv(6, 6),
            nn.MaxPool2d(2),
            conv(6, 8),
            nn.MaxPool2d(2),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(8, 5),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "ResNet",
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 7, 2, 3),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, 1),
            residual(conv(8, 8), conv(8, 8, act=None)),
            nn.ReLU(),
            head(8),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "ResNeXt",
        lambda: nn.Sequential(
            conv(3, 8, 3, 2), residual(conv(8, 8, 1), conv(8, 8, 3, groups=4), conv(8, 8, 1, act=None)), head(8)
        ),
        PICTURE,
        SIDES,
    ),
    Family("DenseNet", _dense, PICTURE, SIDES, 10),
    Family(
        "SqueezeNet",
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 3, 2),
            nn.ReLU(),
            nn.MaxPool2d(3, 2, ceil_mode=True),
            _fire(8),
            _fire(8),
            nn.Conv2d(8, 5, 1),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        ),
        PICTURE,
        SIDES,
        10,
    ),
    Family(
        "GoogLeNet",
        lambda: nn.Sequential(conv(3, 6, 7, 2), nn.MaxPool2d(3, 2, ceil_mode=True), _inception(6), head(9)),
        PICTURE,
        SIDES,
        10,
    ),
    Family(
        "MobileNet v1",
        lambda: nn.Sequential(conv(3, 8, 3, 2), conv(8, 8, 3, groups=8), conv(8, 12, 1), head(12)),
        PICTURE,
        SIDES,
    ),
    Family(
        "MobileNet v2",
        lambda: nn.Sequential(
            conv(3, 4, 3, 2, act=nn.ReLU6),
            residual(conv(4, 8, 1, act=nn.ReLU6), conv(8, 8, 3, groups=8, act=nn.ReLU6), conv(8, 4, 1, act=None)),
            head(4),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "MobileNet v3",
        lambda: nn.Sequential(
            conv(3, 6, 3, 2, act=nn.Hardswish),
            conv(6, 6, 5, groups=6, act=nn.Hardswish),
            gate(6),
            nn.Hardsigmoid(),
            head(6),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "ShuffleNet",
        lambda: nn.Sequential(
            conv(3, 8, 3, 2),
            Net(lambda m, x: m.out(_shuffle(m.body(x))), body=conv(8, 8, 1, groups=2), out=conv(8, 8, 3, groups=8)),
            head(8),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "EfficientNet",
        lambda: nn.Sequential(
            conv(3, 6, 3, 2, act=nn.SiLU), residual(conv(6, 6, 3, groups=6, act=nn.SiLU), gate(6)), head(6)
        ),
        PICTURE,
        SIDES,
    ),
    Family("ConvNeXt", lambda: nn.Sequential(nn.Conv2d(3, 6, 4, 4), _next_block(6), head(6)), PICTURE, SIDES),
    Family(
        "GhostNet",
        lambda: nn.Sequential(
            Net(
                lambda m, x: torch.cat([y := m.few(x), m.cheap(y)], 1),
                few=conv(3, 4, 3, 2),
                cheap=conv(4, 4, 3, groups=4),
            ),
            gate(8),
            head(8),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "RepVGG",
        lambda: nn.Sequential(
            conv(3, 4, 3, 2),
            Net(
                lambda m, x: functional.relu(m.three(x) + m.one(x) + m.same(x)),
                three=conv(4, 4, act=None),
                one=conv(4, 4, 1, act=None),
                same=nn.BatchNorm2d(4),
            ),
            head(4),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "LightCNN (maxout)",
        lambda: nn.Sequential(
            nn.Conv2d(3, 8, 3, 2),
            Net(lambda _, x: torch.maximum(x[:, :4], x[:, 4:])),
            nn.MaxPool2d(2, ceil_mode=True),
            head(4),
        ),
        PICTURE,
        SIDES,
        10,
    ),
    Family(
        "PFLD (landmarks)",
        lambda: nn.Sequential(
            nn.Conv2d(3, 6, 3, 2, 1), nn.PReLU(6), nn.Conv2d(6, 6, 3, 2, 1), nn.PReLU(6), head(6, 10), nn.Sigmoid()
        ),
        PICTURE,
        SIDES,
    ),
)
