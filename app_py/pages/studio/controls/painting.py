"""Painting the photo: the whole painting in stages, and small ones that follow a slider."""

import asyncio
import contextlib

from app_py.errors import AppError, Cancelled
from app_py.pages.studio import events
from app_py.pages.studio.controls.canvases import CanvasControl
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.mixture import require_style
from app_py.pages.studio.painting_store import FinishedPainting
from app_py.pages.studio.progress_ticker import ProgressTicker
from app_py.pages.studio.repainter import Repainter
from app_py.pages.studio.state import Job, PaintSettings, Progress
from app_py.photo.sizing import Size, painted_size
from app_py.photo.tensors import RgbImage
from app_py.styles.manifest import ModelSpec
from app_py.styles.mixtures import mixed_with_photo
from app_py.styles.style_reader import StyleReader
from app_py.styles.vectors import Vector

REPAINT_PX = 256
"""What follows a slider."""


class PaintingControl:
    def __init__(self, context: Context, canvases: CanvasControl, reader: StyleReader) -> None:
        self._context = context
        self._canvases = canvases
        self._reader = reader
        self._repainter = Repainter(self._paint_preview, lambda: context.dispatch(events.PaintAsked()))
        self._engine_lock = asyncio.Lock()
        """Previews and paintings take turns."""
        self._own_vectors: dict[int, Vector] = {}
        """The photos' own styles, by the photos' numbers."""

    async def paint(self, job: Job) -> None:
        try:
            await self._paint_in_stages(job)
        except Cancelled:
            pass
        except Exception as error:
            self._context.dispatch(events.PaintFailed(job.id, failure_of(error)))

    async def follow(self) -> None:
        """What is asked for changes step by step: small paintings at once, the whole one when it has come to rest."""
        await self._repainter.follow()

    async def paint_image(self, image: RgbImage, style: ModelSpec) -> RgbImage:
        """A picture in a style, uint8 `(H, W, 3)` both, when the engine is free."""
        async with self._engine_lock:
            engine = self._context.state.paint_settings.engine
            painting = await self._context.painter.paint_image(image, style, engine, ignore_stage)
        return painting.image

    async def with_strength(
        self, style: ModelSpec, photo_id: int | None, image: RgbImage, settings: PaintSettings
    ) -> ModelSpec:
        """A style as strong as asked for: its numbers mixed with those of the photo itself, uint8 `(H, W, 3)`.

        A photo's numbers are kept by its id, where it has one, until another's are read.
        """
        percent = settings.strength_percent
        if not style.mixes_with_photo or percent >= 100:
            return style
        own = None if photo_id is None else self._own_vectors.get(photo_id)
        if own is None:
            own = await self._reader.read(image)
        if photo_id is not None:
            self._own_vectors = {photo_id: own}
        return mixed_with_photo(style, own, percent)

    async def _paint_in_stages(self, job: Job) -> None:
        photo = self._context.photos[job.photo.id]
        model = require_style(self._context.state, job.paint_settings)

        def stage(name: str, engine: str = "", progress: Progress | None = None) -> None:
            self._context.dispatch(events.StageReached(job.id, name, engine, progress))

        stage("prepare")
        await asyncio.sleep(0)
        source = self._context.photos.resized(job.photo.id, job.size)
        stage("model")
        await self._context.library.read(
            model.model, lambda done, total: stage("model", progress=Progress(done, total, "bytes"))
        )
        with ProgressTicker(lambda done, total, engine: stage("paint", engine, Progress(done, total))) as clock:

            def engine_stage(name: str, engine: str, predicted_ms: float) -> None:
                stage(name, engine)
                clock.expect(engine if name == "paint" else "", predicted_ms)

            async with self._engine_lock:
                model = await self.with_strength(model, job.photo.id, photo.image, job.paint_settings)
                painting = await self._context.painter.paint_image(
                    source, model, job.paint_settings.engine, engine_stage, on_progress=clock.reached
                )
        stage("finish")
        size = Size(*painting.image.shape[:2])
        present = self._context.state.job
        if present is None or present.id != job.id:
            return
        self._context.paintings.add(job.id, FinishedPainting(photo, painting.source, painting.image))
        reasons = painting.choice.reasons
        self._context.dispatch(events.Painted(job.id, painting.engine, painting.run_ms, size, painting.notes, reasons))

    async def _paint_preview(self) -> None:
        """Paint what is asked for now at a size that keeps up with a slider, in place of the painting on show."""
        state = self._context.state
        if state.photo is None or state.result is None or state.photo.id != state.result.job.photo.id:
            return
        with contextlib.suppress(AppError):
            async with self._engine_lock:
                settings = self._context.state.paint_settings
                photo, style = self._context.photos[state.photo.id].image, require_style(self._context.state, settings)
                style = await self.with_strength(style, state.photo.id, photo, settings)
                small = self._context.photos.resized(state.photo.id, painted_size(state.photo.size, REPAINT_PX))
                engine = state.paint_settings.engine
                painting = await self._context.painter.paint_image(small, style, engine, ignore_stage)
            if self._context.state.job is None and self._context.state.result is state.result:
                self._canvases.show_in_place(painting.image)


def ignore_stage(_name: str, _engine: str, _predicted_ms: float) -> None:
    pass
