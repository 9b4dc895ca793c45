"""The operator test's entry in the browser."""

from typing import Any

from app_py import _platform
from app_py.pages.operator_test.controller import OperatorTestController
from app_py.pages.report.browser import Receiver
from app_py.pages.studio.page import BrowserPage


async def start(js_page: Any) -> Receiver:
    """Start the operator test on what the logic worker lends; returns the receiver of the page's events."""
    return Receiver(OperatorTestController(BrowserPage(js_page), _platform.current()))
