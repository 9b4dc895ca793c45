"""The live camera's half in Python, with an engine worker without engines and a clock that a test turns."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import numpy as np
import pytest

from app_py.engines.painter import Painter
from app_py.onnxruntime.platform.interface import Bytes, Message
from app_py.pages.studio import events
from app_py.pages.studio.controls.live import LiveControl
from app_py.pages.studio.state import Adjustments, State
from app_py.pages.studio.update_live import update
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbImage
from app_py.styles.library import Library
from app_py.styles.vectors import Vector
from tests.shared.support.fake_engine import FakeConnection, FakePlatform
from tests.shared.support.fake_models import FakeFiles, right, spec, vector_style

CAMERA = Size(480, 640)
STYLES = (
    spec(style="waves"),
    spec(style="mosaic"),
    vector_style("a", "painting", 1, 0),
    vector_style("b", "painting", 0, 1),
)


class LiveConnection(FakeConnection):
    """An engine worker whose `live` lasts until `live-end`, or until the test lets it fail."""

    def __init__(self, platform: "LivePlatform", listener: Any) -> None:
        super().__init__(platform, listener)
        self.asked: list[tuple[str, Any]] = []
        self.vectors: list[list[float]] = []
        """The style's numbers with each of these."""
        self.pictures_to_wait = 0
        """So often there is no painting yet."""
        self._live = 0

    def _serve(self, message: Message, method: str, provider: str, params: Any, buffers: list[Bytes]) -> None:
        if not method.startswith("live"):
            return super()._serve(message, method, provider, params, buffers)
        self.asked.append((method, params))
        if "run" in params:
            heads = params["run"]["feeds"]
            vectors = [
                buffer.view(np.float32) for head, buffer in zip(heads, buffers, strict=True) if head["name"] == "style"
            ]
            self.vectors += [vector.tolist() for vector in vectors]
        if method == "live":
            self._live = message["id"]
        elif method == "live-picture" and self.pictures_to_wait:
            self.pictures_to_wait -= 1
            self._reply(message, True, result={})
        elif method == "live-picture":
            pixels = np.arange(2 * 3 * 4, dtype=np.uint8)
            self._reply(message, True, [pixels, 255 - pixels], result={"height": 2, "width": 3, "run_ms": 12.5})
        else:
            if method == "live-end" and self._live:
                self._listener.on_message({"id": self._live, "ok": True, "result": {}}, [])
            self._reply(message, True, result={})
        return None

    def fail(self) -> None:
        error = {"code": "context-lost", "message": "gone", "detail": ""}
        self._listener.on_message({"id": self._live, "ok": False, "error": error}, [])


class LivePlatform(FakePlatform):
    def start_engine(self, listener: Any) -> FakeConnection:
        self.workers.append(LiveConnection(self, listener))
        return self.workers[-1]


class Bench:
    """A control with a state, as the studio has them."""

    def __init__(self) -> None:
        self.platform = LivePlatform(lambda _provider, tensor: right(tensor))
        self.seconds = 0.0
        self.state, _ = update(State(), events.Ready(STYLES, ()))
        self.read: list[RgbImage] = []
        """Whose style was read."""
        painter = Painter(FakeFiles(), platform=self.platform)
        library = Library(lambda _url, _progress: asyncio.sleep(0, b""))
        library.read = FakeFiles().read  # type: ignore[method-assign,assignment]
        self.control = LiveControl(
            painter, library, lambda: self.state, self.dispatch, self.read_style, lambda: PHOTO, lambda: self.seconds
        )

    async def read_style(self, image: RgbImage) -> Vector:
        self.read.append(image)
        return np.array([[0, 0.5]], np.float32)

    def dispatch(self, event: events.Event | events.LiveEvent) -> None:
        self.state, _ = update(self.state, event)

    async def begin(self, video: bool = False) -> None:
        self.dispatch(events.LiveAsked(CAMERA, video))
        await self.open()

    async def open(self) -> "asyncio.Task[None]":
        live = self.state.live
        assert live is not None
        await self.control.start(live)
        connected = asyncio.ensure_future(self.control.connect(live.id, f"port {live.id}"))
        await asyncio.sleep(0.01)
        return connected

    @property
    def worker(self) -> LiveConnection:
        worker = next(worker for worker in reversed(self.platform.workers) if not worker.terminated)
        assert isinstance(worker, LiveConnection)
        return worker

    @property
    def live(self) -> Any:
        return self.state.live


PHOTO: RgbImage = np.full((4, 4, 3), 7, np.uint8)


