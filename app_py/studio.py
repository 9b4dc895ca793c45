"""The logic worker's heart: takes events in, keeps the state, performs effects, shows snapshots."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from app_py import photo as photos
from app_py.errors import AppError, Cancelled, PhotoError
from app_py.events import (
    CancelAsked,
    Effect,
    Event,
    Failed,
    OpenPhoto,
    PaintAsked,
    Painted,
    PaintFailed,
    PhotoArrived,
    PhotoOpened,
    PhotoRefused,
    Ready,
    StageReached,
    StartPainting,
    StopPainting,
    Wished,
)
from app_py.library import Library, ignore_progress
from app_py.painter import Painter
from app_py.sizing import MAX_PAINTED_PIXELS, Size, check_photo, painted_size
from app_py.snapshot import snapshot
from app_py.state import Failure, Job, Progress, State
from app_py.tensors import RgbImage, to_image, to_rgba, to_tensor
from app_py.update import update


class Page(Protocol):
    """What the studio asks of the page; URLs are relative to the page's own."""

    def show(self, state: str) -> None:
        """Render a snapshot, given as JSON."""

    def draw(self, canvas: str, rgba: RgbImage) -> None:
        """Put uint8 `(H, W, 4)` pixels on the canvas of that id, which takes their size."""

    def give_file(self, name: str, mime: str, data: bytes) -> None:
        """Offer a file for keeping."""

    async def fetch(self, url: str, on_progress: Callable[[int, int], None]) -> bytes:
        """The bytes at a URL of the page's own origin. Raises `AppError` with code `not-found` or `network`."""

    async def decode(self, data: bytes) -> RgbImage | None:
        """uint8 `(H, W, 4)` by the browser's own decoder, upright and in sRGB; None where it cannot."""


class File(Protocol):
    """A file that a person chose."""

    async def read(self) -> bytes:
        """All of it. Raises `PhotoError` where the device does not give it."""


