"""The logic worker's heart: takes events in, keeps the state, performs effects, shows snapshots."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Protocol

from app_py.engines.painter import Painter
from app_py.errors import AppError, Cancelled, PhotoError
from app_py.models.library import Library, ignore_progress
from app_py.models.manifest import ModelSpec
from app_py.models.own_model import check_own_model
from app_py.picture import intake
from app_py.picture import photo as photos
from app_py.picture.photo import Photo
from app_py.picture.sizing import Size, painted_size
from app_py.picture.tensors import RgbImage, to_image, to_rgba, to_tensor
from app_py.studio.album import Album, Leaf
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
    ShowResult,
    StageReached,
    StartPainting,
    StartSheet,
    StopPainting,
    TilePainted,
    UndoAsked,
    Welcomed,
    Wished,
)
from app_py.studio.snapshot import snapshot
from app_py.studio.state import Failure, Job, Look, Progress, Remembered, Result, Saving, Sheet, State
from app_py.studio.store import SETTINGS_KEY, NoStore, Settings, Store, read_settings
from app_py.studio.update import update
from app_py.studio.words import say

WISHES_WITHOUT_WORDS: Mapping[str, Event] = {
    "paint": PaintAsked(),
    "cancel": CancelAsked(),
    "undo": UndoAsked(),
    "redo": RedoAsked(),
    "welcomed": Welcomed(),
    "copied": Copied(),
}
PREVIEW_PX = 1024
TILE_PX = 160
TICK_S = 0.25
SETTLE_S = 0.5
"""Settings are written when nothing changed for so long, not at every step of a slider."""


class File(Protocol):
    """A file that a person chose."""

    async def read(self) -> bytes:
        """All of it. Raises `PhotoError` where the device does not give it."""


class Page(intake.NativeDecoder, Protocol):
    """What the studio asks of the page; URLs are relative to the page's own."""

    def show(self, state: str) -> None:
        """Render a snapshot, given as JSON."""

    def draw(self, canvas: str, rgba: RgbImage) -> None:
        """Put uint8 `(H, W, 4)` pixels on the canvas of that id, which takes their size."""

    def give_file(self, name: str, mime: str, data: bytes, purpose: str = "download") -> None:
        """Offer a file: `purpose` is `download` or `share`."""

    async def fetch(self, url: str, on_progress: Callable[[int, int], None]) -> bytes:
        """The bytes at a URL of the page's own origin. Raises `AppError` with code `not-found` or `network`."""


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
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_token = 0
        self._arrived: dict[int, Callable[[], Awaitable[Photo]]] = {}
        self._photos: dict[int, Photo] = {}
        self._uncut: Photo | None = None
        self._to_show: ShowResult | None = None
        self._writing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Read the manifest and the settings, see what the browser has; failures are shown, not raised."""
        try:
            models = await self._library.open()
            kept = await self._store.get(SETTINGS_KEY)
            settings = read_settings(kept)
            own = [model for model in settings.own_models if await self._bring_back(model)]
            remembered = Remembered(
                settings.remembered.wish,
                settings.remembered.look,
                settings.remembered.saving,
                tuple(model.id for model in own),
            )
            engines = await self._painter.engines()
            self.dispatch(Ready((*models, *own), engines, remembered, first_visit=kept is None))
        except AppError as error:
            self.dispatch(Failed(_failure(error)))

    def receive(self, message: Mapping[str, Any], file: File | None = None) -> None:  # noqa: C901 - a table
        """An event from the page: `{type, ...}`; a photo has its file beside it or its address in `url`."""
        match message:
            case {"type": "photo", "name": str(name)} if file is not None:
                self._arrive(name, lambda: self._read_photo(file.read))
            case {"type": "photo", "name": str(name), "url": str(url)}:
                self._arrive(name, lambda: self._read_photo(lambda: self._fetch_photo(url)))
            case {"type": "rotate", "turns": int(turns)}:
                self._edit(lambda photo: intake.rotated(photo, turns))
            case {"type": "crop", "box": [left, top, right, bottom]}:
                self._edit(lambda photo: intake.cropped(photo, (left, top, right, bottom)))
            case {"type": "uncut"}:
                self._edit(lambda photo: self._uncut or photo)
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
                self.dispatch(Failed(Failure(code, say(f"fail-{code}"))))
            case {"type": "paint" | "cancel" | "undo" | "redo" | "welcomed" | "copied" as asked}:
                self.dispatch(WISHES_WITHOUT_WORDS[asked])
            case _:
                raise ValueError(f"unknown message from the page: {message!r}")

    def dispatch(self, event: Event) -> None:
        """Let the state take in an event, show it, and perform what follows."""
        self._state, effects = update(self._state, event)
        self._page.show(json.dumps(snapshot(self._state)))
        for effect in effects:
            self._perform(effect)

    def _perform(self, effect: Effect) -> None:
        match effect:
            case OpenPhoto(token):
                self._spawn(self._open(token))
            case StartPainting(job):
                self._spawn(self._paint(job))
            case StopPainting():
                self._painter.stop()
            case ShowResult():
                self._show_soon(effect)
            case ForgetResults(kept_jobs):
                self._album.keep_only(kept_jobs)
                self._forget_photos()
            case StartSheet(sheet):
                self._spawn(self._paint_sheet(sheet))
            case ForgetModel(model_id):
                self._spawn(self._forget_model(model_id))
            case Remember():
                self._write_settings_soon()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        task = asyncio.ensure_future(work)
        # The event loop keeps only weak references to its tasks.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    # --- photos

    def _arrive(self, name: str, read: Callable[[], Awaitable[Photo]]) -> None:
        self._last_token += 1
        # Only the latest photo matters: earlier ones that still wait are forgotten.
        self._arrived = {self._last_token: read}
        self.dispatch(PhotoArrived(self._last_token, name))

    async def _read_photo(self, read: Callable[[], Awaitable[bytes]]) -> Photo:
        photo = await intake.open_photo(await read(), self._page)
        self._uncut = photo
        return photo

    async def _fetch_photo(self, url: str) -> bytes:
        try:
            return await self._page.fetch(url, ignore_progress)
        except AppError as error:
            raise PhotoError(
                f"The photo could not be loaded: {error} Choose another one.", code="photo-not-found"
            ) from error

    def _edit(self, change: Callable[[Photo], Photo]) -> None:
        """A cut or turned photo arrives like any other."""
        info = self._state.photo
        if info is None or self._state.opening is not None:
            return
        photo = self._photos[info.id]

        async def changed() -> Photo:
            return change(photo)

        self._arrive(info.name, changed)

    async def _open(self, token: int) -> None:
        read = self._arrived.pop(token, None)
        if read is None:
            return
        try:
            photo = await read()
        except AppError as error:
            self.dispatch(PhotoRefused(token, _failure(error)))
            return
        if self._state.opening != token:
            return
        self._photos[token] = photo
        self._page.draw("before", to_rgba(photos.resize(photo.image, painted_size(photo.size, PREVIEW_PX))))
        self.dispatch(PhotoOpened(token, photo.size))
        self._forget_photos()
        self._prepare_painting()

    def _prepare_painting(self) -> None:
        """Whoever has chosen a photo will want to see it painted: get the engine ready while they choose a style."""
        state = self._state
        model = state.model(state.wish.style)
        if state.photo is not None and state.job is None and model is not None:
            size = painted_size(state.photo.size, state.wish.longest_px)
            self._painter.prepare(model, size.pixels, state.wish.engine)

    def _forget_photos(self) -> None:
        results = (*self._state.past, *self._state.future)
        kept = {result.job.photo.id for result in results}
        if self._state.photo:
            kept.add(self._state.photo.id)
        self._photos = {photo_id: photo for photo_id, photo in self._photos.items() if photo_id in kept}

    # --- painting

    async def _paint(self, job: Job) -> None:
        try:
            await self._paint_in_stages(job)
        except Cancelled:
            pass
        except Exception as error:
            self.dispatch(PaintFailed(job.id, _any_failure(error)))

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
        with _Clock(self, lambda done, total, engine: stage("paint", engine, Progress(done, total))) as clock:

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
            raise AppError(f"There is no style called “{model_id}” here. Choose another.", code="style-unknown")
        return model

    def _show_soon(self, asked: ShowResult) -> None:
        """Draw after the messages that wait now: of a slider's many steps only the last is worth the work."""
        waiting, self._to_show = self._to_show, asked
        if waiting is None:
            self._spawn(self._show_latest())

    async def _show_latest(self) -> None:
        await asyncio.sleep(0)
        asked, self._to_show = self._to_show, None
        if asked is None:
            return
        leaf = self._album[asked.result.job.id]
        self._page.draw("before", to_rgba(leaf.source))
        self._page.draw("result", to_rgba(leaf.finished(asked.look)))

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
            self.dispatch(SheetEnded(sheet.id, _any_failure(error)))

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

    # --- own models

    async def _add_model(self, name: str, file: File) -> None:
        try:
            own = await check_own_model(name, await file.read())
        except Exception as error:
            self.dispatch(Failed(_any_failure(error)))
            return
        await self._store.put_bytes(f"own/{own.spec.id}", own.data)
        if own.spec.reference:
            await self._store.put_bytes(f"own/{own.spec.id}/reference", own.reference)
        self._library.add(own.spec, own.data, own.reference)
        self.dispatch(OwnModelAdded(own.spec))

    async def _bring_back(self, spec: ModelSpec) -> bool:
        """Put a kept model back into the library; False where the browser threw its bytes away."""
        data = await self._store.get_bytes(f"own/{spec.id}")
        reference = await self._store.get_bytes(f"own/{spec.id}/reference")
        if data is None or reference is None:
            return False
        self._library.add(spec, data, reference)
        return True

    async def _forget_model(self, model_id: str) -> None:
        await self._store.remove(f"own/{model_id}")
        await self._store.remove(f"own/{model_id}/reference")

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


