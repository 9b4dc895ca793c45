"""A reporting page in the browser: wraps what the logic worker lends in Python types.

The objects that come from JavaScript are used by their own methods only, so nothing here imports `js` or `pyodide`.
"""

from typing import Any

from app_py.report.desk import Desk
from app_py.studio.page import BrowserFile, BrowserPage


class LentPage(BrowserPage):
    """A `desk.ReportingPage` over the object that `www/logic/python.js` lends."""

    def ask(self, what: str) -> None:
        self._lent.ask(what)


class Receiver:
    """What the logic worker calls for every event of the page."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def receive(self, message: Any, file: Any = None) -> None:
        self._desk.receive(message.to_py(), None if file is None else BrowserFile(file))
