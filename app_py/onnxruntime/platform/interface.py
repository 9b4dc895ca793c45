"""What sessions need from the place it runs in."""

from collections.abc import Awaitable, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from ..errors import EngineError

T = TypeVar("T")

Bytes = npt.NDArray[np.uint8]
"""One-dimensional bytes: the form in which arrays cross to an engine and back."""

Message = dict[str, Any]
"""The part of a message that is not bytes: JSON values only."""


class EngineListener(Protocol):
    """Told what an engine worker says. Both are called from the event loop."""

    def on_message(self, message: Message, buffers: list[Bytes]) -> None: ...

    def on_death(self, cause: EngineError) -> None: ...


class EngineConnection(Protocol):
    """A running engine worker."""

    def post(self, message: Message, buffers: Sequence[Bytes], port: object = None) -> None:
        """Send a message; each buffer is copied once, out of Python's memory, and a MessagePort is handed over."""

    def exchange(self, message: Message, buffers: Sequence[Bytes]) -> tuple[Message, list[Bytes]] | None:
        """Send a message and wait for its reply in synchronous code; None where the engine ended meanwhile."""

    def terminate(self) -> None:
        """End the worker at once, whatever it is doing. It says nothing more."""


class Platform(Protocol):
    """The browser, or a stand-in for it."""

    engine_url: str | None
    """Where the engine worker's script lies."""

    def check_host(self) -> None:
        """`EngineError` where no engine can run at all, whatever is asked of it."""

    def start_engine(self, listener: EngineListener) -> EngineConnection:
        """Start an engine worker; `EngineError` when that is impossible here."""

    def start_engine_here(self, listener: EngineListener) -> EngineConnection:
        """Start an engine in Python's own thread, which nothing can end while it runs."""

    def engines(self) -> frozenset[str] | None:
        """The ids of the engines whose files are here; None for all."""

    def prefers_own_thread(self) -> bool:
        """Whether an engine in Python's own thread disturbs nobody, so that messages can be spared."""

    def can_block(self) -> bool:
        """Whether `block_on` works where Python was entered."""

    def block_on(self, awaitable: Awaitable[T]) -> T:
        """Wait, in synchronous code, while the event loop goes on."""

    async def fetch(self, url: str) -> bytes:
        """The bytes behind an address; `NoSuchFile` when they cannot be had."""
