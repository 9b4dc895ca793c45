"""Files that may never come: a transfer that falls silent is given up."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from app_py.errors import AppError
from app_py.i18n import tr

SILENCE_S = 60.0
"""A transfer of which nothing has come for so long is broken, however large the file is."""

Get = Callable[[str, Callable[[int, int], None]], Awaitable[bytes]]
"""An address and what is told of every piece that comes, to the bytes."""


async def fetch_watched(get: Get, url: str) -> bytes:
    """The bytes that `get` gives for an address.

    Raises:
        AppError: what `get` raises; `network` when no byte has come for `SILENCE_S`.
    """
    heard = time.monotonic()

    def listen(_done: int, _total: int) -> None:
        nonlocal heard
        heard = time.monotonic()

    transfer = asyncio.ensure_future(get(url, listen))
    try:
        while not transfer.done():
            left_s = heard + SILENCE_S - time.monotonic()
            if left_s <= 0:
                sentence = tr(
                    "{url} does not come: nothing has arrived for {seconds} s. Check the connection, then start again.",
                    url=url,
                    seconds=f"{SILENCE_S:.0f}",
                )
                raise AppError(sentence, code="network")
            await asyncio.wait({transfer}, timeout=left_s)
        return transfer.result()
    finally:
        transfer.cancel()
