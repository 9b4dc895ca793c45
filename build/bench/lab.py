"""A headless Chromium with a bare page in it, in which engines are opened and run one at a time."""

import base64
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from app_py.kernels.plan import KernelPlan
from app_py.onnxruntime.planning import Plan, Request, make_plan
from app_py.onnxruntime.platform.interface import Bytes
from app_py.photo.edit import middle_square
from build.common.browser import launch, ordinary_user_agent
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

SCRATCH = ROOT / ".cache" / "bench"
PHOTO = ROOT / "www" / "photos" / "pagoda.jpg"
HOST = "/build/bench/host.html"
KERNELS = "**/vendor/kernels/*.wasm"
OPEN_LIMIT_MS = 180_000

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Entry:
    """A contestant in the browser: `model` is a file of the project; `script` an ONNX.js of the predecessor's time.

    `kernels` stands in for the compiled kernels of the project.
    """

    name: str
    model: Path
    provider: str
    threads: int | None = None
    script: Path | None = None
    kernels: bytes | None = None


class Lab:
    """The open page. Addresses are relative to the project's root."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self.browser = browser
        self._page = page
        self._opened: dict[str, _Opened] = {}

    def open(self, entry: Entry) -> float:
        """Open a contestant, anew if it is open; returns the milliseconds. `BuildError` with the engine's words."""
        plan = make_plan(entry.provider, entry.model.read_bytes()) if entry.provider else None
        model = entry.model if plan is None else _keep(f"{entry.model.stem}-{_slug(entry.name)}.plan", plan.create()[0])
        wanted = {
            "name": entry.name,
            "model": _address(model),
            "provider": entry.provider,
            "threads": entry.threads,
            "script": None if entry.script is None else _address(entry.script),
        }
        with self._serving(entry.kernels):
            told = self._call("open", wanted)
        self._opened[entry.name] = _Opened(entry.model, plan, int(told["threads"]), list(told["inputs"]))
        return float(told["ms"])

    def replan(self, opened: str, name: str, picture: Path, side: int) -> None:
        """Let `run(name, ...)` run what is open as `opened`, with a program for this picture that is made anew, now."""
        there = self._opened[opened]
        fresh = replace(there, plan=KernelPlan(there.model.read_bytes()), requests={})
        request = fresh.request(name, picture, side)
        self._opened[name] = replace(there, requests={picture: {**request, "name": opened}})

    @contextlib.contextmanager
    def _serving(self, kernels: bytes | None) -> Iterator[None]:
        """Meanwhile every request for the kernels is answered with these."""
        if kernels is None:
            yield
            return
        self._page.route(KERNELS, lambda route: route.fulfill(body=kernels, content_type="application/wasm"))
        yield
        self._page.unroute(KERNELS)

    def run(self, name: str, picture: Path, side: int, style: Floats | None = None) -> float:
        """One run on a file of float32 planes; returns the engine's milliseconds, reading back included.

        `style` is a vector for a network that takes one.
        """
        return float(self._call("run", self._opened[name].request(name, picture, side, style)))

    def paint(self, name: str, picture: Path, height: int, width: int) -> float:
        """As `run`, on a file of uint8 `[height, width, 3]`, for an engine that takes bytes."""
        return float(self._call("run", self._opened[name].pixels(name, picture, height, width)))

    def output(self, name: str) -> Floats:
        """The last run's output, flat float32."""
        return np.frombuffer(self.output_bytes(name), np.float32)

    def output_bytes(self, name: str) -> bytes:
        """The last run's output as it came."""
        return base64.b64decode(str(self._call("output", name)))

    def close(self, name: str) -> None:
        self._call("close", name)

    def peak_bytes(self) -> int:
        """As the function of that name, of this page."""
        return peak_bytes(self.browser)

    def _call(self, method: str, argument: object) -> Any:
        try:
            return self._page.evaluate(f"argument => bench.{method}(argument)", argument)
        except PlaywrightError as error:
            raise BuildError(f"the browser said: {error.message.splitlines()[0]}") from error


