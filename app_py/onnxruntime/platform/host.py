"""CPython: there is no browser here, and the real onnxruntime needs none."""

import asyncio
from collections.abc import Awaitable
from pathlib import Path
from typing import NoReturn, TypeVar

from ..errors import EngineError, NoSuchFile
from .interface import EngineConnection, EngineListener

T = TypeVar("T")


class Host:
    """Files and the event loop of CPython; no engine workers."""

    engine_url: str | None = None

    def check_host(self) -> NoReturn:
        raise EngineError(
            "Engine workers exist in a browser only; on CPython use onnxruntime.", code="engine-unavailable"
        )

    def start_engine(self, listener: EngineListener) -> EngineConnection:  # noqa: ARG002 - the protocol's signature
        self.check_host()

    def start_engine_here(self, listener: EngineListener) -> EngineConnection:
        return self.start_engine(listener)

    def engines(self) -> frozenset[str] | None:
        return None

    def prefers_own_thread(self) -> bool:
        return False

    def can_block(self) -> bool:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return True
        return False

    def block_on(self, awaitable: Awaitable[T]) -> T:
        async def wait() -> T:
            return await awaitable

        return asyncio.run(wait())

    async def fetch(self, url: str) -> bytes:
        try:
            return Path(url).read_bytes()
        except OSError as error:
            raise NoSuchFile("{url} could not be read: {reason}.", url=url, reason=error.strerror) from error
