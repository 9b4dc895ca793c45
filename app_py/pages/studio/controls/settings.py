"""The settings: read when the page opens, written when they have come to rest."""

import asyncio

from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.settings import SETTINGS_KEY, Settings, read_settings
from app_py.pages.studio.state import Remembered
from app_py.records import parse_record

SETTLE_S = 0.5
"""Settings are written when nothing changed for so long, not at every step of a slider."""


class SettingsControl:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._writing: asyncio.Task[None] | None = None

    async def read(self) -> Settings | None:
        """Those of the last visit; None on the first one."""
        store = self._context.store
        kept = await store.get(SETTINGS_KEY)
        if kept is None:
            return None
        if not parse_record(kept):
            # Nobody can read it, but it is not ours to throw away.
            await store.put(f"damaged/{SETTINGS_KEY}", kept)
        return read_settings(kept)

    def write_soon(self) -> None:
        if self._writing:
            self._writing.cancel()
        self._writing = self._context.tasks.spawn(self._write())

    async def _write(self) -> None:
        await asyncio.sleep(SETTLE_S)
        state = self._context.state
        remembered = Remembered(
            state.paint_settings, state.adjustments, state.saving, speed=state.speed, steady=state.steady
        )
        await self._context.store.put(SETTINGS_KEY, Settings(remembered).to_json())
