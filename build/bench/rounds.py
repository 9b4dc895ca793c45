"""Contestants take turns, so that what else the machine does hits all of them alike."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

SETTLE_RUNS = 3
"""Runs after the first that are not counted: the browser is still compiling."""

FEWEST_RUNS = 2


@dataclass
class Series:
    """One contestant's times in milliseconds; `first_ms` and the settling runs are not among `times_ms`."""

    first_ms: float
    times_ms: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        return median(self.times_ms)

    def to_json(self) -> dict[str, Any]:
        return {
            "first_ms": round(self.first_ms, 2),
            "median_ms": round(self.median_ms, 2),
            "min_ms": round(min(self.times_ms), 2),
            "max_ms": round(max(self.times_ms), 2),
            "times_ms": [round(time, 2) for time in self.times_ms],
        }


def take_turns(contestants: Mapping[str, Callable[[], float]], runs: int, budget_s: float) -> dict[str, Series]:
    """Run every contestant `runs` times in turn. One that has used up its budget sits out after `FEWEST_RUNS`."""
    spent: dict[str, float] = {}
    series = {}
    for name, run in contestants.items():
        started = time.perf_counter()
        series[name] = Series(run())
        for _ in range(SETTLE_RUNS):
            if time.perf_counter() - started < budget_s / 4:
                run()
        spent[name] = time.perf_counter() - started
    for number in range(runs):
        for name, run in contestants.items():
            if spent[name] > budget_s and number >= FEWEST_RUNS:
                continue
            started = time.perf_counter()
            series[name].times_ms.append(run())
            spent[name] += time.perf_counter() - started
    return series


def ratio(one: Series, other: Series) -> float:
    """How many times longer `one` takes than `other`: the median over the rounds in which both ran."""
    pairs = zip(one.times_ms, other.times_ms, strict=False)
    return median(mine / theirs for mine, theirs in pairs)
