"""The studio with a page of paper and a painter that inverts: events in, snapshots, pictures and files out."""

import asyncio
import contextlib
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app_py.engines.choice import Choice
from app_py.engines.device import EngineInfo
from app_py.engines.painter import PaintedImage
from app_py.errors import AppError, Cancelled, EngineError
from app_py.onnxruntime import engines
from app_py.onnxruntime import platform as platforms
from app_py.pages.studio import controller
from app_py.pages.studio.controller import Studio
from app_py.pages.studio.session_store import KeptPainting, KeptSession, SessionStore
from app_py.pages.studio.settings import SETTINGS_KEY, NoStore
from app_py.pages.studio.state import PaintSettings
from app_py.photo.tensors import RgbImage
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import SILENCE, FakePlatform

MODEL = b"a model"
ENTRY = {
    "style": "waves",
    "title": "Waves",
    "width": 8,
    "padding": "reflect",
    "bytes": len(MODEL),
    "sha256": hashlib.sha256(MODEL).hexdigest(),
    "opset": 7,
    "licence": "CC0-1.0",
}
MANIFEST = json.dumps(
    {
        "version": 1,
        "models": [
            {**ENTRY, "id": f"{name}-nc8", "style": name, "file": f"{name}-nc8.onnx"} for name in ("waves", "mosaic")
        ],
    }
).encode()


