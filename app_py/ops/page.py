"""The operator test's entry in the browser."""

from typing import Any

from app_py import _platform
from app_py.ops.desk import OpsDesk
from app_py.report.browser import LentPage, Receiver


async def start(lent: Any) -> Receiver:
    """Start the operator test on what the logic worker lends; returns the receiver of the page's events."""
    return Receiver(OpsDesk(LentPage(lent), _platform.current()))
