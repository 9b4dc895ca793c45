"""What a value of a graph is, while it is read: a tensor, and what has been done to it since it was computed."""

from dataclasses import dataclass, replace

import numpy as np

from app_py.kernels.channel_terms import DEVIATION, MEAN, MEAN_DEVIATION, PLAIN, Terms, number
from app_py.kernels.network import Affine, Norm, Operation, Padding, Pointwise, View
from app_py.kernels.refusal import Refusal
from app_py.kernels.small_values import SmallValue, combine, constant, per_channel

RELU = Operation(Pointwise.CLIP, 0.0, float("inf"))


@dataclass(frozen=True, eq=False)
class Feature:
    """`operations` of `tensor * factor + summand`, enlarged and padded; `squared` on its way to a variance."""

    tensor: int
    channels: int
    factor: Terms
    summand: Terms
    operations: tuple[Operation, ...] = ()
    doubled: bool = False
    padding: Padding | None = None
    pads: tuple[int, int, int, int] = (0, 0, 0, 0)
    channels_last: bool = False
    squared: bool = False

    @property
    def axis(self) -> int:
        """Where the channels are."""
        return 3 if self.channels_last else 1

    @property
    def padded(self) -> bool:
        return any(self.pads)

    def map(self, operation: Operation) -> "Feature":
        return replace(self, operations=(*self.operations, operation))

    def multiply(self, terms: Terms) -> "Feature":
        return replace(self, factor=self.factor * terms, summand=self.summand * terms)

    def add(self, terms: Terms) -> "Feature":
        return replace(self, summand=self.summand + terms)


@dataclass(frozen=True, eq=False)
class Statistic:
    """A number of each channel of a tensor; `axis` says where the channels are, of `rank` axes."""

    tensor: int
    channels: int
    terms: Terms
    rank: int
    axis: int


Read = SmallValue | Feature | Statistic


def untouched(tensor: int, channels: int, channels_last: bool = False) -> Feature:
    return Feature(tensor, channels, number(1.0), number(0.0), channels_last=channels_last)


def to_view(feature: Feature) -> tuple[View, tuple[Operation, ...]]:
    """How the kernels read a feature, and which operations are left after the ReLU."""
    if feature.squared:
        raise Refusal("reads the square of a tensor")
    operations = feature.operations
    relu = operations[:1] == (RELU,)
    return View(feature.tensor, _change(feature), relu), operations[1:] if relu else operations


def _change(feature: Feature) -> Norm | Affine | None:
    factor, summand = feature.factor.plain, feature.summand.plain
    if factor is not None and summand is not None:
        return _affine(feature, factor, summand)
    gamma = feature.factor.terms.get(DEVIATION)
    minus = feature.summand.terms.get(MEAN_DEVIATION)
    beta = feature.summand.terms.get(PLAIN, constant(np.float32(0)))
    epsilon = feature.factor.epsilon
    if gamma is None or minus is None or epsilon is None or len(feature.factor.terms) != 1:
        raise Refusal("reads a tensor that is scaled by its statistics in another way than InstanceNorm does")
    if set(feature.summand.terms) - {MEAN_DEVIATION, PLAIN}:
        raise Refusal("reads a tensor that is shifted by its statistics in another way than InstanceNorm does")
    gammas, betas = _spread(gamma, feature), _spread(beta, feature)
    if not _spread(minus, feature).same_as(combine(np.negative, gammas)):
        raise Refusal("reads a tensor whose mean is not taken off as InstanceNorm does")
    return Norm(gammas, betas, epsilon)


def _affine(feature: Feature, factor: SmallValue, summand: SmallValue) -> Affine | None:
    factors, summands = _spread(factor, feature), _spread(summand, feature)
    known = factors.constant is not None and summands.constant is not None
    unchanged = known and np.all(factors.constant == 1) and np.all(summands.constant == 0)
    return None if unchanged else Affine(factors, summands)


def _spread(value: SmallValue, feature: Feature) -> SmallValue:
    """`[channels]`; terms are kept by channel already, or are one number."""
    spread = per_channel(value, feature.channels, 3)
    if spread is None:
        raise Refusal("uses numbers that differ from pixel to pixel")
    return spread


def statistic_of(feature: Feature, terms: Terms, rank: int = 4) -> Statistic:
    return Statistic(feature.tensor, feature.channels, terms, rank, feature.axis if rank == 4 else 1)


def is_centred(feature: Feature) -> bool:
    """Whether it is x - mean(x)."""
    return (
        not feature.operations
        and set(feature.summand.terms) == {MEAN}
        and feature.factor.plain is not None
        and feature.factor.plain.same_as(constant(np.float32(1)))
        and feature.summand.terms[MEAN].same_as(constant(np.float32(-1)))
    )
