"""Numbers of each channel while a graph is read: sums of products of its mean, its variance and its deviation.

An InstanceNorm that a graph spells out, whatever the spelling, becomes a tensor times one such sum plus another:

    gamma * (x - mean) / sqrt(variance + epsilon) + beta
        = x * (gamma * r) + (beta - gamma * mean * r)      where r = 1 / sqrt(variance + epsilon)

and is recognized by what it is, not by which nodes in which order made it.
"""

from dataclasses import dataclass, field

import numpy as np

from app_py.kernels.refusal import Refusal
from app_py.kernels.small_values import SmallValue, combine, constant

Powers = tuple[int, int, int]
"""Of the mean, of the variance and of r."""

PLAIN: Powers = (0, 0, 0)
MEAN: Powers = (1, 0, 0)
VARIANCE: Powers = (0, 1, 0)
DEVIATION: Powers = (0, 0, 1)
MEAN_DEVIATION: Powers = (1, 0, 1)


@dataclass(frozen=True)
class Terms:
    """A sum: powers -> `[channels]` (or one number) that they are multiplied with. `epsilon` is the one within r."""

    terms: dict[Powers, SmallValue] = field(default_factory=dict)
    epsilon: float | None = None

    def __add__(self, other: "Terms") -> "Terms":
        terms = dict(self.terms)
        for powers, value in other.terms.items():
            terms[powers] = combine(np.add, terms[powers], value) if powers in terms else value
        return Terms(_without_zeros(terms), self._epsilon_with(other))

    def __mul__(self, other: "Terms") -> "Terms":
        terms: dict[Powers, SmallValue] = {}
        for a, x in self.terms.items():
            for b, y in other.terms.items():
                powers = (a[0] + b[0], a[1] + b[1], a[2] + b[2])
                product = combine(np.multiply, x, y)
                terms[powers] = combine(np.add, terms[powers], product) if powers in terms else product
        return Terms(_without_zeros(terms), self._epsilon_with(other))

    def __neg__(self) -> "Terms":
        return self * number(-1.0)

    def __sub__(self, other: "Terms") -> "Terms":
        return self + -other

    def _epsilon_with(self, other: "Terms") -> float | None:
        if self.epsilon is None or other.epsilon in (None, self.epsilon):
            return other.epsilon if self.epsilon is None else self.epsilon
        raise Refusal("combines roots of a variance that have different epsilons")

    @property
    def plain(self) -> SmallValue | None:
        """The value, where neither mean nor deviation are in it."""
        if not self.terms:
            return constant(np.float32(0))
        return self.terms.get(PLAIN) if len(self.terms) == 1 else None

    def root(self) -> "Terms | None":
        """sqrt(variance + epsilon), which is 1 / r."""
        variance, epsilon = self.terms.get(VARIANCE), self.terms.get(PLAIN, constant(np.float32(0))).constant
        if variance is None or set(self.terms) - {VARIANCE, PLAIN} or epsilon is None or np.unique(epsilon).size != 1:
            return None
        if variance.constant is None or not np.all(variance.constant == 1):
            return None
        return Terms({(0, 0, -1): constant(np.float32(1))}, float(epsilon.reshape(-1)[0]))

    def inverse(self) -> "Terms | None":
        """1 divided by it, where it is a single term."""
        if len(self.terms) != 1:
            return None
        ((powers, value),) = self.terms.items()
        inverted = (-powers[0], -powers[1], -powers[2])
        return Terms({inverted: combine(lambda x: 1 / x, value)}, self.epsilon)


def number(value: "float | SmallValue") -> Terms:
    held = value if isinstance(value, SmallValue) else constant(np.float32(value))
    return Terms(_without_zeros({PLAIN: held}))


def single(powers: Powers) -> Terms:
    return Terms({powers: constant(np.float32(1))})


def _without_zeros(terms: dict[Powers, SmallValue]) -> dict[Powers, SmallValue]:
    return {
        powers: value for powers, value in terms.items() if value.constant is None or not np.all(value.constant == 0)
    }
