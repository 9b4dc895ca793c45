"""The live camera's half in Python: opens the engine, connects it with the page, follows its times. No pixels."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from app_py.engines.painter import Painter
from app_py.errors import AppError, EngineError
from app_py.i18n import tr
from app_py.live.lattice import lattice_size
from app_py.live.sizing import LiveSizing
from app_py.live.statistics import LiveStatistics
from app_py.onnxruntime.planning import Request
from app_py.pages.studio import events
from app_py.pages.studio.controls.context import Context
from app_py.pages.studio.controls.live_style import WHOLE_PERCENT, LiveStyle, ReadStyle
from app_py.pages.studio.failures import failure_of
from app_py.pages.studio.painting_store import FinishedPainting
from app_py.pages.studio.state import Live, PhotoInfo, State
from app_py.photo.decode import Photo
from app_py.photo.sizing import Size, painted_size
from app_py.photo.tensors import RgbImage
from app_py.session import FAULTS, Session, in_words
from app_py.styles.library import Library

MOST_FAULTS = 3
"""So many engines in a row may fail before the camera is given up."""

PAUSE_S, LONGEST_PAUSE_S = 0.05, 10.0
"""How often, and how long, is asked for a painting that is about to come."""


@dataclass(frozen=True, slots=True)
class LivePicture:
    """The camera's picture and its painting, uint8 `(H, W, 3)` each, and the milliseconds that the engine took."""

    source: RgbImage
    painting: RgbImage
    run_ms: float


