"""Families that find things: segmentation, detection, depth, poses."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from build.compiler.verify.families.blocks import conv
from build.compiler.verify.families.family import Family, Net

PICTURE = (1, 3, 16, 24)
SIDES = (2, 3)


def _resized(x: Tensor, size: tuple[int, int], align: bool = False) -> Tensor:
    return functional.interpolate(x, size=size, mode="bilinear", align_corners=align)


def _aspp() -> nn.Module:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.get_submodule("stem")(x)
        mean = _resized(m.get_submodule("all")(y), (8, 12))
        parts = [m.get_submodule("one")(y), m.get_submodule("two")(y), mean]
        return _resized(m.get_submodule("last")(torch.cat(parts, 1)), (16, 24))

    return Net(
        forward,
        stem=conv(3, 6, 3, 2),
        one=nn.Conv2d(6, 4, 1),
        two=nn.Conv2d(6, 4, 3, padding=3, dilation=3),
        all=nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(6, 4, 1)),
        last=nn.Conv2d(12, 3, 1),
    )


def _pyramid() -> nn.Module:
    def forward(m: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
        fine = m.get_submodule("first")(x)
        coarse = m.get_submodule("second")(fine)
        top = m.get_submodule("side")(coarse)
        return m.get_submodule("lateral")(fine) + functional.interpolate(top, scale_factor=2.0), top

    return Net(
        forward, first=conv(3, 6, 3, 2), second=conv(6, 8, 3, 2), side=nn.Conv2d(8, 4, 1), lateral=nn.Conv2d(6, 4, 1)
    )


def _boxes() -> nn.Module:
    """Scores and boxes of SSD, with priors that are constants."""

    def forward(m: nn.Module, x: Tensor) -> tuple[Tensor, Tensor]:
        y = m.get_submodule("stem")(x)
        boxes = m.get_submodule("boxes")(y).permute(0, 2, 3, 1).reshape(1, -1, 4)
        scores = m.get_submodule("scores")(y).permute(0, 2, 3, 1).reshape(1, -1, 3)
        prior = torch.linspace(0.1, 0.9, 24 * 4).reshape(24, 4)
        middle = prior[:, :2] + boxes[..., :2] * 0.1 * prior[:, 2:]
        side = prior[:, 2:] * torch.exp(boxes[..., 2:] * 0.2)
        return torch.cat([middle - side / 2, middle + side / 2], -1), torch.softmax(scores, -1)

    return Net(
        forward,
        stem=nn.Sequential(conv(3, 6, 3, 2), conv(6, 6, 3, 2)),
        boxes=nn.Conv2d(6, 4, 3, padding=1),
        scores=nn.Conv2d(6, 3, 3, padding=1),
    )


def _yolo() -> nn.Module:
    """Sigmoids around a grid of constants."""

    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = torch.sigmoid(m.get_submodule("out")(m.get_submodule("stem")(x)))
        y = y.view(1, 2, 7, 4, 6).permute(0, 1, 3, 4, 2)
        grid = torch.stack(torch.meshgrid(torch.arange(4.0), torch.arange(6.0), indexing="ij")[::-1], -1)
        return torch.cat([(y[..., :2] * 2 - 0.5 + grid) * 4, (y[..., 2:4] * 2) ** 2, y[..., 4:]], -1).reshape(1, -1, 7)

    return Net(
        forward,
        stem=nn.Sequential(conv(3, 6, 3, 2, act=nn.SiLU), conv(6, 8, 3, 2, act=nn.SiLU)),
        out=nn.Conv2d(8, 14, 1),
    )


def _hourglass() -> nn.Module:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        y = m.get_submodule("inner")(functional.max_pool2d(x, 2))
        result: Tensor = m.get_submodule("skip")(x) + functional.interpolate(y, scale_factor=2.0)
        return result

    return nn.Sequential(conv(3, 4), Net(forward, inner=conv(4, 4), skip=conv(4, 4)), nn.Conv2d(4, 5, 1))


def _matting() -> nn.Module:
    def forward(m: nn.Module, x: Tensor) -> Tensor:
        small = functional.interpolate(x, scale_factor=0.5, mode="bilinear", align_corners=False)
        return torch.sigmoid(_resized(m.get_submodule("body")(small), (16, 24)))

    return Net(forward, body=nn.Sequential(conv(3, 4), nn.Conv2d(4, 1, 1)))


FAMILIES = (
    Family(
        "FCN with a last ArgMax",
        lambda: Net(lambda m, x: m.body(x).argmax(1), body=nn.Sequential(conv(3, 6), nn.Conv2d(6, 5, 1))),
        PICTURE,
        SIDES,
    ),
    Family("DeepLab (ASPP)", _aspp, PICTURE, (), 11),
    Family(
        "PSPNet",
        lambda: Net(
            lambda m, x: m.last(
                torch.cat([y := m.stem(x), _resized(functional.adaptive_avg_pool2d(y, 2), (8, 12), True)], 1)
            ),
            stem=conv(3, 4, 3, 2),
            last=nn.Conv2d(8, 3, 1),
        ),
        PICTURE,
        (),
        11,
    ),
    Family("FPN", _pyramid, PICTURE, SIDES),
    Family("SSD", _boxes, PICTURE, (), 9),
    Family("YOLOv5", _yolo, PICTURE, (), 11),
    Family(
        "CenterNet",
        lambda: Net(
            lambda m, x: (y := torch.sigmoid(m.body(x))) - torch.relu(functional.max_pool2d(y, 3, 1, 1) - y) * 9.0,
            body=nn.Sequential(conv(3, 6, 3, 2), nn.Conv2d(6, 3, 1)),
        ),
        PICTURE,
        SIDES,
    ),
    Family("hourglass", _hourglass, PICTURE, SIDES),
    Family("MODNet (matting)", _matting, PICTURE, (), 11),
    Family(
        "EAST (text)",
        lambda: Net(
            lambda m, x: torch.cat([torch.sigmoid(m.a(y := m.body(x))), (torch.sigmoid(m.b(y)) - 0.5) * 3.14], 1),
            body=conv(3, 6, 3, 2),
            a=nn.Conv2d(6, 1, 1),
            b=nn.Conv2d(6, 1, 1),
        ),
        PICTURE,
        SIDES,
    ),
    Family(
        "crowd counting",
        lambda: Net(
            lambda m, x: m.body(x).sum((1, 2, 3)), body=nn.Sequential(conv(3, 6, 5), nn.Conv2d(6, 1, 1), nn.ReLU())
        ),
        PICTURE,
        SIDES,
    ),
)
