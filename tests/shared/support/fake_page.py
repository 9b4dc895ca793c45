"""A reporting page without a browser: files by address, and what was shown."""

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from app_py.errors import AppError


class FakePage:
    """Implements `report.desk.ReportingPage`.

    `files` maps addresses to bytes; others are not there. Those of `stalled` are asked for and never come;
    the transfer of those of `broken` breaks off.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = dict(files)
        self.shown: list[dict[str, Any]] = []
        self.given: list[tuple[str, bytes]] = []
        self.drawn: list[tuple[int, ...]] = []
        self.stalled: set[str] = set()
        self.broken: set[str] = set()
        self.on_show: Callable[[dict[str, Any]], None] = lambda _state: None

    def show(self, state: str) -> None:
        self.shown.append(json.loads(state))
        self.on_show(self.shown[-1])

    def draw(self, _canvas: str, image: Any) -> None:
        self.drawn.append(image.shape)

    def give_file(self, name: str, _mime: str, data: bytes) -> None:
        self.given.append((name, data))

    async def fetch(self, url: str, _on_progress: Callable[[int, int], None]) -> bytes:
        if url in self.broken:
            raise AppError(f"The transfer of {url} broke off.", code="network")
        if url in self.stalled:
            await asyncio.get_running_loop().create_future()
        if url not in self.files:
            raise AppError(f"The server answered 404 for {url}.", code="not-found")
        return self.files[url]

    @property
    def last(self) -> dict[str, Any]:
        return self.shown[-1]


class FakeFile:
    """A file that the visitor chose."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def read(self) -> bytes:
        return self._data


async def until(page: FakePage, *states: str) -> dict[str, Any]:
    """Let things run until the page shows one of these states."""
    for _ in range(2000):
        if page.shown and page.last["state"] in states:
            return page.last
        await asyncio.sleep(0.002)
    raise AssertionError(f"never {states}: {page.shown[-1:]}")
