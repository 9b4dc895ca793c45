"""A headless Chromium with a bare page in it, in which engines are opened and run one at a time."""

import base64
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from app_py.photo.edit import middle_square
from build.common.browser import launch, ordinary_user_agent
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

SCRATCH = ROOT / ".cache" / "bench"
PHOTO = ROOT / "www" / "photos" / "pagoda.jpg"
HOST = "/build/bench/host.html"
OPEN_LIMIT_MS = 180_000

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Entry:
    """A contestant in the browser: `model` is a file of the project; `script` an ONNX.js of the predecessor's time."""

    name: str
    model: Path
    provider: str
    threads: int | None = None
    script: Path | None = None


class Lab:
    """The open page. Addresses are relative to the project's root."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self.browser = browser
        self._page = page

    def open(self, entry: Entry) -> float:
        """Open a contestant, anew if it is open; returns the milliseconds. `BuildError` with the engine's words."""
        wanted = {
            "name": entry.name,
            "model": _address(entry.model),
            "provider": entry.provider,
            "threads": entry.threads,
            "script": None if entry.script is None else _address(entry.script),
        }
        return float(self._call("open", wanted))

    def run(self, name: str, picture: Path, side: int, style: Floats | None = None) -> float:
        """One run on a file of float32 planes; returns the engine's milliseconds, reading back included.

        `style` is a vector for a network that takes one.
        """
        numbers = None if style is None else style.ravel().tolist()
        return float(self._call("run", {"name": name, "input": _address(picture), "side": side, "style": numbers}))

    def output(self, name: str) -> Floats:
        """The last run's output, flat float32."""
        return np.frombuffer(base64.b64decode(str(self._call("output", name))), np.float32)

    def close(self, name: str) -> None:
        self._call("close", name)

    def peak_bytes(self) -> int:
        """The most memory that the page's process has held (VmHWM of proc(5))."""
        session = self.browser.new_browser_cdp_session()
        processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return max(_peak_bytes(process["id"]) for process in processes if process["type"] == "renderer")

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
