"""ONNX files run in a real Chromium: by the page's own engine worker, or by an old ONNX.js from its npm package."""

import base64
import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, sync_playwright

import app_py.kernels  # noqa: F401 - plans for one of the engines
from app_py.onnxruntime.errors import OrtError
from app_py.onnxruntime.planning import Request, make_plan
from app_py.onnxruntime.platform.interface import Bytes
from build.common.browser import launch, ordinary_user_agent
from build.common.paths import ROOT
from build.common.server import serve
from build.compiler.targets.extract import npm_package, read_member
from build.compiler.targets.target import Target

HARNESS = Path(__file__).parent / "harness"
# WebGPU on the processor, beside WebGL.
WEBGPU_FLAGS = ("--enable-unsafe-webgpu", "--enable-features=Vulkan", "--use-webgpu-adapter=swiftshader")
OLD_FILES = ("onnx.min.js", "onnx-wasm.wasm", "onnx-worker.js")
# What the page's own vendor folder holds; other versions come from npm, for verification only.
PAGE_ONNXJS = "0.1.8"
LIMIT_MS = 240_000

Feeds = Mapping[str, NDArray[Any]]
Outputs = dict[str, NDArray[Any]]


class EngineRefusal(Exception):  # noqa: N818 - the engine's answer
    """The engine in the browser did not run a model; the text is its own message."""


class Browser:
    """A Chromium with a page of ours in it; `run` runs a model on a backend of a target."""

    def __init__(self, page: Page, address: str, scratch: Path, version: str) -> None:
        self.version = version
        self._page = page
        self._address = address
        self._scratch = scratch
        self._files = 0

    def run(self, target: Target, backend: str, model: bytes, runs: Sequence[Feeds]) -> list[Outputs]:
        """The outputs of each run, by name. Raises `EngineRefusal` with the engine's message."""
        engine = _engine(target, backend)
        if "onnxjs" in engine:
            self._provide(target.version)
        loaded, requests = _requests(engine.get("provider", ""), model, runs)
        calls = [
            {"params": params, "urls": [self._publish(buffer) for buffer in buffers]} for params, buffers in requests
        ]
        # A fresh page for each model: engines keep what they cannot free, and a version must not meet another.
        self._page.goto(f"{self._address}/harness/index.html")
        self._page.wait_for_function("'describe' in window")
        arguments = [engine, self._publish(loaded), calls, LIMIT_MS]
        answer = self._page.evaluate("(call) => runModel(...call).then((ok) => ({ ok }), describe)", arguments)
        if "error" in answer:
            raise EngineRefusal(str(answer["error"]).strip())
        return [{output["name"]: _decode(output) for output in outputs} for outputs in answer["ok"]]

    def _publish(self, data: Bytes) -> str:
        """Put bytes where the page can fetch them."""
        self._files += 1
        name = f"{self._files}.bin"
        (self._scratch / name).write_bytes(data.tobytes())
        return f"/{self._scratch.name}/{name}"

    def _provide(self, version: str) -> None:
        folder = self._scratch.parent / f"onnxjs-{version}"
        if not folder.exists():
            folder.mkdir()
            archive = npm_package("onnxjs", version)
            for name in OLD_FILES:
                (folder / name).write_bytes(read_member(archive, f"package/dist/{name}"))


def _engine(target: Target, backend: str) -> dict[str, str]:
    if target.engine == "onnxjs" and target.version != PAGE_ONNXJS:
        return {"onnxjs": target.version, "backend": backend}
    library = "ort" if target.engine == "onnxruntime-web" else target.engine
    return {"provider": f"{library}:{backend}"}


def _requests(provider: str, model: bytes, runs: Sequence[Feeds]) -> tuple[Bytes, list[Request]]:
    """What the engine is given to open, and for each run; `EngineRefusal` where an engine that plans takes it not."""
    try:
        plan = make_plan(provider, model) if provider else None
        if plan is None:
            return np.frombuffer(model, np.uint8), [_feed_all(feeds) for feeds in runs]
        (loaded,) = plan.create()
        return loaded, [next(plan.runs(feeds, 1)) for feeds in runs]
    except OrtError as error:
        raise EngineRefusal(str(error)) from error


def _feed_all(feeds: Feeds) -> Request:
    heads = [{"name": name, "type": str(array.dtype), "dims": list(array.shape)} for name, array in feeds.items()]
    return {"feeds": heads, "outputs": None}, [_bytes_of(array) for array in feeds.values()]


def _bytes_of(array: NDArray[Any]) -> Bytes:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def _decode(output: Mapping[str, Any]) -> NDArray[Any]:
    dtype = {"bool": "uint8"}.get(output["type"], output["type"])
    return np.frombuffer(base64.b64decode(output["base64"]), dtype=dtype).reshape(output["dims"])


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    """Start a server and a Chromium with an ordinary user agent; both end with the context."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), mounts={"/www/": ROOT / "www"}) as address,
        sync_playwright() as playwright,
    ):
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        shutil.copytree(HARNESS, Path(folder) / "harness")
        browser = launch(playwright.chromium, *WEBGPU_FLAGS)
        try:
            context = browser.new_context(user_agent=ordinary_user_agent(browser))
            yield Browser(context.new_page(), address, scratch, browser.version)
        finally:
            browser.close()
