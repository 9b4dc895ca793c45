"""The operator test's entry in the browser."""

from typing import Any

from app_py.browser.page import BrowserPage
from app_py.onnxruntime import platform as platforms
from app_py.pages.operator_test.controller import OperatorTestController
from app_py.pages.report.browser import Receiver


async def start(js_page: Any) -> Receiver:
    """Start the operator test on what the logic worker lends; returns the receiver of the page's events."""
    return Receiver(OperatorTestController(BrowserPage(js_page), platforms.current()))
