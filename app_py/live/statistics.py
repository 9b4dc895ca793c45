"""How many pictures a second are painted, and how long one takes."""

from collections import deque
from collections.abc import Callable, Sequence
from statistics import median

WINDOW_S = 2.0
FEWEST = 5
"""Fewer times than this say nothing about a size."""


class LiveStatistics:
    """Told in batches what was painted.

    Args:
        now: the time in seconds, from any moment on.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._began = now()
        self._batches: deque[tuple[float, int]] = deque()
        self._times: list[float] = []

    def tell(self, frame_ms: Sequence[float]) -> None:
        """So many pictures were painted since the last call; how many milliseconds each took."""
        self._batches.append((self._now(), len(frame_ms)))
        self._times = [*self._times, *frame_ms][-60:]

    @property
    def fps(self) -> float:
        """Painted pictures a second over the last two seconds, or since the begin if that is less."""
        now = self._now()
        while self._batches and self._batches[0][0] <= now - WINDOW_S:
            self._batches.popleft()
        seconds = min(WINDOW_S, now - self._began)
        return sum(count for _, count in self._batches) / seconds if seconds > 0 else 0.0

    @property
    def frame_ms(self) -> float | None:
        """The median since the size last changed; None while there are too few."""
        return median(self._times) if len(self._times) >= FEWEST else None

    def forget_times(self) -> None:
        """The size has changed: older times tell nothing about it."""
        self._times = []