class LiveControl:
    """One live camera at a time.

    Args:
        state: the studio's state, whenever it is asked for.
        dispatch: takes events in.
        read_style: for a strength that is a mixture with the style of what is painted.
        photo: the photo on show, which of a video is its first picture.
        now: the time in seconds.
    """

    def __init__(
        self,
        painter: Painter,
        library: Library,
        state: Callable[[], State],
        dispatch: Callable[[events.LiveEvent], None],
        read_style: ReadStyle,
        photo: Callable[[], RgbImage | None],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._painter = painter
        self._library = library
        self._state = state
        self._dispatch = dispatch
        self._style = LiveStyle(state, read_style, self._own_picture)
        self._photo = photo
        self._now = now
        self._session: Session | None = None
        self._faults = 0
        self._tuning_lock = asyncio.Lock()
        self._tuning_waits = False

    async def start(self, live: Live) -> None:
        """Choose, test and open the engine for a camera; the page then sends a port for `connect`."""
        self._sizing = LiveSizing(live.camera, live.longest_px)
        self._statistics = LiveStatistics(self._now)
        try:
            await self._end()
            spec = self._style.spec
            await self._library.read(spec.model)
            engine = self._state().paint_settings.engine
            session, choice = await self._painter.lend(spec, self._sizing.size.pixels, engine)
            if self._is_present(live.id):
                self._session = session
                self._dispatch(events.LiveOpened(live.id, choice.provider, self._sizing.size))
        except Exception as error:
            self._dispatch(events.LiveFailed(live.id, failure_of(error)))

    async def connect(self, live_id: int, port: object) -> None:
        """Let the engine paint what comes through a MessagePort, until it is stopped or fails."""
        session = self._session
        if session is None or not self._is_present(live_id):
            return
        try:
            await self._style.read()
            with in_words():
                await session.worker.call("live", *self._tuning(session), port=port)
        except EngineError as error:
            if self._is_present(live_id):
                self._on_fault(live_id, session, error)
        except AppError as error:
            if self._is_present(live_id):
                self._dispatch(events.LiveFailed(live_id, failure_of(error)))

    def tell(self, live_id: int, frame_ms: Sequence[float]) -> None:
        """So many pictures were painted since the page last told, and how long each took in the engine worker."""
        if not self._is_present(live_id):
            return
        self._statistics.tell(frame_ms)
        typical = self._statistics.frame_ms
        if typical is not None and self._sizing.tell(typical):
            self._statistics.forget_times()
            self._tune_soon()
        if frame_ms:
            self._faults = 0
            if self._style.lacks_picture:
                # What a camera sees has no style before there is a picture of it.
                self._tune_soon()
        self._dispatch(events.LivePainted(live_id, round(self._statistics.fps, 1), self._sizing.size))

    async def tune(self) -> None:
        """Tell the engine worker of size, look, steadiness and the style's numbers as they are now."""
        if self._tuning_waits:
            # Of a slider's many steps only the last counts.
            return
        self._tuning_waits = True
        async with self._tuning_lock:
            self._tuning_waits = False
            live, session = self._state().live, self._session
            if live is None or session is None or not session.worker.alive:
                return
            if self._sizing.fixed_px != live.longest_px:
                self._sizing.fixed_px = live.longest_px
                self._statistics.forget_times()
            try:
                await self._style.read()
                if self._session is session:
                    with in_words():
                        await session.worker.call("live-tune", *self._tuning(session))
            except AppError as error:
                # A fault of the engine ends the connection as well, which says so.
                if error.code not in FAULTS and self._is_present(live.id):
                    self._dispatch(events.LiveFailed(live.id, failure_of(error)))

    async def take_picture(self) -> LivePicture | None:
        """The painting of now, without the look, and what it was made from; None before the first one."""
        if self._session is None:
            return None
        with in_words():
            result, buffers = await self._session.worker.call("live-picture", {})
        if not result.get("height"):
            return None
        shape = (int(result["height"]), int(result["width"]), 4)
        source, painting = (np.ascontiguousarray(buffer.reshape(shape)[:, :, :3]) for buffer in buffers)
        return LivePicture(source, painting, float(result["run_ms"]))

    async def next_picture(self, live_id: int) -> LivePicture | None:
        """The painting of now, or the first one to come: after a change of style or size there is none for a moment."""
        deadline = time.monotonic() + LONGEST_PAUSE_S
        while True:
            taken = await self.take_picture()
            live = self._state().live
            if taken or live is None or live.id != live_id or time.monotonic() > deadline:
                return taken
            await asyncio.sleep(PAUSE_S)

    async def stop(self) -> None:
        """The camera is off: the engine stays open, for the next painting."""
        self._style.forget_picture()
        await self._end()

    async def _end(self) -> None:
        session, self._session = self._session, None
        if session is not None and session.worker.alive:
            with in_words():
                await session.worker.call("live-end", {})

    async def _own_picture(self) -> RgbImage | None:
        live = self._state().live
        if live is not None and live.video:
            return self._photo()
        taken = await self.take_picture()
        return taken.source if taken else None

    def _tune_soon(self) -> None:
        self._tuning_task = asyncio.ensure_future(self.tune())

    def _tuning(self, session: Session) -> Request:
        """All that the worker needs for frames of the present size."""
        state, size = self._state(), self._sizing.size
        picture = np.zeros((1, 3, *lattice_size(size)), np.float32)
        run, buffers = session.prepare_run(session.name_feeds(picture, self._style.feeds))
        params = {
            "run": run,
            "height": size.height,
            "width": size.width,
            "steady": state.steady,
            # As app_py.photo.adjust counts it.
            "strength": round(self._style.blended_percent * 128 / WHOLE_PERCENT),
            "keep_colours": state.adjustments.keep_colours,
        }
        return params, buffers

    def _on_fault(self, live_id: int, session: Session, error: EngineError) -> None:
        """Another engine goes on, a few times; then it is said."""
        self._session = None
        self._faults += 1
        again = error.code in FAULTS and self._faults < MOST_FAULTS
        self._painter.fault(session.get_providers()[0])
        self._dispatch(events.LiveFailed(live_id, failure_of(error), again))

    def _is_present(self, live_id: int) -> bool:
        live = self._state().live
        return live is not None and live.id == live_id


def size_of(width: Any, height: Any) -> Size:
    """A camera's size as the page tells it; at least a pixel, at most what is painted."""
    return painted_size(Size(max(1, int(height)), max(1, int(width))), None)


async def keep_picture(context: Context, control: LiveControl, live: Live) -> None:
    """The picture of now becomes a photo with its painting."""
    try:
        taken = await control.next_picture(live.id)
    except AppError as error:
        context.dispatch(events.Failed(failure_of(error)))
        return
    present = context.state.live
    if taken is None or present is None or present.id != live.id:
        return
    size = Size(*taken.source.shape[:2])
    photo = Photo(taken.source, size)
    info = PhotoInfo(context.photos.add(photo), tr("camera photo"), size)
    # The reducer gives the painting the next number.
    context.paintings.add(context.state.last_id + 1, FinishedPainting(photo, taken.source, taken.painting))
    context.dispatch(events.LivePictureTaken(live.id, info, taken.run_ms))
