"""How far a painting is."""

import asyncio
import time
from collections.abc import Callable

TICK_S = 0.25


class ProgressTicker:
    """Tells how far a run is, from the time that it is predicted to take.

    `tell(done_s, total_s, engine)` is called every quarter of a second while an engine runs.
    """

    def __init__(self, tell: Callable[[float, float, str], None]) -> None:
        self._tell = tell
        self._ticking: asyncio.Task[None] | None = None
        self._reached = 0.0

    def __enter__(self) -> "ProgressTicker":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def reached(self, part: float) -> None:
        """The engine itself says what part is done, 0..1: from now on that counts."""
        self._reached = part

    def expect(self, engine: str, predicted_ms: float) -> None:
        """From now on `engine` runs, for about so long; '' stops the clock, and so does an unknown time."""
        self._stop()
        self._reached = 0.0
        if engine and 0 < predicted_ms < float("inf"):
            self._ticking = asyncio.ensure_future(self._tick(engine, predicted_ms / 1000))
            # Pyodide's event loop prints the exception of every task that nobody asks, a cancellation's too.
            self._ticking.add_done_callback(lambda task: task.cancelled() or task.exception())

    async def _tick(self, engine: str, predicted_s: float) -> None:
        began = time.monotonic()
        while True:
            # A run that takes longer than predicted keeps its bar short of the end.
            passed_s = time.monotonic() - began
            if self._reached:
                self._tell(passed_s, passed_s / self._reached, engine)
            else:
                self._tell(min(passed_s, 0.97 * predicted_s), predicted_s, engine)
            await asyncio.sleep(TICK_S)

    def _stop(self) -> None:
        if self._ticking:
            self._ticking.cancel()
        self._ticking = None
