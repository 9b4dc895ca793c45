"""The studio's entry in the browser: wraps what the logic worker lends in Python types and starts."""

from typing import Any

from app_py.browser.page import BrowserFile, BrowserPage
from app_py.browser.store import BrowserStore
from app_py.engines.painter import Painter
from app_py.pages.studio.controller import Studio
from app_py.styles.library import Library


class Receiver:
    """What the logic worker calls for every event of the page."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio

    def receive(self, message: Any, file: Any = None) -> None:
        """An event with what travels beside it: a chosen file, or the port of a live camera."""
        event = message.to_py()
        if event.get("type") == "live-port":
            self._studio.connect(int(event["id"]), file)
        else:
            self._studio.receive(event, None if file is None else BrowserFile(file))


async def start(js_page: Any) -> Receiver:
    """Start the studio on what the logic worker lends; returns the receiver of the page's events."""
    page = BrowserPage(js_page)
    library = Library(page.fetch)
    store = BrowserStore(js_page.store)
    studio = Studio(page, library, Painter(library, store), store)
    await studio.start()
    return Receiver(studio)
