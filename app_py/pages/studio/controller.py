"""The logic worker's heart: takes events in, keeps the state, performs effects, shows snapshots."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from app_py.engines.painter import Painter
from app_py.errors import AppError, Cancelled
from app_py.models.library import Library
from app_py.models.manifest import ModelSpec
from app_py.picture import photo as photos
from app_py.picture.sizing import Size, painted_size
from app_py.picture.tensors import RgbImage, to_image, to_rgba, to_tensor
from app_py.studio.album import Album, Leaf
from app_py.studio.clock import Clock
from app_py.studio.easel import Easel
from app_py.studio.events import (
    CancelAsked,
    Copied,
    Effect,
    Event,
    Failed,
    ForgetModel,
    ForgetResults,
    Looked,
    OpenPhoto,
    OwnModelAdded,
    OwnModelRemoved,
    PaintAsked,
    Painted,
    PaintFailed,
    PhotoArrived,
    PhotoOpened,
    PhotoRefused,
    Ready,
    RedoAsked,
    Remember,
    SavingWished,
    SheetAsked,
    SheetEnded,
    ShowPhoto,
    ShowResult,
    SmallerAsked,
    StageReached,
    StartPainting,
    StartSheet,
    StopPainting,
    TilePainted,
    UndoAsked,
    Welcomed,
    Wished,
)
from app_py.studio.failures import failure_of
from app_py.studio.own_shelf import OwnShelf
from app_py.studio.photo_drawer import PhotoDrawer
from app_py.studio.ports import File, Page
from app_py.studio.snapshot import snapshot
from app_py.studio.state import Failure, Job, Look, PhotoInfo, Progress, Remembered, Result, Saving, Sheet, State
from app_py.studio.store import SETTINGS_KEY, NoStore, Settings, Store, read_settings
from app_py.studio.update import update
from app_py.studio.words import failure_words
from app_py.words import say

WISHES_WITHOUT_WORDS: Mapping[str, Event] = {
    "paint": PaintAsked(),
    "paint-smaller": SmallerAsked(),
    "cancel": CancelAsked(),
    "undo": UndoAsked(),
    "redo": RedoAsked(),
    "welcomed": Welcomed(),
    "copied": Copied(),
}
PREVIEW_PX = 1024
TILE_PX = 160
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
        self._album = Album()
        self._easel: Easel | None = None
        self._hung: tuple[int, Size] | None = None
        """The photo on its canvas, and in which size."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._photos = PhotoDrawer(page)
        self._own = OwnShelf(library, self._store)
        self._to_show: ShowResult | None = None
        self._writing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the manifest and the settings, see what the browser has; failures are shown, not raised."""
        try:
            models = await self._library.open()
            kept = await self._store.get(SETTINGS_KEY)
            settings = read_settings(kept)
            own = [model for model in settings.own_models if await self._own.bring_back(model)]
            remembered = Remembered(
                settings.remembered.wish,
                settings.remembered.look,
                settings.remembered.saving,
                tuple(model.id for model in own),
            )
            engines = await self._painter.engines()
            self.dispatch(Ready((*models, *own), engines, remembered, first_visit=kept is None))
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
            case {"type": "wish", "field": "style" | "engine" | "size" as field, "value": str(value)}:
                self.dispatch(Wished(field, value))
            case {"type": "look", "strength": int(strength), "keepColours": bool(keep)}:
                self.dispatch(Looked(Look(min(100, max(0, strength)), keep)))
            case {"type": "saving", "format": "png" | "jpeg" | "webp" as name, "quality": int(quality)}:
                self.dispatch(SavingWished(Saving(name, min(100, max(1, quality)))))
            case {"type": "save", "purpose": "download" | "share" as purpose}:
                self._save(purpose)
            case {"type": "sheet", "models": [*models]}:
                self.dispatch(SheetAsked(tuple(map(str, models))))
            case {"type": "model", "name": str(name)} if file is not None:
                self._spawn(self._add_model(name, file))
            case {"type": "forget-model", "id": str(model_id)}:
                self.dispatch(OwnModelRemoved(model_id))
            case {"type": "fail", "code": str(code)}:
                self.dispatch(Failed(Failure(code, failure_words(code))))
            case {"type": "paint" | "paint-smaller" | "cancel" | "undo" | "redo" | "welcomed" | "copied" as asked}:
                self.dispatch(WISHES_WITHOUT_WORDS[asked])
            case _:
                raise ValueError(f"unknown message from the page: {message!r}")

    def dispatch(self, event: Event) -> None:
        """Let the state take in an event, show it, and perform what follows."""
        shown = self._state.scene
        self._state, effects = update(self._state, event)
        if self._state.scene is not shown:
            effects = self._draw_first(effects)
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

    def _perform(self, effect: Effect) -> None:
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
            case ForgetResults(kept_jobs):
                self._album.keep_only(kept_jobs)
                self._photos.keep_only(self._photos_in_use())
            case StartSheet(sheet):
                self._spawn(self._paint_sheet(sheet))
            case ForgetModel(model_id):
                self._spawn(self._own.forget(model_id))
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
        self.dispatch(PhotoOpened(token, photo.photo.size))
        self._prepare_painting()

    def _photos_in_use(self) -> set[int]:
        return {scene.photo.id for scene in (*self._state.past, *self._state.future)}

    def _prepare_painting(self) -> None:
        """Whoever has chosen a photo will want to see it painted: get the engine ready while they choose a style."""
        state = self._state
        model = state.model(state.wish.style)
        if state.photo is not None and state.job is None and model is not None:
            size = painted_size(state.photo.size, state.wish.longest_px)
            self._painter.prepare(model, size.pixels, state.wish.engine)

    # --- painting

    async def _paint(self, job: Job) -> None:
        try:
            await self._paint_in_stages(job)
        except Cancelled:
            pass
        except Exception as error:
            self.dispatch(PaintFailed(job.id, failure_of(error)))

    async def _paint_in_stages(self, job: Job) -> None:
        photo, model = self._photos[job.photo.id], self._model(job.wish.style)

        def stage(name: str, engine: str = "", progress: Progress | None = None) -> None:
            self.dispatch(StageReached(job.id, name, engine, progress))

        stage("prepare")
        await asyncio.sleep(0)
        source = photos.resize(photo.image, job.size)
        tensor = to_tensor(source)
        stage("model")
        await self._library.read(model.model, lambda done, total: stage("model", progress=Progress(done, total)))
        with Clock(lambda done, total, engine: stage("paint", engine, Progress(done, total))) as clock:

            def engine_stage(name: str, engine: str, predicted_ms: float) -> None:
                stage(name, engine)
                clock.expect(engine if name == "paint" else "", predicted_ms)

            painting = await self._painter.paint(tensor, model, job.wish.engine, engine_stage)
        stage("finish")
        image = to_image(painting.output, job.size)
        if self._state.job is None or self._state.job.id != job.id:
            return
        self._album.add(job.id, Leaf(photo, source, image))
        self.dispatch(
            Painted(job.id, painting.engine, painting.run_ms, job.size, painting.notes, painting.choice.reasons)
        )

    def _model(self, model_id: str) -> ModelSpec:
        model = self._state.model(model_id)
        if model is None:
            raise AppError(
                say("There is no style called “{id}” here. Choose another.", id=model_id), code="style-unknown"
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
        leaf = self._album[asked.result.job.id]
        if self._easel is None or self._easel.leaf is not leaf:
            self._easel = Easel(leaf)
        self._draw_photo(asked.result.job.photo, asked.result.size)
        self._page.draw("result", self._easel.after(asked.look))

    def _draw_photo(self, info: PhotoInfo, least: Size | None = None) -> None:
        """The photo on its own canvas, no coarser than the painting (`least`) that is compared with it."""
        size = painted_size(info.size, PREVIEW_PX)
        if least is not None and least.pixels > size.pixels:
            size = least
        if self._hung == (info.id, size):
            return
        self._hung = (info.id, size)
        self._page.draw("before", to_rgba(photos.resize(self._photos[info.id].image, size)))

    async def _paint_sheet(self, sheet: Sheet) -> None:
        photo = self._state.photo
        if photo is None:
            return
        image = photos.resize(*_square(self._photos[photo.id].image, TILE_PX))
        tensor = to_tensor(image)
        try:
            for model_id in sheet.models:
                model = self._model(model_id)
                await self._library.read(model.model)
                painting = await self._painter.paint(tensor, model, self._state.wish.engine, _ignore_stage)
                if self._state.sheet is None or self._state.sheet.id != sheet.id:
                    return
                self._page.draw(f"tile-{model_id}", to_rgba(to_image(painting.output, Size(*image.shape[:2]))))
                self.dispatch(TilePainted(sheet.id))
            self.dispatch(SheetEnded(sheet.id))
        except Cancelled:
            pass
        except Exception as error:
            self.dispatch(SheetEnded(sheet.id, failure_of(error)))

    # --- results

    def _shown(self) -> tuple[Result, RgbImage] | None:
        result = self._state.result
        return None if result is None else (result, self._album[result.job.id].finished(self._state.look))

    def _save(self, purpose: str) -> None:
        shown, saving = self._shown(), self._state.saving
        if shown is None:
            return
        result, image = shown
        stem = result.job.photo.name.rsplit(".", 1)[0] or "photo"
        suffix = {"png": "png", "jpeg": "jpg", "webp": "webp"}[saving.format]
        data = photos.encode(image, photos.picture_format(saving.format), saving.quality)
        self._page.give_file(f"{stem}-{result.job.wish.style}.{suffix}", f"image/{saving.format}", data, purpose)

    async def _add_model(self, name: str, file: File) -> None:
        try:
            self.dispatch(OwnModelAdded(await self._own.add(name, file)))
        except Exception as error:
            self.dispatch(Failed(failure_of(error)))

    # --- settings

    def _write_settings_soon(self) -> None:
        if self._writing:
            self._writing.cancel()
        self._writing = self._spawn(self._write_settings())

    async def _write_settings(self) -> None:
        await asyncio.sleep(SETTLE_S)
        state = self._state
        own = tuple(model for model in map(state.model, state.own_models) if model)
        settings = Settings(Remembered(state.wish, state.look, state.saving), own)
        await self._store.put(SETTINGS_KEY, settings.to_json())


def _square(image: RgbImage, side_px: int) -> tuple[RgbImage, Size]:
    """The picture's middle square and the size to reduce it to."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    reduced = min(side, side_px)
    return image[top : top + side, left : left + side], Size(reduced, reduced)


def _ignore_stage(_name: str, _engine: str, _predicted_ms: float) -> None:
    pass
