"""Follows what changes step by step, such as a mixture's weights: small paintings at once, the asked one at rest."""

import asyncio
from collections.abc import Awaitable, Callable

SETTLE_S = 0.35
"""So long nothing changes before the painting is made at the size that was asked for."""


class Repainter:
    """One loop at a time.

    Args:
        preview: paints small what is asked for now, and shows it.
        finish: asks for the whole painting.
    """

    def __init__(self, preview: Callable[[], Awaitable[None]], finish: Callable[[], None]) -> None:
        self._preview = preview
        self._finish = finish
        self._asked = 0
        self._running = False

    async def follow(self) -> None:
        """Something changed. Returns at once where the loop is under way already."""
        self._asked += 1
        if self._running:
            return
        self._running = True
        try:
            await self._loop()
        finally:
            self._running = False

    async def _loop(self) -> None:
        while True:
            seen = self._asked
            await self._preview()
            waited = 0.0
            while seen == self._asked and waited < SETTLE_S:
                await asyncio.sleep(0.01)
                waited += 0.01
            if seen == self._asked:
                break
        self._finish()
