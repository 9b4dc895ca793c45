"""The benchmark's entry in the browser."""

from typing import Any

from app_py import _platform
from app_py.pages.benchmark.controller import BenchmarkController
from app_py.pages.report.browser import Receiver
from app_py.pages.studio.page import BrowserPage


async def start(js_page: Any) -> Receiver:
    """Start the benchmark on what the logic worker lends; returns the receiver of the page's events."""
    return Receiver(BenchmarkController(BrowserPage(js_page), _platform.current()))