def on_a_bench(work: Callable[[Bench], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(work(Bench()))


def test_the_worker_gets_the_port_the_session_and_what_to_paint() -> None:
    async def work(bench: Bench) -> None:
        await bench.begin()
        assert bench.live.open
        assert bench.worker.ports == ["port 1"]
        (method, params) = bench.worker.asked[-1]
        assert method == "live"
        wanted = {"height": 192, "width": 256, "steady": True, "strength": 128, "keep_colours": False}
        assert wanted.items() <= params.items()
        assert params["run"]["feeds"] == [{"name": "x", "type": "float32", "dims": [1, 3, 196, 260]}]

    on_a_bench(work)


def test_the_size_follows_the_times_and_pictures_a_second_are_counted() -> None:
    async def work(bench: Bench) -> None:
        await bench.begin()
        for _ in range(4):
            bench.seconds += 0.5
            bench.control.tell(1, [90.0] * 5)
        await asyncio.sleep(0.01)
        assert bench.live.fps == 10
        assert max(bench.live.size) < 256
        method, params = bench.worker.asked[-1]
        assert (method, params["width"]) == ("live-tune", bench.live.size.width)

    on_a_bench(work)


def test_a_chosen_size_and_steadiness_reach_the_worker() -> None:
    async def work(bench: Bench) -> None:
        await bench.begin()
        bench.dispatch(events.SettingChanged("size", "384"))
        bench.dispatch(events.SteadyChanged(False))
        await bench.control.tune()
        method, params = bench.worker.asked[-1]
        assert (method, params["width"], params["height"], params["steady"]) == ("live-tune", 384, 288, False)

    on_a_bench(work)


def test_a_style_of_numbers_and_a_mixture_reach_the_worker_without_another_connection() -> None:
    async def work(bench: Bench) -> None:
        bench.dispatch(events.SettingChanged("style", "painting:a"))
        await bench.begin()
        bench.dispatch(events.MixChanged((("painting:a", 75), ("painting:b", 25))))
        await bench.control.tune()
        assert bench.worker.vectors == [[1, 0], [0.75, 0.25]]
        assert [method for method, _ in bench.worker.asked] == ["live", "live-tune"]

    on_a_bench(work)


def test_strength_is_a_mixture_with_what_the_camera_sees() -> None:
    async def work(bench: Bench) -> None:
        bench.dispatch(events.SettingChanged("style", "painting:a"))
        bench.dispatch(events.AdjustmentsChanged(Adjustments(40)))
        await bench.begin()
        # Before the first picture nothing is known of it.
        await bench.control.tune()
        await bench.control.tune()
        assert bench.worker.vectors[-1] == pytest.approx([0.4, 0.3])
        assert len(bench.read) == 1
        assert bench.worker.asked[-1][1]["strength"] == 128
        await bench.control.stop()
        await bench.control.start(bench.live)
        await bench.control.tune()
        assert len(bench.read) == 2, "another camera sees another thing"

    on_a_bench(work)


def test_a_video_is_mixed_with_its_first_picture_from_the_beginning() -> None:
    async def work(bench: Bench) -> None:
        bench.dispatch(events.SettingChanged("style", "painting:a"))
        bench.dispatch(events.AdjustmentsChanged(Adjustments(40)))
        await bench.begin(video=True)
        assert bench.worker.vectors == [pytest.approx([0.4, 0.3])]
        assert bench.read[0] is PHOTO

    on_a_bench(work)


def test_of_a_sliders_steps_the_last_is_told() -> None:
    async def work(bench: Bench) -> None:
        await bench.begin()
        for percent in range(10, 60, 10):
            bench.dispatch(events.AdjustmentsChanged(Adjustments(percent)))
            asyncio.ensure_future(bench.control.tune())  # noqa: RUF006
        await asyncio.sleep(0.05)
        strengths = [params["strength"] for method, params in bench.worker.asked if method == "live-tune"]
        assert strengths[-1] == 64
        assert len(strengths) < 5

    on_a_bench(work)


def test_another_style_ends_the_old_connection_first() -> None:
    async def work(bench: Bench) -> None:
        await bench.begin()
        bench.dispatch(events.SettingChanged("style", "mosaic-nc8"))
        await bench.open()
        assert bench.live.open
        asked = [method for worker in bench.platform.workers for method, _ in worker.asked]  # type: ignore[attr-defined]
        assert asked == ["live", "live-end", "live"]
        bench.control.tell(1, [10.0] * 9)
        assert bench.live.fps == 0

    on_a_bench(work)


def test_a_picture_is_taken() -> None:
    async def work(bench: Bench) -> None:
        assert await bench.control.take_picture() is None
        await bench.begin()
        taken = await bench.control.take_picture()
        assert taken is not None
        np.testing.assert_array_equal(taken.source[0], [[0, 1, 2], [4, 5, 6], [8, 9, 10]])
        np.testing.assert_array_equal(taken.painting, 255 - taken.source)
        assert taken.run_ms == 12.5

    on_a_bench(work)


def test_a_picture_that_is_about_to_come_is_waited_for() -> None:
    async def work(bench: Bench) -> None:
        await bench.begin()
        bench.worker.pictures_to_wait = 2
        taken = await bench.control.next_picture(bench.live.id)
        assert taken is not None
        assert taken.run_ms == 12.5
        bench.worker.pictures_to_wait = 1_000
        waiting = asyncio.ensure_future(bench.control.next_picture(bench.live.id))
        await asyncio.sleep(0)
        bench.dispatch(events.LiveStopped())
        assert await waiting is None
        assert bench.worker.pictures_to_wait > 990

    on_a_bench(work)


def test_stopping_ends_the_connection_and_keeps_the_worker() -> None:
    async def work(bench: Bench) -> None:
        await bench.begin()
        bench.dispatch(events.LiveStopped())
        await bench.control.stop()
        assert bench.worker.asked[-1][0] == "live-end"
        assert not bench.worker.terminated

    on_a_bench(work)


def test_an_engine_that_fails_makes_way_for_another_and_in_the_end_it_is_said() -> None:
    async def work(bench: Bench) -> None:
        bench.platform.probe["webgpu"] = None
        await bench.begin()
        first = bench.worker
        first.fail()
        await asyncio.sleep(0.01)
        assert first.terminated
        assert (bench.live.id, bench.live.open) == (2, False)
        for _ in range(3):
            if bench.state.live is None:
                break
            await bench.open()
            if bench.live and bench.live.open:
                bench.worker.fail()
                await asyncio.sleep(0.01)
        assert bench.state.live is None
        assert bench.state.failure is not None

    on_a_bench(work)
