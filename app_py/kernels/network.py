"""What a plan is made of: layers that the kernels know, each with all that is fused into it."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from app_py.kernels.small_values import SmallValue

Weights = NDArray[np.float32]

MOST_CHANNELS = 256
"""Of a tensor, as the kernels' tables are (`build/kernels/src/statistics.h`)."""


class Padding(IntEnum):
    """As `Padding` in `build/kernels/src/step.h`."""

    ZEROS = 0
    REFLECT = 1
    EDGE = 2


class Pointwise(IntEnum):
    """As `Pointwise` in `build/kernels/src/step.h`."""

    AFFINE = 0
    CLIP = 1
    SIGMOID = 2
    TANH = 3


@dataclass(frozen=True)
class Operation:
    """One number becomes another: x * a + b, x held within a..b, 1 / (1 + e^-x), or tanh x."""

    kind: Pointwise
    a: float = 0.0
    b: float = 0.0


@dataclass(frozen=True, eq=False)
class Norm:
    """InstanceNorm: gamma * (x - mean) / sqrt(variance + epsilon) + beta, gamma and beta `[channels]`."""

    gamma: SmallValue
    beta: SmallValue
    epsilon: float

    def same_as(self, other: "Norm | Affine") -> bool:
        return (
            isinstance(other, Norm)
            and self.epsilon == other.epsilon
            and self.gamma.same_as(other.gamma)
            and self.beta.same_as(other.beta)
        )


@dataclass(frozen=True, eq=False)
class Affine:
    """x * factor + summand, both `[channels]`."""

    factor: SmallValue
    summand: SmallValue

    def same_as(self, other: "Norm | Affine") -> bool:
        return isinstance(other, Affine) and self.factor.same_as(other.factor) and self.summand.same_as(other.summand)


@dataclass(frozen=True, eq=False)
class View:
    """A tensor as it is read: normalized or scaled, then ReLU."""

    tensor: int
    change: Norm | Affine | None = None
    relu: bool = False


@dataclass(frozen=True, eq=False)
class Convolution:
    """`weights` `[out, in, kernel, kernel]`; `pads` top, left, bottom, right of what it reads, which is twice as large
    where `doubled` (each pixel 2 x 2). `lost` rows and columns at the kernel's end are zeros that made it square."""

    node: str
    input: View
    output: int
    weights: Weights
    bias: Weights | None
    stride: int
    padding: Padding
    pads: tuple[int, int, int, int]
    doubled: bool
    lost: tuple[int, int] = (0, 0)

    @property
    def kernel(self) -> int:
        return int(self.weights.shape[2])


@dataclass(frozen=True, eq=False)
class Sum:
    """The sum of two tensors of one shape."""

    node: str
    first: View
    second: View
    output: int


@dataclass(frozen=True, eq=False)
class Ending:
    """What makes the picture from the last tensor."""

    input: View
    operations: tuple[Operation, ...]


Layer = Convolution | Sum


@dataclass(frozen=True)
class PictureValue:
    """A model's picture: name, channels, whether they are its last axis, and its sides where the model fixes them."""

    name: str
    channels: int
    channels_last: bool
    sides: tuple[int | None, int | None] = (None, None)


@dataclass(frozen=True, eq=False)
class Network:
    """Tensor 0 is the picture; `channels` has each tensor's number of them. Layers stand in an order to be run in."""

    input: PictureValue
    output: PictureValue
    small_inputs: tuple[str, ...]
    channels: tuple[int, ...]
    layers: tuple[Layer, ...]
    ending: Ending

    @property
    def changes(self) -> tuple[tuple[int, Norm | Affine], ...]:
        """Every way in which a tensor is scaled when it is read: the tensor, and how."""
        found: dict[int, tuple[int, Norm | Affine]] = {}
        for view in self.views:
            if view.change is not None:
                found.setdefault(id(view.change), (view.tensor, view.change))
        return tuple(found.values())

    @property
    def views(self) -> tuple[View, ...]:
        """Every reading of a tensor."""
        read = [
            view
            for layer in self.layers
            for view in ((layer.input,) if isinstance(layer, Convolution) else (layer.first, layer.second))
        ]
        return (*read, self.ending.input)
