"""Ctrl-C and SIGTERM as a wish to stop well."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_asked() -> Iterator[threading.Event]:
    """An event that Ctrl-C and SIGTERM set for as long as this lasts; a second one ends the program as ever."""
    asked = threading.Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        asked.set()
        signal.signal(number, before[signal.Signals(number)])

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    # Signal handlers belong to the main thread; elsewhere (in a test, say) there is nobody to press Ctrl-C.
    if threading.current_thread() is not threading.main_thread():
        yield asked
        return
    for number in before:
        signal.signal(number, ask)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
