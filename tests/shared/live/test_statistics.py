"""Pictures a second, by a clock that a test turns."""

import pytest

from app_py.live.statistics import LiveStatistics


class Clock:
    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_pictures_a_second_are_those_of_the_last_two_seconds() -> None:
    clock = Clock()
    statistics = LiveStatistics(clock)
    assert statistics.fps == 0
    for _ in range(8):
        clock.seconds += 0.5
        statistics.tell([20.0] * 6)
    assert statistics.fps == pytest.approx(12)
    clock.seconds += 1
    assert statistics.fps == pytest.approx(6, abs=3)
    clock.seconds += 5
    assert statistics.fps == 0


def test_the_first_second_counts_as_what_it_is() -> None:
    clock = Clock()
    statistics = LiveStatistics(clock)
    clock.seconds += 0.5
    statistics.tell([20.0] * 10)
    assert statistics.fps == pytest.approx(20)


def test_a_frame_takes_the_median_once_there_are_enough() -> None:
    statistics = LiveStatistics(Clock())
    statistics.tell([10.0, 20.0, 30.0])
    assert statistics.frame_ms is None
    statistics.tell([40.0, 1000.0])
    assert statistics.frame_ms == 30.0
    statistics.forget_times()
    assert statistics.frame_ms is None
