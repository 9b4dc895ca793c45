"""Pictures of the studio in a state: one page for all of them, with a camera that shows a sample photo."""

import contextlib
import io
import json
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, Route, sync_playwright

from build.common.browser import launch
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve
from build.screenshots.states import LIMIT_MS, OF_PAINTINGS, PHOTOS, SAMPLES, STATES

CAMERA_PX = (640, 480)
A_FEW_FRAMES = """async () => {
    for (let frame = 0; frame < 4; frame += 1) await new Promise(requestAnimationFrame);
}"""
ALL_THERE = """() => Promise.all(
    [...document.images].filter(({ loading }) => loading !== 'lazy').map((image) => image.decode()),
)"""


@dataclass(frozen=True)
class Window:
    """A size in CSS pixels, and `light` or `dark`."""

    width: int
    height: int
    scheme: str

    @property
    def name(self) -> str:
        return f"{self.width}x{self.height}-{self.scheme}"


WINDOWS = tuple(
    Window(width, height, scheme)
    for width, height in ((390, 844), (844, 390), (1280, 800), (1920, 1080))
    for scheme in ("light", "dark")
)


def take(
    states: Collection[str], windows: Collection[Window], folder: Path, language: str = "", own_only: bool = False
) -> Iterator[Path]:
    """A PNG for each of the states in each window, yielded as they are written to `folder`.

    `own_only` leaves styles out that are not this project's. All states up to the last one that is asked for are
    brought about, since each follows from the one before.
    """
    left = set(states)
    if unknown := left - STATES.keys():
        raise BuildError(f"there is no state {', '.join(sorted(unknown))}; there are: {', '.join(STATES)}")
    with _studio(language, own_only) as page:
        for number, (name, bring_about) in enumerate(STATES.items(), 1):
            if not left:
                return
            page.set_viewport_size({"width": 1280, "height": 800})
            if bring_about in OF_PAINTINGS and page.locator("#makers").is_hidden():
                print(f"no {name}: the networks of paintings were not at hand when models were built", flush=True)
                continue
            bring_about(page)
            if name not in left:
                continue
            left.remove(name)
            for window in windows:
                path = folder / f"{number:02}-{name}-{window.name}.png"
                _shoot(page, window, path)
                yield path


@contextlib.contextmanager
def _studio(language: str, own_only: bool) -> Iterator[Page]:
    """The page on a first visit, ready, and still."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT, headers=ISOLATION) as site,
        sync_playwright() as playwright,
    ):
        flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        browser = launch(
            playwright.chromium, *flags, f"--use-file-for-fake-video-capture={_film(Path(folder) / 'camera.mjpeg')}"
        )
        try:
            context = browser.new_context(service_workers="block", reduced_motion="reduce")
            page = context.new_page()
            page.set_default_timeout(LIMIT_MS)
            if own_only:
                page.route("**/models/manifest.json", _own_styles)
            page.goto(f"{site}/www/{f'?lang={language}' if language else ''}")
            page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
            yield page
        finally:
            browser.close()


def _own_styles(route: Route) -> None:
    """The manifest without what others have trained."""
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text("utf-8"))
    models = [model for model in manifest["models"] if model["source"].get("own")]
    route.fulfill(body=json.dumps({**manifest, "models": models}), content_type="application/json")


def _shoot(page: Page, window: Window, path: Path) -> None:
    page.set_viewport_size({"width": window.width, "height": window.height})
    page.emulate_media(color_scheme="dark" if window.scheme == "dark" else "light")
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    page.evaluate(ALL_THERE)
    page.evaluate(A_FEW_FRAMES)
    page.screenshot(path=path)


def _film(path: Path) -> Path:
    """A picture of a film for the fake camera, as Motion JPEG."""
    out = io.BytesIO()
    with Image.open(PHOTOS / SAMPLES[0]) as photo:
        photo.convert("RGB").resize(CAMERA_PX).save(out, "JPEG", quality=92)
    path.write_bytes(out.getvalue() * 2)
    return path
