"""What pages that report have in common: a status, tasks that run, a tab that may be hidden."""

import asyncio
import contextlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Protocol

from app_py.errors import AppError
from app_py.i18n import tr
from app_py.photo.tensors import RgbImage
from app_py.styles.library import ignore_progress

Phase = Literal["loading", "ready", "running", "done", "error"]


class File(Protocol):
    """A file that the visitor chose."""

    async def read(self) -> bytes: ...


class ReportingPage(Protocol):
    """What the pages' logic asks of the browser; addresses are relative to the page's own."""

    def show(self, state: str) -> None: ...

    def draw(self, canvas: str, image: RgbImage) -> None: ...

    def give_file(self, name: str, mime: str, data: bytes) -> None: ...

    async def fetch(self, url: str, on_progress: Callable[[int, int], None]) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Status:
    """The sentence, the phase and the progress that the page shows."""

    phase: Phase
    sentence: str
    error: str | None = None
    done: int = 0
    total: int = 0

    def to_json(self) -> dict[str, Any]:
        running = self.phase == "running"
        return {
            "state": self.phase,
            "status": self.sentence,
            "error": self.error,
            "progress": {"done": self.done, "total": self.total} if running else None,
            "canStart": self.phase not in ("loading", "running"),
            "canStop": running,
        }


class ReportController(ABC):
    """The part of a reporting page's state that does not depend on what is reported. A subclass says the rest."""

    def __init__(self, page: ReportingPage) -> None:
        self.page = page
        self.status = Status("loading", tr("Getting ready …"))
        self.stopped = False
        """Whether the visitor has stopped what runs, or what ran last."""
        self._work: asyncio.Future[Any] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._hidden = False
        self._was_hidden = False

    def receive(self, message: Mapping[str, Any], file: File | None = None) -> None:
        """An event of the page: `{type, ...}`; a file comes beside it."""
        match message:
            case {"type": "visibility", "hidden": bool(hidden)}:
                self._hidden = hidden
                self._was_hidden |= hidden
            case {"type": "stop"}:
                self._stop()
            case _:
                self.handle(message, file)

    @abstractmethod
    def handle(self, message: Mapping[str, Any], file: File | None) -> None:
        """An event that only this page has; `ValueError` where it has none like this."""

    def snapshot(self) -> dict[str, Any]:
        """What the page shows now, as JSON values."""
        return self.status.to_json()

    def show(self, **changes: Any) -> None:
        """Change the status and show everything."""
        self.status = replace(self.status, **changes)
        self.page.show(json.dumps(self.snapshot()))

    def fail(self, error: AppError) -> None:
        """Show a failure; the page goes on."""
        if error.detail:
            print(f"{error.code}: {error} [{error.detail}]")
        self.show(phase="error", sentence=str(error), error=error.code)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something run; whatever it raises is shown."""
        task = asyncio.ensure_future(self._guard(work))
        # The event loop keeps only weak references to its tasks.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def begin(self) -> None:
        """Show that something runs from now on."""
        self.stopped = False
        self.show(phase="running", sentence=tr("Starting …"), error=None, done=0, total=1)

    async def until_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Let something run to its end, or until the visitor stops: then whatever it waits for is cancelled."""
        self._work = asyncio.ensure_future(work)
        if self.stopped:
            self._work.cancel()
        # The page's own tasks are never cancelled, so what is caught here is the visitor's wish.
        with contextlib.suppress(asyncio.CancelledError):
            await self._work

    async def fetch(self, url: str) -> bytes:
        """The bytes behind an address; `AppError` where they cannot be had, or stop coming."""
        return await self.page.fetch(url, ignore_progress)

    def was_hidden(self) -> bool:
        """Whether the tab has been in the background since this was last asked."""
        was, self._was_hidden = self._was_hidden, self._hidden
        return was

    def _stop(self) -> None:
        if self.status.phase == "running":
            self.stopped = True
            if self._work is not None:
                self._work.cancel()

    async def _guard(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except AppError as error:
            self.fail(error)
        except Exception as error:  # the last line of defence: a person gets a sentence, the console the facts
            print(f"internal error: {error!r}")
            self.fail(AppError(tr("Something went wrong inside the page. Reload it to go on."), detail=repr(error)))