@contextlib.contextmanager
def open_lab(*extra_flags: str) -> Iterator[Lab]:
    """Start a server, a browser and the page; the page is cross-origin isolated and has an ordinary user agent."""
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium, *extra_flags)
        try:
            context = browser.new_context(user_agent=ordinary_user_agent(browser))
            page = context.new_page()
            page.set_default_timeout(OPEN_LIMIT_MS)
            page.goto(f"{site}{HOST}")
            yield Lab(browser, page)
        finally:
            browser.close()


def peak_bytes(browser: Browser) -> int:
    """The most memory that a page's process has held (VmHWM of proc(5)): of the largest in the browser."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    return max(_peak_bytes(process["id"]) for process in processes if process["type"] == "renderer")


def write_picture(side: int) -> tuple[Path, Floats]:
    """The sample photo as float32 `[1,3,side,side]`, 0..255: the file that the page fetches, and the array."""
    with Image.open(PHOTO) as photo:
        square = Image.fromarray(middle_square(np.asarray(photo.convert("RGB"))))
    picture: Floats = np.asarray(square.resize((side, side), Image.Resampling.LANCZOS), np.float32)
    planes = np.ascontiguousarray(picture.transpose(2, 0, 1)[None])
    SCRATCH.mkdir(parents=True, exist_ok=True)
    path = SCRATCH / f"picture-{side}.f32"
    path.write_bytes(planes.tobytes())
    return path, planes


@dataclass
class _Opened:
    """A contestant that is open, and the requests that it was given already, for pictures by their files."""

    model: Path
    plan: Plan | None
    threads: int
    inputs: list[str]
    requests: dict[Path, dict[str, Any]] = field(default_factory=dict)

    def request(self, name: str, picture: Path, side: int, style: Floats | None = None) -> dict[str, Any]:
        if picture not in self.requests:
            feeds = {} if style is None else {"style": style.reshape(1, -1).astype(np.float32)}
            planes = np.fromfile(picture, np.float32).reshape(1, -1, side, side)
            if self.plan is None:
                # The picture comes last, as in a program's buffers.
                arrays = {**feeds, self.inputs[0]: planes}
                heads = [{"name": key, "type": "float32", "dims": list(array.shape)} for key, array in arrays.items()]
                buffers = [array.reshape(-1).view(np.uint8) for array in arrays.values()]
                request: Request = ({"feeds": heads, "outputs": None}, buffers)
            else:
                request = next(self.plan.runs({"input": planes, **feeds}, self.threads))
            self.requests[picture] = _addressed(name, self.model, picture, request)
        return self.requests[picture]

    def pixels(self, name: str, picture: Path, height: int, width: int) -> dict[str, Any]:
        if self.plan is None:
            raise BuildError(f"{name} takes no bytes")
        if picture not in self.requests:
            image = np.fromfile(picture, np.uint8).reshape(height, width, 3)
            request = next(self.plan.pixel_runs(image, {}, self.threads, unit_range=False))
            self.requests[picture] = _addressed(name, self.model, picture, request)
        return self.requests[picture]


def _addressed(name: str, model: Path, picture: Path, request: Request) -> dict[str, Any]:
    """A request whose buffers are files; the picture, which is the last, is one already."""
    params, buffers = request
    # The page keeps what it fetched: what differs needs a name of its own.
    stem = f"{model.stem}-{_slug(name)}-{picture.stem}"
    files = [_keep(f"{stem}-{i}.bin", buffer) for i, buffer in enumerate(buffers[:-1])]
    return {"name": name, "params": params, "urls": [_address(path) for path in (*files, picture)]}


def _keep(name: str, data: Bytes) -> Path:
    SCRATCH.mkdir(parents=True, exist_ok=True)
    path = SCRATCH / name
    path.write_bytes(data.tobytes())
    return path


def _slug(name: str) -> str:
    return re.sub(r"\W+", "-", name)


def _address(path: Path) -> str:
    try:
        return "/" + path.resolve().relative_to(ROOT).as_posix()
    except ValueError as error:
        raise BuildError(f"{path} lies outside the project, which is all that the page can read") from error


def _peak_bytes(process: int) -> int:
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0)