def photo(colour: tuple[int, int, int] = (200, 100, 50), size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


class PaperPage:
    """Keeps what it is shown and given."""

    def __init__(self, files: dict[str, bytes] | None = None) -> None:
        self.files = {"manifest.json": MANIFEST, "waves-nc8.onnx": MODEL, "mosaic-nc8.onnx": MODEL, **(files or {})}
        self.shown: dict[str, Any] = {}
        self.drawn: dict[str, RgbImage] = {}
        self.given: list[tuple[str, str, bytes, str]] = []
        self.states: list[str] = []

    def show(self, state: str) -> None:
        self.shown = json.loads(state)
        self.states.append(self.shown["state"])

    def draw(self, canvas: str, rgba: RgbImage) -> None:
        self.drawn[canvas] = rgba.copy()

    def give_file(self, name: str, mime: str, data: bytes, purpose: str = "download") -> None:
        self.given.append((name, mime, data, purpose))

    async def fetch(self, url: str, on_progress: Callable[[int, int], None]) -> bytes:
        name = url.rsplit("/", 1)[-1]
        if name not in self.files:
            raise AppError(f"The server answered 404 for {url}.", code="not-found")
        on_progress(len(self.files[name]), len(self.files[name]))
        return self.files[name]

    async def decode(self, data: bytes) -> RgbImage | None:
        del data
        return None


class InvertingPainter:
    """Stands in for the engines: gives 255 minus the photo, fails or waits when told to."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.stopped = 0
        self.prepared: list[tuple[str, int, str]] = []

    async def engines(self) -> tuple[EngineInfo, ...]:
        return (EngineInfo("ort:wasm", True), EngineInfo("ort:webgpu", False, "This browser has no WebGPU."))

    async def paint_image(
        self,
        image: RgbImage,
        model: ModelSpec,
        engine: str,
        stage: Callable[[str, str, float], None],
        on_progress: Callable[[float], None] | None = None,
    ) -> PaintedImage:
        del engine, on_progress
        stage("paint", "ort:wasm", 100.0)
        stopped = self.stopped
        if self.gate:
            await self.gate.wait()
        if self.stopped > stopped:
            raise Cancelled("Stopped.")
        if self.error:
            raise self.error
        choice = Choice("ort:wasm", model, 100.0, ("WebAssembly is the fastest here.",), ())
        return PaintedImage(image, 255 - image, "ort:wasm", 12.0, choice)

    def prepare(self, model: ModelSpec, pixels: int, engine: str) -> None:
        self.prepared.append((model.id, pixels, engine))

    def stop(self) -> None:
        self.stopped += 1
        if self.gate:
            self.gate.set()
            self.gate = None


class MemoryStore(NoStore):
    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.bytes: dict[str, bytes] = {}

    async def get_bytes(self, key: str) -> bytes | None:
        return self.bytes.get(key)

    async def put_bytes(self, key: str, data: bytes) -> None:
        self.bytes[key] = data

    async def remove(self, key: str) -> None:
        self.texts.pop(key, None)
        self.bytes.pop(key, None)

    async def get(self, key: str) -> str | None:
        return self.texts.get(key)

    async def put(self, key: str, value: str) -> None:
        self.texts[key] = value


class ChosenFile:
    def __init__(self, data: bytes) -> None:
        self.data = data

    async def read(self) -> bytes:
        return self.data


class ReportController:
    """A studio on paper, and the waits that a person would make."""

    def __init__(self, page: PaperPage | None = None, store: MemoryStore | None = None) -> None:
        self.page = page or PaperPage()
        self.painter = InvertingPainter()
        self.store = store or MemoryStore()
        self.studio = Studio(self.page, Library(self.page.fetch), self.painter, self.store)  # type: ignore[arg-type]

    def say(self, kind: str, **rest: Any) -> None:
        self.studio.receive({"type": kind, **rest})

    def choose(self, data: bytes, name: str = "cat.png") -> None:
        self.studio.receive({"type": "photo", "name": name}, ChosenFile(data))

    async def until(self, condition: Callable[[], bool]) -> None:
        for _ in range(400):
            if condition():
                return
            await asyncio.sleep(0.005)
        raise AssertionError(f"waited in vain; the page shows {self.page.shown}")

    async def settle(self, state: str) -> None:
        await self.until(lambda: self.page.shown.get("state") == state and not self.studio._to_show)


def on_a_desk(story: Callable[[ReportController], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        desk = ReportController()
        await desk.studio.start()
        await story(desk)

    asyncio.run(run())


async def paint(desk: ReportController, colour: tuple[int, int, int] = (200, 100, 50)) -> None:
    desk.choose(photo(colour))
    desk.say("paint")
    await desk.until(lambda: desk.page.shown["state"] == "done")
    await asyncio.sleep(0.02)


def test_done_is_said_once_the_painting_is_on_the_canvas() -> None:
    class StrictPage(PaperPage):
        def show(self, state: str) -> None:
            super().show(state)
            assert self.shown["state"] != "done" or (self.drawn["result"][:, :, :3] == self.expected).all()

        expected = (55, 155, 205)

    async def run() -> None:
        desk = ReportController(StrictPage())
        await desk.studio.start()
        await paint(desk)
        StrictPage.expected = (245, 235, 225)
        await paint(desk, (10, 20, 30))
        StrictPage.expected = (55, 155, 205)
        desk.say("undo")
        assert desk.page.shown["state"] == "done"

    asyncio.run(run())


def test_a_photo_becomes_a_painting() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        assert desk.page.drawn["result"].shape == (40, 60, 4)
        assert (desk.page.drawn["result"][:, :, :3] == (55, 155, 205)).all()
        assert (desk.page.drawn["before"][:, :, :3] == (200, 100, 50)).all()
        assert desk.page.shown["result"]["reasons"] == ["WebAssembly is the fastest here."]

    on_a_desk(story)


@pytest.mark.parametrize(("name", "magic"), [("png", b"\x89PNG"), ("jpeg", b"\xff\xd8"), ("webp", b"RIFF")])
def test_saving(name: str, magic: bytes) -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        desk.say("saving", format=name, quality=80)
        desk.say("save", purpose="share")
        ((file_name, mime, data, purpose),) = desk.page.given
        assert file_name == f"cat-waves.{'jpg' if name == 'jpeg' else name}"
        assert (mime, purpose) == (f"image/{name}", "share")
        assert data.startswith(magic)
        assert b"Exif" not in data

    on_a_desk(story)


def test_the_engine_is_made_ready_while_a_person_still_chooses() -> None:
    async def story(desk: ReportController) -> None:
        desk.choose(photo(size=(1000, 500)))
        await desk.until(lambda: desk.painter.prepared != [])
        assert desk.painter.prepared == [(desk.studio._state.paint_settings.style, 512 * 256, "auto")]

    on_a_desk(story)


def test_the_look_applies_without_painting_again() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        desk.painter.error = EngineError("must not be asked")
        del desk.page.drawn["before"]
        for strength in (90, 70, 0):
            desk.say("adjust", strength=strength, keepColours=False)
        await asyncio.sleep(0.05)
        assert "before" not in desk.page.drawn, "the photo is on its canvas already"
        assert (desk.page.drawn["result"][:, :, :3] == (200, 100, 50)).all()
        desk.say("save", purpose="download")
        saved = np.asarray(Image.open(io.BytesIO(desk.page.given[0][2])))
        assert (saved == (200, 100, 50)).all()

    on_a_desk(story)


def test_what_is_shown_is_what_is_saved() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        for strength, keep in ((100, True), (40, True), (40, False), (100, False)):
            desk.say("adjust", strength=strength, keepColours=keep)
            await asyncio.sleep(0.05)
            desk.say("save", purpose="download")
            saved = np.asarray(Image.open(io.BytesIO(desk.page.given[-1][2])))
            assert (saved == desk.page.drawn["result"][:, :, :3]).all()

    on_a_desk(story)


def test_undo_puts_the_older_photo_back_beside_its_painting() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        desk.say("rotate", turns=1)
        await desk.until(lambda: "40 × 60" in desk.page.shown["status"])
        desk.say("paint")
        await desk.settle("done")
        assert desk.page.drawn["before"].shape[:2] == (60, 40)
        desk.say("undo")
        await desk.until(lambda: desk.page.drawn["before"].shape[:2] == (40, 60))

    on_a_desk(story)


def test_turning_and_cutting_make_a_new_photo() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        desk.say("rotate", turns=1)
        await desk.until(lambda: "40 × 60" in desk.page.shown["status"])
        desk.say("crop", box=[0.0, 0.0, 1.0, 0.5])
        await desk.until(lambda: "40 × 30" in desk.page.shown["status"])
        desk.say("uncut")
        await desk.until(lambda: "40 × 60" in desk.page.shown["status"])
        desk.say("crop", box=[0.0, 0.0, 0.01, 0.01])
        await desk.settle("error")
        assert desk.page.shown["error"] == "photo-too-small"
        desk.say("paint")
        await desk.settle("done")

    on_a_desk(story)


@pytest.mark.parametrize("turns", [0, 1])
def test_where_nothing_was_cut_off_the_painting_stays(turns: int) -> None:
    async def story(desk: ReportController) -> None:
        desk.choose(photo())
        await desk.until(lambda: "60 × 40" in desk.page.shown["status"])
        if turns:
            desk.say("rotate", turns=turns)
            await desk.until(lambda: "40 × 60" in desk.page.shown["status"])
        desk.say("paint")
        await desk.settle("done")
        on_show = desk.page.shown["photo"]
        desk.say("uncut")
        assert desk.page.shown["state"] == "done"
        assert desk.page.shown["photo"] == on_show

    on_a_desk(story)


def test_the_whole_photo_is_that_of_the_photo_on_show() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        desk.choose(photo((1, 2, 3), (90, 50)), "dog.png")
        await desk.until(lambda: "90 × 50" in desk.page.shown["status"])
        desk.say("undo")
        desk.say("crop", box=[0.0, 0.0, 1.0, 0.5])
        await desk.until(lambda: "60 × 20" in desk.page.shown["status"])
        desk.say("uncut")
        await desk.until(lambda: "cat.png, 60 × 40" in desk.page.shown["status"])
        assert (desk.page.drawn["before"][:, :, :3] == (200, 100, 50)).all()

    on_a_desk(story)


def test_a_small_painting_does_not_blur_the_photo_beside_it() -> None:
    async def story(desk: ReportController) -> None:
        desk.say("setting", field="size", value="128")
        desk.choose(photo(size=(600, 400)))
        desk.say("paint")
        await desk.settle("done")
        assert desk.page.drawn["result"].shape[:2] == (85, 128)
        assert desk.page.drawn["before"].shape[:2] == (400, 600)

    on_a_desk(story)


def test_a_painting_finer_than_the_screen_has_its_photo_as_fine_beside_it() -> None:
    async def story(desk: ReportController) -> None:
        desk.say("setting", field="size", value="original")
        desk.choose(photo(size=(1100, 80)))
        desk.say("paint")
        await desk.settle("done")
        assert desk.page.drawn["before"].shape == desk.page.drawn["result"].shape == (80, 1100, 4)
        desk.say("undo")
        await desk.until(lambda: desk.page.drawn["before"].shape[1] == 1024)

    on_a_desk(story)


def test_undo_shows_the_painting_before() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        await paint(desk, (10, 20, 30))
        desk.say("undo")
        await asyncio.sleep(0.05)
        assert (desk.page.drawn["result"][:, :, :3] == (55, 155, 205)).all()
        desk.say("redo")
        await asyncio.sleep(0.05)
        assert (desk.page.drawn["result"][:, :, :3] == (245, 235, 225)).all()

    on_a_desk(story)


def test_every_style_is_tried_on_the_photo() -> None:
    async def story(desk: ReportController) -> None:
        desk.choose(photo())
        await desk.until(lambda: desk.page.shown["canTryAll"])
        desk.say("sheet", models=["waves-nc8", "mosaic-nc8"])
        await desk.until(lambda: "every style: choose" in desk.page.shown["status"])
        for tile in ("tile-waves-nc8", "tile-mosaic-nc8"):
            assert desk.page.drawn[tile].shape == (40, 60, 4)
            assert (desk.page.drawn[tile][:, :, :3] == (55, 155, 205)).all()

    on_a_desk(story)


def test_a_small_painting_becomes_the_picture_at_once() -> None:
    async def story(desk: ReportController) -> None:
        desk.choose(photo(size=(600, 400)))
        await desk.until(lambda: desk.page.shown["canTryAll"])
        desk.say("sheet", models=["waves-nc8", "mosaic-nc8"])
        await desk.until(lambda: "every style: choose" in desk.page.shown["status"])
        desk.painter.gate = asyncio.Event()
        desk.say("setting", field="style", value="mosaic-nc8")
        assert desk.page.shown["preview"]
        assert desk.page.drawn["result"].shape == (160, 240, 4)
        desk.painter.gate.set()
        await desk.settle("done")
        assert desk.page.drawn["result"].shape == (341, 512, 4)

    on_a_desk(story)


def test_photo_and_painting_in_one_picture() -> None:
    async def story(desk: ReportController) -> None:
        await paint(desk)
        desk.say("save-both")
        ((name, _, data, _),) = desk.page.given
        assert name == "cat-waves-before-and-after.png"
        both = np.asarray(Image.open(io.BytesIO(data)))
        assert both.shape == (40, 122, 3)
        assert both[5, 5].tolist() == [200, 100, 50]
        assert both[5, -5].tolist() == [55, 155, 205]

    on_a_desk(story)


def test_a_large_painting_is_saved_and_not_shown() -> None:
    async def story(desk: ReportController) -> None:
        desk.choose(photo(size=(900, 600)))
        desk.say("paint")
        await desk.settle("done")
        desk.say("paint-large")
        await desk.until(lambda: bool(desk.page.given))
        ((name, _, data, _),) = desk.page.given
        assert name == "cat-waves.png"
        assert Image.open(io.BytesIO(data)).size == (900, 600)
        assert desk.page.drawn["result"].shape == (341, 512, 4)
        await desk.settle("done")

    on_a_desk(story)


def test_cancel_ends_the_engine_and_late_results_are_dropped() -> None:
    async def story(desk: ReportController) -> None:
        desk.painter.gate = asyncio.Event()
        desk.choose(photo())
        desk.say("paint")
        await desk.until(lambda: "Painting" in desk.page.shown["status"])
        desk.say("cancel")
        assert desk.painter.stopped == 1
        assert desk.page.shown["state"] == "ready"
        await asyncio.sleep(0.05)
        assert desk.page.shown["state"] == "ready"
        assert "result" not in desk.page.drawn

    on_a_desk(story)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EngineError("The engine broke.", code="engine-died"), "engine-died"),
        (MemoryError(), "out-of-memory"),
        (ZeroDivisionError("a defect of ours"), "internal"),
    ],
)
def test_whatever_the_painter_throws_becomes_a_sentence(error: Exception, code: str) -> None:
    async def story(desk: ReportController) -> None:
        desk.painter.error = error
        desk.choose(photo())
        desk.say("paint")
        await desk.settle("error")
        assert desk.page.shown["error"] == code
        assert "Traceback" not in desk.page.shown["status"]
        desk.painter.error = None
        desk.say("paint")
        await desk.settle("done")

    on_a_desk(story)


def test_a_photo_address_that_leads_nowhere() -> None:
    async def story(desk: ReportController) -> None:
        desk.say("photo", name="gone.jpg", url="http://here/gone.jpg")
        await desk.settle("error")
        assert desk.page.shown["error"] == "photo-not-found"

    on_a_desk(story)


@pytest.mark.parametrize(
    ("files", "code"),
    [({"waves-nc8.onnx": MODEL[:-1]}, "model-damaged"), ({"waves-nc8.onnx": MODEL[::-1]}, "model-damaged")],
)
def test_a_model_that_is_not_the_one_promised(files: dict[str, bytes], code: str) -> None:
    async def run() -> None:
        desk = ReportController(PaperPage(files))
        await desk.studio.start()
        desk.choose(photo())
        desk.say("paint")
        await desk.settle("error")
        assert desk.page.shown["error"] == code
        desk.say("setting", field="style", value="mosaic-nc8")
        desk.say("paint")
        await desk.settle("done")

    asyncio.run(run())


def test_settings_are_remembered_for_the_next_visit() -> None:
    async def run() -> None:
        store = MemoryStore()
        first = ReportController(store=store)
        await first.studio.start()
        assert first.page.shown["welcome"]
        first.say("welcomed")
        first.say("setting", field="style", value="mosaic-nc8")
        first.say("adjust", strength=30, keepColours=True)
        await first.until(lambda: bool(store.texts))

        second = ReportController(store=store)
        await second.studio.start()
        assert second.page.shown["style"] == "mosaic-nc8"
        assert second.page.shown["strength"] == 30
        assert second.page.shown["keepColours"]
        assert not second.page.shown["welcome"]

    asyncio.run(run())


def test_a_broken_manifest_is_shown() -> None:
    async def run() -> None:
        desk = ReportController(PaperPage({"manifest.json": b"{"}))
        await desk.studio.start()
        assert desk.page.shown["error"] == "manifest-invalid"

    asyncio.run(run())


def test_an_unknown_message_is_a_defect() -> None:
    async def story(desk: ReportController) -> None:
        with pytest.raises(ValueError, match="unknown message"):
            desk.say("dance")

    on_a_desk(story)


@pytest.mark.parametrize("code", ["drop-empty", "paste-empty", "photo-foreign", "camera-refused", "copy-refused"])
def test_what_the_page_itself_could_not_do_is_said(code: str) -> None:
    async def story(desk: ReportController) -> None:
        desk.say("fail", code=code)
        assert desk.page.shown["error"] == code
        assert desk.page.shown["status"].endswith(".")

    on_a_desk(story)


def enqueue(desk: ReportController, *files: tuple[str, bytes]) -> None:
    for number, (name, data) in enumerate(files, 1):
        message = {"type": "queue-photo", "number": number, "name": name, "first": number == 1}
        desk.studio.receive(message, ChosenFile(data))


def test_several_photos_are_painted_and_saved_as_one_zip() -> None:
    async def story(desk: ReportController) -> None:
        enqueue(desk, ("a.png", photo()), ("b.png", b"not a picture"), ("a.png", photo((10, 20, 30), (90, 60))))
        await desk.until(lambda: desk.page.shown["photo"] is not None)
        assert [item["name"] for item in desk.page.shown["queue"]] == ["a.png", "b.png", "a.png"]
        desk.say("paint-queue")
        assert desk.page.shown["state"] == "running"
        await desk.until(lambda: desk.page.shown["canSaveQueue"])
        assert [item["state"] for item in desk.page.shown["queue"]] == ["done", "failed", "done"]
        assert "1 could not be painted: b.png." in desk.page.shown["status"]
        assert (desk.page.drawn["queue-3"][:, :, :3] == (245, 235, 225)).all()
        desk.say("save-queue", **{"as": "zip"})
        ((name, mime, data, _),) = desk.page.given
        assert (name, mime) == ("paintings.zip", "application/zip")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.namelist() == ["a-waves.png", "a-waves-2.png"]
            assert Image.open(io.BytesIO(archive.read("a-waves-2.png"))).size == (90, 60)
        desk.say("save-queue", **{"as": "files"})
        assert [given[0] for given in desk.page.given[1:]] == ["a-waves.png", "a-waves-2.png"]
        # In another style all of them are painted again, in the same one none.
        desk.say("paint-queue")
        assert "All of them are painted" not in desk.page.shown["status"]

    on_a_desk(story)


def test_stopping_keeps_what_several_photos_have_become_so_far() -> None:
    class HoldingPage(PaperPage):
        def draw(self, canvas: str, rgba: RgbImage) -> None:
            super().draw(canvas, rgba)
            if canvas == "queue-1":
                desk.painter.gate = asyncio.Event()

    desk = ReportController(HoldingPage())

    async def story() -> None:
        await desk.studio.start()
        enqueue(desk, ("a.png", photo()), ("b.png", photo()))
        desk.say("paint-queue")
        await desk.until(lambda: desk.page.shown["queue"][0]["state"] == "done")
        desk.say("cancel")
        await asyncio.sleep(0.02)
        assert [item["state"] for item in desk.page.shown["queue"]] == ["done", "waiting"]
        assert desk.page.shown["canSaveQueue"]
        desk.say("paint-queue")
        await desk.until(lambda: all(item["state"] == "done" for item in desk.page.shown["queue"]))
        desk.say("paint-queue")
        assert "All of them are painted" in desk.page.shown["status"]
        desk.say("open-queued", number=2, name="b.png")
        await desk.until(lambda: "b.png, 60" in desk.page.shown["status"])

    asyncio.run(story())


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session is kept as soon as it changes."""
    monkeypatch.setattr(controller, "KEEP_S", 0)


@pytest.mark.usefixtures("at_once")
def test_photo_and_paintings_come_back_on_the_next_visit() -> None:
    async def run() -> None:
        first = ReportController()
        await first.studio.start()
        await paint(first)
        first.say("setting", field="style", value="mosaic-nc8")
        await first.settle("done")
        assert first.page.shown["unsaved"]
        first.say("save", purpose="download")
        assert not first.page.shown["unsaved"]
        await first.until(lambda: first.page.shown["kept"] == 2)
        await first.store.put(SETTINGS_KEY, "{}")

        second = ReportController(store=first.store)
        await second.studio.start()
        assert second.page.shown["canRestore"]
        second.say("restore")
        await second.settle("done")
        assert "Your last photo is back" in second.page.shown["status"]
        assert second.page.shown["style"] == "mosaic-nc8"
        assert (second.page.drawn["result"] == first.page.drawn["result"]).all()
        assert (second.page.drawn["before"] == first.page.drawn["before"]).all()
        second.say("undo")
        await second.settle("done")
        assert second.page.shown["style"] == "waves-nc8"
        second.say("forget-session")
        await second.until(lambda: second.page.shown["kept"] is None)
        assert not [key for key in (*second.store.texts, *second.store.bytes) if key.startswith("session")]

    asyncio.run(run())


@pytest.mark.usefixtures("at_once")
def test_what_was_turned_comes_back_turned() -> None:
    async def run() -> None:
        first = ReportController()
        await first.studio.start()
        first.choose(photo(size=(60, 40)))
        await first.until(lambda: first.page.shown["photo"] is not None)
        first.say("rotate", turns=1)
        await first.until(lambda: "40 × 60" in first.page.shown["status"] and "session-1" in first.store.texts)
        await asyncio.sleep(0.02)
        await first.store.put(SETTINGS_KEY, "{}")
        second = ReportController(store=first.store)
        await second.studio.start()
        second.say("restore")
        await second.until(lambda: second.page.shown["photo"] is not None)
        assert second.page.drawn["before"].shape == (60, 40, 4)
        assert second.page.shown["state"] == "ready"

    asyncio.run(run())


def test_a_photo_that_was_chosen_meanwhile_stays() -> None:
    async def run() -> None:
        store = MemoryStore()
        session = KeptSession("old.png", photo((1, 2, 3)), (), painted=False)
        await SessionStore(store).keep(session)
        await store.put(SETTINGS_KEY, "{}")
        desk = ReportController(store=store)
        await desk.studio.start()
        desk.say("restore")
        desk.choose(photo(), "new.png")
        await desk.until(lambda: "new.png" in desk.page.shown["status"] and desk.page.shown["photo"] is not None)
        await asyncio.sleep(0.02)
        assert "new.png" in desk.page.shown["status"]

    asyncio.run(run())


@pytest.mark.parametrize("harm", ["{", "[]", '{"name": "a"}', '{"name": "a", "painted": true, "paintings": [{}]}'])
def test_a_session_that_cannot_be_used_is_none(harm: str) -> None:
    async def run() -> None:
        store = MemoryStore()
        await SessionStore(store).keep(KeptSession("a.png", photo(), (), painted=False))
        store.texts["session-1"] = harm
        assert await SessionStore(store).read() is None

    asyncio.run(run())


def test_a_session_is_bounded() -> None:
    async def run() -> None:
        store = MemoryStore()
        sessions = SessionStore(store)
        image = np.zeros((2000, 2000, 3), np.uint8)
        paintings = tuple(KeptPainting(PaintSettings(f"style-{n}"), "ort:wasm", 1.0, (), image) for n in range(4))
        await sessions.keep(KeptSession("a.png", photo(), paintings, painted=True))
        kept = await SessionStore(store).read()
        assert kept is not None
        assert [painting.settings.style for painting in kept.paintings] == ["style-2", "style-3"]
        await sessions.keep(KeptSession("a.png", photo(), paintings[:1], painted=True))
        assert len(store.bytes) == 2, "the photo and one painting"
        await sessions.keep(KeptSession("a.png", bytes(30_000_001), (), painted=False))
        assert not store.bytes

    asyncio.run(run())


def test_until_a_session_is_written_whole_the_one_before_stays() -> None:
    class Closing(MemoryStore):
        """The page is closed before this write."""

        def __init__(self, until: int) -> None:
            super().__init__()
            self.left = until

        async def put_bytes(self, key: str, data: bytes) -> None:
            self.left -= 1
            if self.left < 0:
                raise asyncio.CancelledError
            await super().put_bytes(key, data)

    async def run() -> None:
        image = np.zeros((8, 8, 3), np.uint8)
        for writes in (2, 3):
            store = Closing(writes)
            sessions = SessionStore(store)
            first = KeptPainting(PaintSettings("first"), "ort:wasm", 1.0, (), image)
            await sessions.keep(KeptSession("a.png", photo(), (first,), painted=True))
            with contextlib.suppress(asyncio.CancelledError):
                second = replace(first, image=image + 1)
                await sessions.keep(KeptSession("b.png", photo((1, 1, 1)), (second,), painted=True))
            kept = await SessionStore(store).read()
            assert kept is not None
            assert (kept.name, int(kept.paintings[0].image.max())) == ("a.png", 0)

    asyncio.run(run())


def test_stop_ends_the_trial_of_a_model_and_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = FakePlatform()
    monkeypatch.setattr(platforms, "current", lambda: platform)
    for engine in engines.ENGINES:
        platform.troubles[engine.id, "create"] = [SILENCE]

    async def story() -> None:
        desk = ReportController()
        await desk.studio.start()
        desk.studio.receive({"type": "model", "name": "endless.onnx"}, ChosenFile(onnx_bytes.model()))
        await desk.until(lambda: bool(platform.workers))
        assert "endless.onnx" in desk.page.shown["status"]
        assert desk.page.shown["canCancel"]
        desk.say("cancel")
        await desk.until(lambda: platform.workers[0].terminated)
        assert (desk.page.shown["state"], desk.page.shown["canCancel"]) == ("ready", False)

    asyncio.run(story())


def test_settings_that_nobody_can_read_are_set_aside_and_the_page_goes_on() -> None:
    async def story() -> None:
        store = MemoryStore()
        store.texts[SETTINGS_KEY] = "[" * 100_000
        desk = ReportController(store=store)
        await desk.studio.start()
        assert desk.page.shown["state"] == "ready"
        assert store.texts[f"damaged/{SETTINGS_KEY}"] == "[" * 100_000

    asyncio.run(story())
