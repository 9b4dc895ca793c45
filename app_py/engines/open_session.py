"""The one session that is open: kept while model and engine stay the same."""

from collections.abc import Callable

from app_py.engines.choice import Choice, ModelFiles
from app_py.errors import AppError
from app_py.onnxruntime import engines
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.session import Session


class OpenSession:
    """A session and its worker. Whoever gets the session from here does not close it."""

    def __init__(self, files: ModelFiles, fresh_worker: Callable[[], EngineWorker], timeout_s: float) -> None:
        """`timeout_s` is how long opening a model may take."""
        self._files = files
        self._fresh_worker = fresh_worker
        self._timeout_s = timeout_s
        self._opened = ("", "")
        self.current: Session | None = None

    async def get(self, choice: Choice) -> Session:
        """The session for a choice: the one that was tested just now, the one that is open, or a new one."""
        # Styles of one network share a session.
        wanted = (choice.spec.network or choice.spec.id, choice.provider)
        if choice.session:
            await self._leave(choice.session.worker)
            self.current = choice.session
        elif self.current is None or self._opened != wanted or not self.current.worker.alive:
            data = await self._files.read(choice.spec.model)
            worker = await self._spare_worker(choice.provider)
            self.current = await Session.create(data, [choice.provider], worker=worker, timeout_s=self._timeout_s)
        self._opened = wanted
        return self.current

    def stop(self, cause: AppError) -> None:
        """End what the engine is doing: by a word to one that listens, or with its worker."""
        session = self.current
        if session and session.worker.alive and engines.get(self._opened[1]).stoppable:
            session.stop()
        else:
            self.drop(cause)

    def drop(self, cause: AppError | None = None) -> None:
        """End the worker, and with it the session."""
        if self.current:
            self.current.worker.kill(cause)
        self.current = None

    async def _spare_worker(self, provider: str) -> EngineWorker:
        """The open worker if it has this engine loaded already, else a fresh one."""
        session = self.current
        reusable = session and session.worker.alive and session.get_providers() == [provider]
        worker = session.worker if session and reusable else self._fresh_worker()
        await self._leave(worker)
        return worker

    async def _leave(self, worker: EngineWorker) -> None:
        """Close the open session, and end its worker unless that is the one to go on with."""
        if self.current and self.current.worker is worker:
            await self.current.close()
            self.current = None
        self.drop()
