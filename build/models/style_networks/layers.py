"""The layers of a style network, as numbers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Affine:
    """A vector of `length` numbers -> one number a channel: `vector @ matrix + offset`.

    `matrix` is float32 `[length, channels]`, `offset` float32 `[channels]`.
    """

    matrix: Floats
    offset: Floats


@dataclass(frozen=True)
class StyleNorm:
    """Instance normalization whose scale and shift follow from the style's vector."""

    scale: Affine
    shift: Affine
    epsilon: float


@dataclass(frozen=True)
class Layer:
    """A convolution, `[out, in, kernel, kernel]`, behind reflecting padding, and the norm behind it, if any."""

    weight: Floats
    bias: Floats | None
    norm: StyleNorm | None


@dataclass(frozen=True)
class StyleNetwork:
    """A network of the fast style family: down by 4, residual blocks of two layers, up by 4, a sigmoid.

    https://arxiv.org/abs/1610.07629 (a vector a style), https://arxiv.org/abs/1705.06830 (a vector for any painting).
    """

    contract: tuple[Layer, ...]
    residual: tuple[tuple[Layer, Layer], ...]
    expand: tuple[Layer, ...]

    @property
    def length(self) -> int:
        """How many numbers a style is."""
        return int(next(layer.norm.scale.matrix.shape[0] for layer in self.layers if layer.norm))

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All of them in the order in which a picture meets them."""
        return (*self.contract, *(layer for block in self.residual for layer in block), *self.expand)


def from_layers(layers: tuple[Layer, ...]) -> StyleNetwork:
    """Three layers down, three up, pairs between them."""
    middle = layers[3:-3]
    return StyleNetwork(layers[:3], tuple(zip(middle[::2], middle[1::2], strict=True)), layers[-3:])
