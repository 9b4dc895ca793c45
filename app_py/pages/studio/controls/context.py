"""What the controls of one studio share."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from app_py.engines.painter import Painter
from app_py.pages.studio import events
from app_py.pages.studio.painting_store import PaintingStore
from app_py.pages.studio.photo_store import PhotoStore
from app_py.pages.studio.ports import Page
from app_py.pages.studio.settings import Store
from app_py.pages.studio.state import State
from app_py.styles.library import Library


class Tasks:
    """What runs beside; the event loop itself keeps only weak references to its tasks."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task


@dataclass(frozen=True)
class Context:
    """One visitor's page, models, engines, store and pixels, with the state and the way to change it.

    `read_state` gives the state of now; `dispatch` takes an event in.
    """

    page: Page
    library: Library
    painter: Painter
    store: Store
    photos: PhotoStore
    paintings: PaintingStore
    tasks: Tasks
    read_state: Callable[[], State]
    dispatch: Callable[[events.Event | events.LiveEvent], None]

    @property
    def state(self) -> State:
        return self.read_state()
