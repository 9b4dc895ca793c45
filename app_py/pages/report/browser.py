"""How the logic worker passes a reporting page's events on."""

from typing import Any

from app_py.browser.page import BrowserFile
from app_py.pages.report.controller import ReportController


class Receiver:
    """What the logic worker calls for every event of the page."""

    def __init__(self, desk: ReportController) -> None:
        self._desk = desk

    def receive(self, message: Any, file: Any = None) -> None:
        self._desk.receive(message.to_py(), None if file is None else BrowserFile(file))
