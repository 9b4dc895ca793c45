"""The operator test's entry in the browser."""

from typing import Any

from app_py import _platform
from app_py.ops.desk import OpsDesk
from app_py.report.browser import Receiver
from app_py.studio.page import BrowserPage


async def start(lent: Any) -> Receiver:
    """Start the operator test on what the logic worker lends; returns the receiver of the page's events."""
    return Receiver(OpsDesk(BrowserPage(lent), _platform.current()))
