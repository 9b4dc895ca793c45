"""The studio with a page of paper and a painter that inverts: events in, snapshots, pictures and files out."""

import asyncio
import hashlib
import io
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any

from PIL import Image

from app_py.engines.choice import Choice
from app_py.engines.device import EngineInfo
from app_py.engines.painting import PaintedImage
from app_py.errors import AppError, Cancelled
from app_py.pages.studio.controller import Studio
from app_py.pages.studio.settings import NoStore
from app_py.photo.tensors import RgbImage
from app_py.styles.library import Library
from app_py.styles.manifest import ModelSpec
from app_py.styles.vectors import as_array, encode

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
_FILE = {key: ENTRY[key] for key in ("bytes", "sha256")}
MANIFEST = json.dumps(
    {
        "version": 1,
        "models": [
            {**ENTRY, "id": f"{name}-nc8", "style": name, "file": f"{name}-nc8.onnx"} for name in ("waves", "mosaic")
        ],
    }
).encode()


def manifest_with_paintings() -> bytes:
    """The list with a network of paintings and of varied styles, of two numbers each, and two styles of each."""
    networks = [
        {
            **ENTRY,
            "id": "painting",
            "file": "painting.onnx",
            "length": 2,
            "predictor": {**_FILE, "file": "predictor.onnx"},
        },
        {**ENTRY, "id": "varied", "file": "varied.onnx", "length": 2},
    ]
    styles = [
        {"id": f"{network}:{name}", "network": network, "title": name.title(), "vector": encode(as_array(numbers))}
        for network in ("painting", "varied")
        for name, numbers in (("sea", (1.0, 0.0)), ("fire", (0.0, 1.0)))
    ]
    return json.dumps({**json.loads(MANIFEST), "networks": networks, "styles": styles}).encode()


def photo(colour: tuple[int, int, int] = (200, 100, 50), size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


class StudioPage:
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

    def draw(self, canvas: str, image: RgbImage) -> None:
        assert image.shape[2] == 3
        self.drawn[canvas] = image.copy()

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
        self.painted: list[ModelSpec] = []

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
        self.painted.append(model)
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
    """Keeps everything until it is full."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.bytes: dict[str, bytes] = {}
        self.full = False

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

    async def put_all(self, entries: Mapping[str, str | bytes]) -> bool:
        if not self.full:
            self.texts |= {key: value for key, value in entries.items() if isinstance(value, str)}
            self.bytes |= {key: value for key, value in entries.items() if isinstance(value, bytes)}
        return not self.full

    async def keys(self, prefix: str) -> list[str]:
        return sorted(key for key in (*self.texts, *self.bytes) if key.startswith(prefix))

    async def remove_all(self, keys: Sequence[str]) -> None:
        for key in keys:
            await self.remove(key)


class ChosenFile:
    def __init__(self, data: bytes) -> None:
        self.data = data

    async def read(self) -> bytes:
        return self.data


class Visitor:
    """A studio on paper, and the waits that a person would make."""

    def __init__(self, page: StudioPage | None = None, store: MemoryStore | None = None) -> None:
        self.page = page or StudioPage()
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
        await self.until(lambda: self.page.shown.get("state") == state and not self.studio._canvases.is_waiting)


def visit(story: Callable[[Visitor], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        visitor = Visitor()
        await visitor.studio.start()
        await story(visitor)

    asyncio.run(run())


async def paint(visitor: Visitor, colour: tuple[int, int, int] = (200, 100, 50)) -> None:
    visitor.choose(photo(colour))
    visitor.say("paint")
    await visitor.until(lambda: visitor.page.shown["state"] == "done")
    await asyncio.sleep(0.02)
