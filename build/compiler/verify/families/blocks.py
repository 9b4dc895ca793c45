"""Layers that several families share."""

from torch import nn

from build.compiler.verify.families.family import Net


def conv(
    inputs: int, outputs: int, kernel: int = 3, stride: int = 1, groups: int = 1, act: type | None = nn.ReLU
) -> nn.Module:
    """Convolution, BatchNorm, activation."""
    layers: list[nn.Module] = [
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False),
        nn.BatchNorm2d(outputs),
    ]
    return nn.Sequential(*layers, *([act()] if act is not None else []))


def gate(channels: int) -> nn.Module:
    """Squeeze and excitation."""
    return Net(
        lambda m, x: x * m.body(x),
        body=nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(channels, 2, 1), nn.ReLU(), nn.Conv2d(2, channels, 1), nn.Sigmoid()
        ),
    )


def residual(*layers: nn.Module) -> nn.Module:
    """x + f(x)."""
    return Net(lambda m, x: x + m.body(x), body=nn.Sequential(*layers))


def head(channels: int, classes: int = 5) -> nn.Module:
    """Global mean, then a linear layer."""
    return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))