class Studio:
    """One visitor's studio.

    Args:
        page: where snapshots and pictures go.
        library: the models.
        painter: runs models on engines.
    """

    def __init__(self, page: Page, library: Library, painter: Painter) -> None:
        self._page = page
        self._library = library
        self._painter = painter
        self._state = State()
        self._tasks: set[asyncio.Task[None]] = set()
        self._last_token = 0
        self._arrived: dict[int, Callable[[], Awaitable[bytes]]] = {}
        self._photo: photos.Photo | None = None
        self._painting: RgbImage | None = None

    async def start(self) -> None:
        """Read the manifest and see what the browser has; failures are shown, not raised."""
        try:
            self.dispatch(Ready(await self._library.open(), await self._painter.engines()))
        except AppError as error:
            self.dispatch(Failed(_failure(error)))

    def receive(self, message: Mapping[str, Any], file: File | None = None) -> None:
        """An event from the page: `{type, ...}`; a photo has its file beside it or its address in `url`."""
        match message:
            case {"type": "photo", "name": str(name)} if file is not None:
                self._arrive(name, file.read)
            case {"type": "photo", "name": str(name), "url": str(url)}:
                self._arrive(name, lambda: self._fetch_photo(url))
            case {"type": "wish", "field": "style" | "engine" | "size" as field, "value": str(value)}:
                self.dispatch(Wished(field, value))
            case {"type": "paint"}:
                self.dispatch(PaintAsked())
            case {"type": "cancel"}:
                self.dispatch(CancelAsked())
            case {"type": "save"}:
                self._save()
            case {"type": "fail", "code": str(code), "sentence": str(sentence)}:
                self.dispatch(Failed(Failure(code, sentence)))
            case _:
                raise ValueError(f"unknown message from the page: {message!r}")

    def _arrive(self, name: str, read: Callable[[], Awaitable[bytes]]) -> None:
        self._last_token += 1
        # Only the latest photo matters: earlier ones that still wait are forgotten.
        self._arrived = {self._last_token: read}
        self.dispatch(PhotoArrived(self._last_token, name))

    async def _fetch_photo(self, url: str) -> bytes:
        try:
            return await self._page.fetch(url, ignore_progress)
        except AppError as error:
            raise PhotoError(
                f"The photo could not be loaded: {error} Choose another one.", code="photo-not-found"
            ) from error

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

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        # The event loop keeps only weak references to its tasks.
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _open(self, token: int) -> None:
        read = self._arrived.pop(token, None)
        if read is None:
            return
        try:
            photo = await self._decode(await read())
        except AppError as error:
            self.dispatch(PhotoRefused(token, _failure(error)))
            return
        if self._state.opening != token:
            return
        self._photo, self._painting = photo, None
        self._page.draw("before", to_rgba(photos.resize(photo.image, _preview_size(photo.size))))
        self.dispatch(PhotoOpened(token, photo.size))

    async def _decode(self, data: bytes) -> photos.Photo:
        if photos.prefers_browser(data) and (photo := await self._decode_in_browser(data)) is not None:
            return photo
        try:
            return photos.decode(data, keep_px=int(MAX_PAINTED_PIXELS**0.5))
        except PhotoError as error:
            # AVIF, HEIC and the like: Pillow does not know them, some browsers do.
            if error.code != "photo-unreadable" or (photo := await self._decode_in_browser(data)) is None:
                raise
            return photo

    async def _decode_in_browser(self, data: bytes) -> photos.Photo | None:
        rgba = await self._page.decode(data)
        if rgba is None:
            return None
        size = Size(*rgba.shape[:2])
        check_photo(size)
        return photos.Photo(photos.flatten(rgba), size)

    async def _paint(self, job: Job) -> None:
        try:
            await self._paint_in_stages(job)
        except Cancelled:
            pass
        except AppError as error:
            self.dispatch(PaintFailed(job.id, _failure(error)))
        except MemoryError:
            sentence = "There is not enough memory for this size. Choose a smaller one."
            self.dispatch(PaintFailed(job.id, Failure("out-of-memory", sentence)))
        except Exception as error:  # the last line of defence: a person gets a sentence, the console the facts
            sentence = "Something went wrong inside the page. Paint again, or reload the page if that does not help."
            print(f"internal error in job {job.id}: {error!r}")
            self.dispatch(PaintFailed(job.id, Failure("internal", sentence)))

    async def _paint_in_stages(self, job: Job) -> None:
        assert self._photo is not None
        model = self._state.model(job.wish.style)
        assert model is not None

        def stage(name: str, engine: str = "", progress: Progress | None = None) -> None:
            self.dispatch(StageReached(job.id, name, engine, progress))

        stage("prepare")
        await asyncio.sleep(0)
        source = photos.resize(self._photo.image, job.size)
        tensor = to_tensor(source)
        stage("model")
        await self._library.read(model.model, lambda done, total: stage("model", progress=Progress(done, total)))
        painting = await self._painter.paint(tensor, model, job.wish.engine, stage)
        stage("finish")
        image = to_image(painting.output, job.size)
        if self._state.job is None or self._state.job.id != job.id:
            return
        self._painting = image
        self._page.draw("before", to_rgba(source))
        self._page.draw("result", to_rgba(image))
        self.dispatch(Painted(job.id, painting.engine, painting.run_ms, job.size, painting.notes))

    def _save(self) -> None:
        if self._painting is None or self._state.result is None:
            return
        job = self._state.result.job
        stem = job.photo.name.rsplit(".", 1)[0] or "photo"
        self._page.give_file(f"{stem}-{job.wish.style}.png", "image/png", photos.encode(self._painting))


def _preview_size(size: Size) -> Size:
    return painted_size(size, 1024)


def _failure(error: AppError) -> Failure:
    if error.detail:
        print(f"{error.code}: {error} [{error.detail}]")
    return Failure(error.code, str(error))