class _Clock:
    """Tells how far a run is, from the time that it is predicted to take."""

    def __init__(self, studio: Studio, tell: Callable[[float, float, str], None]) -> None:
        self._studio = studio
        self._tell = tell
        self._ticking: asyncio.Task[None] | None = None

    def __enter__(self) -> "_Clock":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def expect(self, engine: str, predicted_ms: float) -> None:
        """From now on `engine` runs, for about so long; '' stops the clock, and so does an unknown time."""
        self._stop()
        if engine and 0 < predicted_ms < float("inf"):
            self._ticking = self._studio._spawn(self._tick(engine, predicted_ms / 1000))

    async def _tick(self, engine: str, predicted_s: float) -> None:
        began = time.monotonic()
        while True:
            # A run that takes longer than predicted keeps its bar short of the end.
            self._tell(min(time.monotonic() - began, 0.97 * predicted_s), predicted_s, engine)
            await asyncio.sleep(TICK_S)

    def _stop(self) -> None:
        if self._ticking:
            self._ticking.cancel()
        self._ticking = None


def _square(image: RgbImage, side_px: int) -> tuple[RgbImage, Size]:
    """The picture's middle square and the size to reduce it to."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    reduced = min(side, side_px)
    return image[top : top + side, left : left + side], Size(reduced, reduced)


def _ignore_stage(_name: str, _engine: str, _predicted_ms: float) -> None:
    pass


def _failure(error: AppError) -> Failure:
    if error.detail:
        print(f"{error.code}: {error} [{error.detail}]")
    return Failure(error.code, str(error))


def _any_failure(error: Exception) -> Failure:
    """A sentence for a person whatever went wrong; the facts go to the console."""
    if isinstance(error, AppError):
        return _failure(error)
    if isinstance(error, MemoryError):
        return Failure("out-of-memory", "There is not enough memory for this size. Choose a smaller one.")
    print(f"internal error: {error!r}")
    return Failure(
        "internal", "Something went wrong inside the page. Try again, or reload the page if that does not help."
    )
