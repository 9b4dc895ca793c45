"""The benchmark's entry in the browser."""

from typing import Any

from app_py import _platform
from app_py.benchmark.desk import BenchmarkDesk
from app_py.report.browser import Receiver
from app_py.studio.page import BrowserPage


async def start(lent: Any) -> Receiver:
    """Start the benchmark on what the logic worker lends; returns the receiver of the page's events."""
    return Receiver(BenchmarkDesk(BrowserPage(lent), _platform.current()))
