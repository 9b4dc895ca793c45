"""The logic worker's heart: takes events in, keeps the state, performs effects, shows snapshots."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from app_py.engines.painter import Painter
from app_py.errors import AppError, Cancelled
from app_py.i18n import tr
from app_py.pages.studio.compositor import Compositor
from app_py.pages.studio.events import (
    AdjustmentsChanged,
    CancelAsked,
    Copied,
    Effect,
    Event,
    Failed,
    ForgetModel,
    ForgetResults,
    LargeAsked,
    LiveAsked,
    LiveEvent,
    LivePictureAsked,
    LivePictureTaken,
    LiveStopped,
    MixChanged,
    OpenPhoto,
    OwnModelAdded,
    OwnModelOffered,
    OwnModelRefused,
    OwnModelRemoved,
    OwnStyleAdded,
    PaintAsked,
    Painted,
    PaintFailed,
    PhotoArrived,
    PhotoOpened,
    PhotoRefused,
    QueueAsked,
    QueueEnded,
    QueuePhotoAdded,
    QueuePhotoPainted,
    Ready,
    RedoAsked,
    Remember,
    Repaint,
    Saved,
    SavePainting,
    SavingChanged,
    SessionKept,
    SessionRestored,
    SettingChanged,
    ShowPhoto,
    ShowPreview,
    ShowResult,
    SmallerAsked,
    StageReached,
    StartLive,
    StartPainting,
    StartQueue,
    StartStyleBatch,
    SteadyChanged,
    StopLive,
    StopPainting,
    StopTrial,
    StyleBatchAsked,
    StyleBatchEnded,
    StyleReading,
    StyleRenamed,
    TakeLivePicture,
    ThumbnailPainted,
    TuneLive,
    UndoAsked,
    Welcomed,
)
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.live_control import LiveControl, size_of
from app_py.pages.studio.mixture import read_parts, style_of
from app_py.pages.studio.painting_files import PictureFile, before_and_after, picture_file
from app_py.pages.studio.painting_store import FinishedPainting, PaintingStore
from app_py.pages.studio.photo_queue import PhotoQueue, zip_of
from app_py.pages.studio.photo_store import PhotoStore
from app_py.pages.studio.ports import File, Page
from app_py.pages.studio.progress_ticker import ProgressTicker
from app_py.pages.studio.repainter import Repainter
from app_py.pages.studio.sentences import failure_words, photo_notes
from app_py.pages.studio.session_store import KeptPainting, KeptSession, SessionStore
from app_py.pages.studio.settings import SETTINGS_KEY, NoStore, Settings, Store, read_settings
from app_py.pages.studio.state import (
    Adjustments,
    Failure,
    Job,
    Live,
    PaintSettings,
    PhotoInfo,
    Progress,
    QueueRun,
    Remembered,
    Result,
    Saving,
    State,
    StyleBatch,
)
from app_py.pages.studio.update_live import update
from app_py.pages.studio.user_model_store import UserModelStore
from app_py.pages.studio.user_painting_store import OwnStyle, UserPaintingStore, is_own_painting, square_of
from app_py.pages.studio.view_state import snapshot
from app_py.photo.adjust import finish
from app_py.photo.decode import Photo, resize
from app_py.photo.open import open_photo
from app_py.photo.sizing import Size, painted_size
from app_py.photo.tensors import RgbaImage, RgbImage, to_rgba
from app_py.records import parse_record
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec
from app_py.styles.style_reader import StyleReader
from app_py.styles.vectors import Vector, as_array, mix

EVENTS_WITHOUT_FIELDS: Mapping[str, Event | LiveEvent] = {
    "live-stop": LiveStopped(),
    "live-picture": LivePictureAsked(),
    "paint": PaintAsked(),
    "paint-large": LargeAsked(),
    "paint-smaller": SmallerAsked(),
    "cancel": CancelAsked(),
    "paint-queue": QueueAsked(),
    "undo": UndoAsked(),
    "redo": RedoAsked(),
    "welcomed": Welcomed(),
    "copied": Copied(),
}
PREVIEW_PX = 1024
TILE_PX = 160
KEEP_S = 1.0
REPAINT_PX = 256
"""What follows a slider."""
SETTLE_S = 0.5
"""Settings are written when nothing changed for so long, not at every step of a slider."""


class Studio:
    """One visitor's studio.

    Args:
        page: where snapshots and pictures go.
        library: the models.
        painter: runs models on engines.
        store: outlives the page.
    """

    def __init__(self, page: Page, library: Library, painter: Painter, store: Store | None = None) -> None:
        self._page = page
        self._library = library
        self._painter = painter
        self._store: Store = store or NoStore()
        self._state = State()
        self._paintings = PaintingStore()
        self._compositor: Compositor | None = None
        self._drawn_photo: tuple[int, Size] | None = None
        """The photo on its canvas, and in which size."""
        self._thumbnails: dict[str, RgbaImage] = {}
        """The small paintings in the gallery, by model."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._photos = PhotoStore(page)
        self._queue = PhotoQueue()
        self._sessions = SessionStore(self._store)
        self._keeping: asyncio.Task[None] | None = None
        self._user_models = UserModelStore(library, self._store)
        self._reader = StyleReader(library)
        self._user_paintings = UserPaintingStore(library, self._store, self._reader, page)
        self._repainter = Repainter(self._paint_preview, lambda: self.dispatch(PaintAsked()))
        self._engine_lock = asyncio.Lock()
        """Previews and paintings take turns."""
        self._own_vectors: dict[int, Vector] = {}
        """The photos' own styles, by the photos' numbers."""
        self._small: tuple[int, RgbImage] | None = None
        """The photo that is repainted while something moves: its number, and its pixels."""
        self._to_show: ShowResult | None = None
        self._writing: asyncio.Task[None] | None = None
        self._live = LiveControl(painter, library, lambda: self._state, self.dispatch)
        self._trial: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the manifest and the settings, see what the browser has; failures are shown, not raised."""
        try:
            models = await self._library.open()
            kept = await self._store.get(SETTINGS_KEY)
            settings = read_settings(kept)
            if kept is not None and not parse_record(kept):
                # Nobody can read it, but it is not ours to throw away.
                await self._store.put(f"damaged/{SETTINGS_KEY}", kept)
            own = await self._bring_back(settings.own_models)
            remembered = Remembered(
                settings.remembered.paint_settings,
                settings.remembered.adjustments,
                settings.remembered.saving,
                tuple(model.id for model in own),
                settings.remembered.speed,
                settings.remembered.steady,
            )
            engines = await self._painter.engines()
            was_kept = await self._sessions.paintings_kept()
            everything = (*models, *self._library.styles, *own)
            self.dispatch(Ready(everything, engines, remembered, first_visit=kept is None, kept=was_kept))
            await self._draw_own_thumbnails()
        except AppError as error:
            self.dispatch(Failed(failure_of(error)))

    def receive(self, message: Mapping[str, Any], file: File | None = None) -> None:  # noqa: C901 - a table
        """An event from the page: `{type, ...}`; a photo has its file beside it or its address in `url`."""
        match message:
            case {"type": "photo", "name": str(name)} if file is not None:
                self._arrive(name, self._photos.put_file(file))
            case {"type": "photo", "name": str(name), "url": str(url)}:
                self._arrive(name, self._photos.put_address(url))
            case {"type": "rotate", "turns": int(turns)}:
                self._edit(lambda number: self._photos.put_rotated(number, turns))
            case {"type": "crop", "box": [left, top, right, bottom]}:
                self._edit(lambda number: self._photos.put_cropped(number, (left, top, right, bottom)))
            case {"type": "uncut"}:
                self._uncut()
            case {"type": "setting", "field": "style" | "speed" | "engine" | "size" as field, "value": str(value)}:
                self.dispatch(SettingChanged(field, value))
            case {"type": "adjust", "strength": int(strength), "keepColours": bool(keep)}:
                self.dispatch(AdjustmentsChanged(Adjustments(min(100, max(0, strength)), keep)))
            case {"type": "saving", "format": "png" | "jpeg" | "webp" as name, "quality": int(quality)}:
                self.dispatch(SavingChanged(Saving(name, min(100, max(1, quality)))))
            case {"type": "save", "purpose": "download" | "share" as purpose}:
                self._save(purpose)
            case {"type": "save-both"}:
                self._save_both()
            case {"type": "queue-photo", "number": int(number), "name": str(name), "first": bool(first)} if file:
                self._enqueue(number, name, file, first=first)
            case {"type": "open-queued", "number": int(number), "name": str(name)}:
                self._arrive(name, self._photos.put_file(self._queue[number]))
            case {"type": "save-queue", "as": "zip" | "files" as form}:
                self._save_queue(form)
            case {"type": "restore"}:
                self._spawn(self._restore_session())
            case {"type": "forget-session"}:
                self._spawn(self._forget_session())
            case {"type": "sheet", "models": [*models]}:
                self.dispatch(StyleBatchAsked(tuple(map(str, models))))
            case {"type": "model", "name": str(name)} if file is not None:
                self._try_model(name, file)
            case {"type": "painting", "name": str(name)} if file is not None:
                self._spawn(self._add_painting(name, file))
            case {"type": "use-as-style"}:
                self._spawn(self._add_photo_as_style())
            case {"type": "rename-style", "id": str(model_id), "title": str(title)}:
                self.dispatch(StyleRenamed(model_id, title))
            case {"type": "mix", "parts": [*parts]}:
                self.dispatch(MixChanged(tuple((str(style), int(weight)) for style, weight in parts)))
            case {"type": "mix", "text": str(text)}:
                self._mix_of_address(text)
            case {"type": "keep-mix"}:
                self._spawn(self._keep_mixture())
            case {"type": "forget-model", "id": str(model_id)}:
                self.dispatch(OwnModelRemoved(model_id))
            case {"type": "fail", "code": str(code)}:
                self.dispatch(Failed(Failure(code, failure_words(code))))
            case {"type": "live", "width": width, "height": height}:
                self.dispatch(LiveAsked(size_of(width, height), video=message.get("video") is True))
            case {"type": "live-stop", "painted": int(painted)}:
                self.dispatch(LiveStopped(painted))
            case {"type": "live-told", "id": int(live_id), "ms": [*frame_ms]}:
                self._live.tell(live_id, [float(ms) for ms in frame_ms])
            case {"type": "steady", "on": bool(steady)}:
                self.dispatch(SteadyChanged(steady))
            case {"type": str(asked)} if asked in EVENTS_WITHOUT_FIELDS:
                self.dispatch(EVENTS_WITHOUT_FIELDS[asked])
            case _:
                raise ValueError(f"unknown message from the page: {message!r}")

    def connect(self, live_id: int, port: object) -> None:
        """A MessagePort through which the pictures of a live camera come."""
        self._spawn(self._live.connect(live_id, port))

    def dispatch(self, event: Event | LiveEvent) -> None:
        """Let the state take in an event, show it, and perform what follows."""
        shown = self._state.scene
        self._state, effects = update(self._state, event)
        if self._state.scene is not shown:
            effects = self._draw_first(effects)
            self._keep_session_soon()
        self._page.show(json.dumps(snapshot(self._state)))
        for effect in effects:
            self._perform(effect)

    def _draw_first(self, effects: Sequence[Effect]) -> tuple[Effect, ...]:
        """Whoever reads that a painting is done finds it on the canvas; returns what is left to do."""
        for effect in effects:
            if isinstance(effect, ShowPhoto):
                self._draw_photo(effect.photo)
            if isinstance(effect, ShowResult):
                self._to_show = None
                self._draw(effect)
        return tuple(effect for effect in effects if not isinstance(effect, ShowPhoto | ShowResult))

    def _perform(self, effect: Effect) -> None:  # noqa: C901 - a table of effects, a line each
        match effect:
            case OpenPhoto(token):
                self._spawn(self._open(token))
            case StartPainting(job):
                self._spawn(self._paint(job))
            case StopPainting():
                self._painter.stop()
            case ShowPhoto(photo):
                self._draw_photo(photo)
            case ShowResult():
                self._show_soon(effect)
            case ShowPreview(job):
                self._page.draw("result", self._thumbnails[job.paint_settings.style])
            case SavePainting(result):
                self._save_and_forget(result)
            case ForgetResults(kept_jobs):
                self._paintings.keep_only(kept_jobs)
                self._photos.keep_only(self._photos_in_use())
            case StartStyleBatch(batch):
                self._spawn(self._paint_batch(batch))
            case StartQueue(run, settings, adjustments):
                self._spawn(self._paint_queue(run, settings, adjustments))
            case StartLive(live):
                self._spawn(self._live.start(live))
            case TuneLive():
                self._spawn(self._live.tune())
            case StopLive():
                self._spawn(self._live.stop())
            case TakeLivePicture(live):
                self._spawn(self._take_live_picture(live))
            case StopTrial():
                self._end_trial()
            case ForgetModel(model_id) if is_own_painting(model_id):
                self._spawn(self._user_paintings.forget(model_id))
            case ForgetModel(model_id):
                self._spawn(self._user_models.forget(model_id))
            case Repaint():
                self._spawn(self._repainter.follow())
            case Remember():
                self._write_settings_soon()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        # The event loop keeps only weak references to its tasks.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- photos

    def _arrive(self, name: str, number: int) -> None:
        self.dispatch(PhotoArrived(number, name))

    def _edit(self, put: Callable[[int], int]) -> None:
        """Turn or cut the photo on show: `put` gives the number of the photo that it becomes."""
        photo = self._state.photo
        if photo is not None and self._state.opening is None:
            self._arrive(photo.name, put(photo.id))

    def _uncut(self) -> None:
        """Nothing to do, and no painting to take off show, where nothing was cut off."""
        photo = self._state.photo
        if photo is not None and self._photos.is_cut(photo.id):
            self._edit(self._photos.put_whole)

    async def _open(self, token: int) -> None:
        try:
            photo = await self._photos.open(token)
        except AppError as error:
            self.dispatch(PhotoRefused(token, failure_of(error)))
            return
        if photo is None or self._state.opening != token:
            return
        self._photos.keep(token, photo, self._photos_in_use())
        self.dispatch(PhotoOpened(token, photo.photo.size, photo_notes(photo.photo)))
        self._prepare_painting()

    def _photos_in_use(self) -> set[int]:
        return {scene.photo.id for scene in (*self._state.past, *self._state.future)}

    def _prepare_painting(self) -> None:
        """Whoever has chosen a photo will want to see it painted: get the engine ready while they choose a style."""
        state = self._state
        model = state.model(state.paint_settings.style)
        if state.photo is not None and state.job is None and model is not None:
            size = painted_size(state.photo.size, state.paint_settings.longest_px)
            self._painter.prepare(model, size.pixels, state.paint_settings.engine)

    # --- painting

    async def _paint(self, job: Job) -> None:
        try:
            await self._paint_in_stages(job)
        except Cancelled:
            pass
        except Exception as error:
            self.dispatch(PaintFailed(job.id, failure_of(error)))

    async def _paint_in_stages(self, job: Job) -> None:
        photo, model = self._photos[job.photo.id], self._style(job.paint_settings)

        def stage(name: str, engine: str = "", progress: Progress | None = None) -> None:
            self.dispatch(StageReached(job.id, name, engine, progress))

        stage("prepare")
        await asyncio.sleep(0)
        source = resize(photo.image, job.size)
        stage("model")
        await self._library.read(model.model, lambda done, total: stage("model", progress=Progress(done, total)))
        with ProgressTicker(lambda done, total, engine: stage("paint", engine, Progress(done, total))) as clock:

            def engine_stage(name: str, engine: str, predicted_ms: float) -> None:
                stage(name, engine)
                clock.expect(engine if name == "paint" else "", predicted_ms)

            async with self._engine_lock:
                model = await self._with_strength(model, job.photo.id, photo.image, job.paint_settings)
                painting = await self._painter.paint_image(
                    source, model, job.paint_settings.engine, engine_stage, on_progress=clock.reached
                )
        stage("finish")
        size = Size(*painting.image.shape[:2])
        if self._state.job is None or self._state.job.id != job.id:
            return
        self._paintings.add(job.id, FinishedPainting(photo, painting.source, painting.image))
        self.dispatch(Painted(job.id, painting.engine, painting.run_ms, size, painting.notes, painting.choice.reasons))

    def _style(self, settings: PaintSettings) -> ModelSpec:
        """The style that is painted, a mixture too."""
        return style_of(self._state, settings) or self._model(settings.style)

    async def _with_strength(
        self, style: ModelSpec, photo_id: int, image: RgbImage, settings: PaintSettings
    ) -> ModelSpec:
        """A style as strong as asked for: its numbers mixed with those of the photo itself."""
        percent = settings.strength_percent
        if not style.mixes_with_photo or percent >= 100:
            return style
        if photo_id not in self._own_vectors:
            self._own_vectors = {photo_id: await self._reader.read(image)}
        vector = mix([as_array(style.vector), self._own_vectors[photo_id]], [percent, 100 - percent])
        return replace(style, vector=tuple(map(float, vector[0])))

    async def _paint_preview(self) -> None:
        """Paint what is asked for now at a size that keeps up with a slider, in place of the painting on show."""
        state = self._state
        if state.photo is None or state.result is None or state.photo.id != state.result.job.photo.id:
            return
        with contextlib.suppress(AppError):
            async with self._engine_lock:
                photo, style = self._photos[state.photo.id].image, self._style(self._state.paint_settings)
                style = await self._with_strength(style, state.photo.id, photo, self._state.paint_settings)
                size = painted_size(state.photo.size, REPAINT_PX)
                if self._small is None or self._small[0] != state.photo.id:
                    self._small = (state.photo.id, resize(photo, size))
                engine = state.paint_settings.engine
                painting = await self._painter.paint_image(self._small[1], style, engine, _ignore_stage)
            if self._state.job is None and self._state.result is state.result:
                self._page.draw("result", to_rgba(painting.image))

    def _model(self, model_id: str) -> ModelSpec:
        model = self._state.model(model_id)
        if model is None:
            raise AppError(
                tr("There is no style called “{id}” here. Choose another.", id=model_id), code="style-unknown"
            )
        return model

    def _show_soon(self, asked: ShowResult) -> None:
        """Draw after the messages that wait now: of a slider's many steps only the last is worth the work."""
        waiting, self._to_show = self._to_show, asked
        if waiting is None:
            self._spawn(self._show_latest())

    async def _show_latest(self) -> None:
        await asyncio.sleep(0)
        asked, self._to_show = self._to_show, None
        if asked is not None:
            self._draw(asked)

    def _draw(self, asked: ShowResult) -> None:
        painting = self._paintings[asked.result.job.id]
        if self._compositor is None or self._compositor.painting is not painting:
            self._compositor = Compositor(painting)
        self._draw_photo(asked.result.job.photo, asked.result.size)
        self._page.draw("result", self._compositor.after(self._blend_of(asked.result, asked.adjustments)))

    def _finished(self, result: Result) -> RgbImage:
        return self._paintings[result.job.id].finished(self._blend_of(result, self._state.adjustments))

    def _blend_of(self, result: Result, adjustments: Adjustments) -> Adjustments:
        """What is left to do with the pixels: a strength that was painted is not blended again."""
        style = self._state.model(result.job.paint_settings.style)
        painted = style is not None and style.mixes_with_photo
        return replace(adjustments, strength_percent=100) if painted else adjustments

    def _draw_photo(self, info: PhotoInfo, least: Size | None = None) -> None:
        """The photo on its own canvas, no coarser than the painting (`least`) that is compared with it."""
        size = painted_size(info.size, PREVIEW_PX)
        if least is not None and least.pixels > size.pixels:
            size = least
        if self._drawn_photo == (info.id, size):
            return
        self._drawn_photo = (info.id, size)
        self._page.draw("before", to_rgba(resize(self._photos[info.id].image, size)))

    async def _paint_batch(self, batch: StyleBatch) -> None:
        photo = self._state.photo
        if photo is None:
            return
        image = resize(self._photos[photo.id].image, _thumbnail_size(photo.size))
        self._thumbnails = {}
        try:
            for model_id in batch.models:
                model = self._model(model_id)
                await self._library.read(model.model)
                engine = self._state.paint_settings.engine
                painting = await self._painter.paint_image(image, model, engine, _ignore_stage)
                if self._state.batch is None or self._state.batch.id != batch.id:
                    return
                self._thumbnails[model_id] = to_rgba(painting.image)
                self._page.draw(f"tile-{model_id}", self._thumbnails[model_id])
                self.dispatch(ThumbnailPainted(batch.id))
            self.dispatch(StyleBatchEnded(batch.id))
        except Cancelled:
            pass
        except Exception as error:
            self.dispatch(StyleBatchEnded(batch.id, failure_of(error)))

    # --- several photos

    def _enqueue(self, number: int, name: str, file: File, *, first: bool) -> None:
        self._queue.put(number, file, first=first)
        self.dispatch(QueuePhotoAdded(number, name, first))
        if first:
            self._arrive(name, self._photos.put_file(file))

    async def _paint_queue(self, run: QueueRun, settings: PaintSettings, adjustments: Adjustments) -> None:
        names = {photo.number: photo.name for photo in self._state.queue}
        self._queue.forget_paintings(run.numbers)
        for number in run.numbers:
            failure = None
            try:
                await self._paint_queued(number, names[number], settings, adjustments)
            except Cancelled:
                return
            except Exception as error:
                failure = failure_of(error)
            if self._state.queue_run is None or self._state.queue_run.id != run.id:
                return
            self.dispatch(QueuePhotoPainted(run.id, number, failure))
        self.dispatch(QueueEnded(run.id))

    async def _paint_queued(self, number: int, name: str, settings: PaintSettings, adjustments: Adjustments) -> None:
        photo = await open_photo(await self._queue[number].read(), self._page)
        model = self._style(settings)
        source = resize(photo.image, painted_size(photo.size, settings.longest_px))
        await self._library.read(model.model)
        painting = await self._painter.paint_image(source, model, settings.engine, _ignore_stage)
        image = finish(painting.source, painting.image, adjustments.strength_percent, adjustments.keep_colours)
        self._queue.finish(number, picture_file(image, name, model.style, self._state.saving))
        small = resize(image, _thumbnail_size(Size(*image.shape[:2])))
        self._page.draw(f"queue-{number}", to_rgba(small))

    def _save_queue(self, form: str) -> None:
        files = tuple(self._queue.paintings())
        if form == "zip":
            files = (PictureFile(f"{tr('paintings')}.zip", "application/zip", zip_of(files)),)
        for file in files:
            self._page.give_file(file.name, file.mime, file.data, "download")
        self.dispatch(Saved(None))

    # --- live

    async def _take_live_picture(self, live: Live) -> None:
        try:
            taken = await self._live.take_picture()
        except AppError as error:
            self.dispatch(Failed(failure_of(error)))
            return
        if taken is None or self._state.live is None or self._state.live.id != live.id:
            return
        size = Size(*taken.source.shape[:2])
        photo = Photo(taken.source, size)
        info = PhotoInfo(self._photos.add(photo), tr("camera photo"), size)
        # The reducer gives the painting the next number.
        self._paintings.add(self._state.last_id + 1, FinishedPainting(photo, taken.source, taken.painting))
        self.dispatch(LivePictureTaken(live.id, info, taken.run_ms))

    # --- results

    def _save(self, purpose: str) -> None:
        result = self._state.result
        if result is not None:
            self._give(
                result,
                self._finished(result),
                purpose,
            )

    def _save_both(self) -> None:
        """The photo and its painting in one picture."""
        result = self._state.result
        if result is not None:
            painting = self._paintings[result.job.id]
            both = before_and_after(painting.source, self._finished(result))
            self._give(result, both, "download", tr("before and after"))

    def _save_and_forget(self, result: Result) -> None:
        """A painting that was made for a file and is not on show."""
        self._give(result, self._finished(result), "download")
        self._paintings.keep_only({scene.result.job.id for scene in self._state.past if scene.result})

    def _give(self, result: Result, image: RgbImage, purpose: str, kind: str = "") -> None:
        style = self._state.model(result.job.paint_settings.style)
        name = style.style if style else result.job.paint_settings.style
        file = picture_file(image, result.job.photo.name, f"{name} {kind}".strip(), self._state.saving)
        self._page.give_file(file.name, file.mime, file.data, purpose)
        self.dispatch(Saved(result.job.id))

    def _try_model(self, name: str, file: File) -> None:
        """A later model takes the place of one that is still being tried."""
        self._end_trial()
        self.dispatch(OwnModelOffered(name))
        self._trial = self._spawn(self._add_model(name, file))

    def _end_trial(self) -> None:
        if self._trial:
            self._trial.cancel()
        self._trial = None

    async def _add_model(self, name: str, file: File) -> None:
        try:
            model, kept = await self._user_models.add(name, file)
        except Exception as error:
            self.dispatch(OwnModelRefused(failure_of(error)))
        else:
            self.dispatch(OwnModelAdded(model, kept))

    # --- the session

    def _keep_session_soon(self) -> None:
        if self._keeping:
            self._keeping.cancel()
        self._keeping = self._spawn(self._keep_session())

    async def _keep_session(self) -> None:
        """Once nothing has changed for a moment: what is quickly undone need not be written."""
        await asyncio.sleep(KEEP_S)
        photo = self._state.photo
        if photo is None:
            return
        scenes = [scene for scene in self._state.past if scene.photo == photo and scene.result]
        paintings = tuple(self._kept_painting(scene.result) for scene in scenes if scene.result)
        file = self._photos.file_of(photo.id)
        # Nothing is kept half because something else happens next.
        await asyncio.shield(
            self._sessions.keep(KeptSession(photo.name, file, paintings, self._state.result is not None))
        )
        self.dispatch(SessionKept(await self._sessions.paintings_kept()))

    def _kept_painting(self, result: Result) -> KeptPainting:
        image = self._paintings[result.job.id].painting
        return KeptPainting(result.job.paint_settings, result.engine, result.run_ms, result.reasons, image)

    async def _restore_session(self) -> None:
        session = await self._sessions.read()
        state = self._state
        if session is None or state.welcome or state.photo is not None or state.opening is not None:
            return
        token = self._photos.put_bytes(session.photo)
        try:
            edited = await self._photos.open(token)
        except AppError as error:
            self.dispatch(Failed(failure_of(error)))
            return
        if edited is None or self._state.photo is not None or self._state.opening is not None:
            return
        self._photos.keep(token, edited, ())
        photo = PhotoInfo(token, session.name, edited.photo.size)
        known = [kept for kept in session.paintings if self._state.model(kept.settings.style)]
        first = self._state.last_id + 1
        results = tuple(self._restored(first + place, kept, photo, edited.photo) for place, kept in enumerate(known))
        self.dispatch(SessionRestored(photo, results, session.painted and bool(results)))

    def _restored(self, job_id: int, kept: KeptPainting, info: PhotoInfo, photo: Photo) -> Result:
        job = Job(job_id, info, kept.settings)
        size = Size(*kept.image.shape[:2])
        self._paintings.add(job.id, FinishedPainting(photo, resize(photo.image, size), kept.image))
        return Result(job, kept.engine, kept.run_ms, size, reasons=kept.reasons)

    async def _forget_session(self) -> None:
        if self._keeping:
            self._keeping.cancel()
        await self._sessions.forget()
        self.dispatch(SessionKept(None))

    async def _bring_back(self, listed: Sequence[ModelSpec]) -> list[ModelSpec]:
        """The visitor's own models, which are kept each by itself, and styles, which the settings list."""
        models = await self._user_models.bring_back([spec for spec in listed if spec.is_visitors])
        styles = [self._user_paintings.bring_back(spec) for spec in listed if is_own_painting(spec.id)]
        return [*models, *(style for style in styles if style)]

    async def _draw_own_thumbnails(self) -> None:
        for style_id in filter(is_own_painting, self._state.own_models):
            with contextlib.suppress(AppError):
                thumbnail = await self._user_paintings.thumbnail(style_id)
                if thumbnail is not None:
                    self._page.draw(f"thumbnail-{style_id}", thumbnail)

    async def _add_painting(self, name: str, file: File) -> None:
        try:
            self.dispatch(StyleReading(name))
            picture = await open_photo(await file.read(), self._page)
            await self._add_picture(name, picture.image)
        except Exception as error:
            self.dispatch(Failed(failure_of(error)))

    async def _add_photo_as_style(self) -> None:
        photo = self._state.photo
        if photo is None:
            self.dispatch(Failed(Failure("photo-missing", tr("There is no photo yet. Choose one, then paint."))))
            return
        try:
            await self._add_picture(photo.name, self._photos[photo.id].image)
        except Exception as error:
            self.dispatch(Failed(failure_of(error)))

    async def _add_picture(self, name: str, image: RgbImage) -> None:
        def progress(done: int, total: int) -> None:
            self.dispatch(StyleReading(name, Progress(done, total)))

        self._welcome_style(await self._user_paintings.add(name.rsplit(".", 1)[0], image, progress))

    async def _keep_mixture(self) -> None:
        style = style_of(self._state, self._state.paint_settings)
        network = style and self._library.network(style.network)
        if style is None or network is None or not self._state.paint_settings.mix:
            return
        try:
            picture = await self._card_picture(style)
            self._welcome_style(await self._user_paintings.keep(network, style.title, as_array(style.vector), picture))
        except Exception as error:
            self.dispatch(Failed(failure_of(error)))

    async def _card_picture(self, style: ModelSpec) -> RgbImage:
        """The photo on show, or else a sample, small and in a style."""
        photo = self._state.photo
        square = square_of(self._photos[photo.id].image if photo else np.full((TILE_PX, TILE_PX, 3), 200, np.uint8))
        async with self._engine_lock:
            engine = self._state.paint_settings.engine
            painting = await self._painter.paint_image(square, style, engine, _ignore_stage)
        return painting.image

    def _welcome_style(self, own: OwnStyle) -> None:
        self.dispatch(OwnStyleAdded(own.spec, own.kept))
        self._page.draw(f"thumbnail-{own.spec.id}", own.thumbnail)

    def _mix_of_address(self, text: str) -> None:
        parts = read_parts(text)
        if parts is None:
            sentence = tr("“{text}” is no mixture: expected styles with weights, a*60,b*40.", text=text)
            self.dispatch(Failed(Failure("mix-invalid", sentence)))
        else:
            self.dispatch(MixChanged(parts))

    # --- settings

    def _write_settings_soon(self) -> None:
        if self._writing:
            self._writing.cancel()
        self._writing = self._spawn(self._write_settings())

    async def _write_settings(self) -> None:
        await asyncio.sleep(SETTLE_S)
        state = self._state
        own = tuple(model for model in map(state.model, state.own_models) if model and not model.is_visitors)
        remembered = Remembered(
            state.paint_settings, state.adjustments, state.saving, speed=state.speed, steady=state.steady
        )
        settings = Settings(remembered, own)
        await self._store.put(SETTINGS_KEY, settings.to_json())


def _thumbnail_size(photo: Size) -> Size:
    """The shorter side as it is seen in the gallery; of a panorama no more than twice that in all."""
    return painted_size(photo, min(2 * TILE_PX, round(TILE_PX * max(photo) / min(photo))))


def _ignore_stage(_name: str, _engine: str, _predicted_ms: float) -> None:
    pass
