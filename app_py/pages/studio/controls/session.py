"""The session: photo and paintings are kept while one works, and come back on the next visit."""

import asyncio

from app_py.errors import AppError
from app_py.pages.studio import events
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.painting_store import FinishedPainting
from app_py.pages.studio.session_store import KeptPainting, KeptSession, SessionStore
from app_py.pages.studio.state import Job, PhotoInfo, Result
from app_py.photo.decode import Photo, resize
from app_py.photo.sizing import Size

KEEP_S = 1.0


class SessionControl:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._sessions = SessionStore(context.store)
        self._keeping: asyncio.Task[None] | None = None

    async def paintings_kept(self) -> int | None:
        """How many there are beside the photo; None where nothing is kept."""
        return await self._sessions.paintings_kept()

    def keep_soon(self) -> None:
        """Once nothing has changed for a moment: what is quickly undone need not be written."""
        if self._keeping:
            self._keeping.cancel()
        self._keeping = self._context.tasks.spawn(self._keep())

    async def restore(self) -> None:
        """Bring the last session back, unless the visitor has begun another meanwhile."""
        session = await self._sessions.read()
        if session is None or self._context.state.welcome or self._has_photo():
            return
        token = self._context.photos.put_bytes(session.photo)
        try:
            edited = await self._context.photos.open(token)
        except AppError as error:
            self._context.dispatch(events.Failed(failure_of(error)))
            return
        if edited is None or self._has_photo():
            return
        self._context.photos.keep(token, edited, ())
        photo = PhotoInfo(token, session.name, edited.photo.size)
        state = self._context.state
        known = [kept for kept in session.paintings if state.model(kept.settings.style)]
        first = state.last_id + 1
        results = tuple(self._restored(first + place, kept, photo, edited.photo) for place, kept in enumerate(known))
        self._context.dispatch(events.SessionRestored(photo, results, session.painted and bool(results)))

    async def forget(self) -> None:
        if self._keeping:
            self._keeping.cancel()
        await self._sessions.forget()
        self._context.dispatch(events.SessionKept(None))

    def _has_photo(self) -> bool:
        state = self._context.state
        return state.photo is not None or state.opening is not None

    async def _keep(self) -> None:
        await asyncio.sleep(KEEP_S)
        state = self._context.state
        photo = state.photo
        if photo is None:
            return
        scenes = [scene for scene in state.past if scene.photo == photo and scene.result]
        paintings = tuple(self._kept(scene.result) for scene in scenes if scene.result)
        file = self._context.photos.file_of(photo.id)
        # Nothing is kept half because something else happens next.
        await asyncio.shield(self._sessions.keep(KeptSession(photo.name, file, paintings, state.result is not None)))
        self._context.dispatch(events.SessionKept(await self._sessions.paintings_kept()))

    def _kept(self, result: Result) -> KeptPainting:
        image = self._context.paintings[result.job.id].painting
        return KeptPainting(result.job.paint_settings, result.engine, result.run_ms, result.reasons, image)

    def _restored(self, job_id: int, kept: KeptPainting, info: PhotoInfo, photo: Photo) -> Result:
        job = Job(job_id, info, kept.settings)
        size = Size(*kept.image.shape[:2])
        self._context.paintings.add(job.id, FinishedPainting(photo, resize(photo.image, size), kept.image))
        return Result(job, kept.engine, kept.run_ms, size, reasons=kept.reasons)
