"""One line that tells how far a run is, what it loses and how long it will take."""

import sys
import time
from typing import TextIO

from build.training.loss_log import Row

BAR_CELLS = 24
# Without a terminal every update is a line of its own, so fewer are written.
PLAIN_INTERVAL_S = 30.0


def duration(seconds: float) -> str:
    """Seconds in words: `42 s`, `7 min 05 s`, `1 h 20 min`.

    >>> duration(425)
    '7 min 05 s'
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


class Progress:
    """Writes to a terminal by overwriting its line, to anything else by whole lines now and then."""

    def __init__(self, steps: int, stream: TextIO | None = None) -> None:
        self.steps = steps
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self._last = 0.0

    def show(self, row: Row) -> None:
        """Show the state after `row.step` steps."""
        now = time.monotonic()
        if not self.live and row.step < self.steps and now - self._last < PLAIN_INTERVAL_S:
            return
        self._last = now
        text = self.text(row)
        self.stream.write(f"\r\x1b[K{text}" if self.live else f"{text}\n")
        self.stream.flush()

    def end(self) -> None:
        """Leave the line, so that what follows begins on its own."""
        if self.live:
            self.stream.write("\n")

    def text(self, row: Row) -> str:
        filled = BAR_CELLS * row.step // self.steps
        left = duration((self.steps - row.step) * row.seconds_per_step)
        return (
            f"[{'#' * filled}{'.' * (BAR_CELLS - filled)}] {row.step}/{self.steps}"
            f"  content {row.content:.3f}  style {row.style:.4f}  {row.seconds_per_step:.2f} s/step  {left} left"
        )
