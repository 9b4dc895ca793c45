"""What a node is given, and what it must not stand between."""

from app_py.kernels.features import Feature, Read
from app_py.kernels.refusal import Refusal
from app_py.kernels.small_values import Array, SmallValue

Inputs = list[Read | None]
"""None where an input is left out."""


def array(inputs: Inputs, index: int) -> Array | None:
    """The constant at a place; None where it is left out."""
    value = inputs[index] if index < len(inputs) else None
    if value is None:
        return None
    if not isinstance(value, SmallValue) or value.constant is None:
        raise Refusal("has an input that must be constant and is computed while the model runs")
    return value.constant


def feature(inputs: Inputs, index: int = 0) -> Feature:
    value = inputs[index] if index < len(inputs) else None
    if not isinstance(value, Feature):
        raise Refusal("is used on what is not a picture")
    return value


def unpadded(x: Feature) -> Feature:
    if x.padded:
        raise Refusal("stands between padding and a convolution")
    return x


def unenlarged(x: Feature) -> Feature:
    if x.doubled:
        raise Refusal("stands between an enlargement and a convolution")
    return unpadded(x)
