"""The page and its files, as the logic worker's JavaScript passes them to Python.

The objects that come from JavaScript are used by their own methods only, so nothing here imports `js` or `pyodide`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from app_py.errors import AppError, PhotoError
from app_py.i18n import tr, tr_noop
from app_py.photo.tensors import RgbImage

_UNREACHABLE = tr_noop("{url} could not be reached.")
_BROKEN_TRANSFERS = {
    "silent": tr_noop("{url} does not come: nothing has arrived for a while. Check the connection."),
    "cut": tr_noop("The transfer of {url} broke off. Check the connection."),
}
"""By the codes of `www/python/download.js`."""


class BrowserPage:
    """A `studio.Page` over the object that `www/python/python.js` lends."""

    def __init__(self, js_page: Any) -> None:
        self._js_page = js_page

    def show(self, state: str) -> None:
        self._js_page.show(state)

    def draw(self, canvas: str, image: RgbImage) -> None:
        height, width = image.shape[:2]
        self._js_page.draw(canvas, width, height, np.ascontiguousarray(image))

    def give_file(self, name: str, mime: str, data: bytes, purpose: str = "download") -> None:
        self._js_page.giveFile(name, mime, data, purpose)

    async def fetch(self, url: str, on_progress: Callable[[int, int], None]) -> bytes:
        reply = await self._js_page.fetch(url, on_progress)
        if isinstance(reply, int):
            raise AppError(tr("The server answered {status} for {url}.", status=reply, url=url), code="not-found")
        if isinstance(reply, str):
            raise AppError(tr(_BROKEN_TRANSFERS.get(reply, _UNREACHABLE), url=url), code="network", detail=reply)
        data: bytes = reply.to_bytes()
        return data

    async def decode(self, data: bytes) -> RgbImage | None:
        decoded = await self._js_page.decode(data)
        if decoded is None:
            return None
        return np.asarray(decoded.rgba.to_py(), np.uint8).reshape(decoded.height, decoded.width, 4)


class BrowserFile:
    """A `studio.File` over a JavaScript `Blob`."""

    def __init__(self, blob: Any) -> None:
        self._blob = blob

    async def read(self) -> bytes:
        try:
            data: bytes = (await self._blob.arrayBuffer()).to_bytes()
        except Exception as error:
            raise PhotoError(
                tr("This file could not be read from your device. Choose it again."), detail=str(error)
            ) from error
        return data
