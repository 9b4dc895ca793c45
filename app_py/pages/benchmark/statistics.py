"""What a series of times comes down to."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

PER_CENT_90 = 0.9

ROUNDING_MS = 0.001
"""How far a summary may be from that of its times after both were rounded, times to three decimals."""

ROUNDING_RATE = 0.00006
"""The same for megapixels per second, which keep four decimals."""


@dataclass(frozen=True, slots=True)
class Summary:
    """Milliseconds, but `megapixels_per_s`: output pixels over the median time.

    `p90_ms` interpolates linearly between the two nearest runs; `sd_ms` is that of a sample (n - 1), 0 for one run.
    """

    mean_ms: float
    median_ms: float
    p90_ms: float
    min_ms: float
    max_ms: float
    sd_ms: float
    megapixels_per_s: float

    def to_json(self) -> dict[str, float]:
        return {name: round(value, 4) for name, value in asdict(self).items()}


def summarise(times_ms: Sequence[float], pixels: int) -> Summary:
    """Sum up the times of runs that each gave `pixels` output pixels.

    Raises:
        ValueError: there is no time, or one is not a positive finite number.
    """
    if not times_ms or not all(math.isfinite(time) and time >= 0 for time in times_ms):
        raise ValueError(f"times must be finite and not negative, and there must be one at least: {list(times_ms)!r}")
    median = statistics.median(times_ms)
    return Summary(
        mean_ms=statistics.fmean(times_ms),
        median_ms=median,
        p90_ms=_quantile(sorted(times_ms), PER_CENT_90),
        min_ms=min(times_ms),
        max_ms=max(times_ms),
        sd_ms=statistics.stdev(times_ms) if len(times_ms) > 1 else 0.0,
        megapixels_per_s=pixels / 1e3 / median if median > 0 else 0.0,
    )


def first_contradiction(stated: Mapping[str, float], times_ms: Sequence[float], pixels: int) -> str | None:
    """The first value of a summary (as `Summary.to_json` gives it) that does not follow from its times, by its name."""
    expected = summarise(times_ms, pixels)
    median = expected.median_ms
    fastest = pixels / 1e3 / (median - ROUNDING_MS) if median > ROUNDING_MS else math.inf
    for name, value in asdict(expected).items():
        slack = fastest - value + ROUNDING_RATE if name == "megapixels_per_s" else ROUNDING_MS
        if abs(stated[name] - value) > slack:
            return name
    return None


def _quantile(ascending: Sequence[float], share: float) -> float:
    place = share * (len(ascending) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ascending) - 1)
    return ascending[below] + (place - below) * (ascending[above] - ascending[below])
