"""The browser's own storage, as the logic worker's JavaScript passes it to Python."""

from collections.abc import Mapping, Sequence
from typing import Any


class BrowserStore:
    """A `store.Store` over the store that `www/python/python.js` lends, which is IndexedDB."""

    def __init__(self, js_page: Any) -> None:
        self._js_page = js_page

    async def get(self, key: str) -> str | None:
        value = await self._js_page.get(key)
        return value if isinstance(value, str) else None

    async def put(self, key: str, value: str) -> None:
        await self._js_page.put(key, value)

    async def get_bytes(self, key: str) -> bytes | None:
        value = await self._js_page.get(key)
        return value.to_bytes() if hasattr(value, "to_bytes") and not isinstance(value, int) else None

    async def put_all(self, entries: Mapping[str, str | bytes]) -> bool:
        return bool(await self._js_page.putAll(list(entries), list(entries.values())))

    async def keys(self, prefix: str) -> list[str]:
        return [str(key) for key in (await self._js_page.keys(prefix)).to_py()]

    async def put_bytes(self, key: str, data: bytes) -> None:
        await self.put_all({key: data})

    async def remove(self, key: str) -> None:
        await self.remove_all([key])

    async def remove_all(self, keys: Sequence[str]) -> None:
        await self._js_page.removeAll(list(keys))
