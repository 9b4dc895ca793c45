"""The page itself with the engine of our own: from the button to the painting, and the memory of a large photo."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from build.bench.lab import PHOTO, peak_bytes
from build.common.browser import launch
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

LIMIT_MS = 180_000
ENGINE = "kernels:wasm"

RESULT = """() => {
    const { width, height } = document.querySelector('#result');
    return [width, height];
}"""
PAINT = """() => new Promise((resolve, reject) => {
    const status = document.querySelector('#status');
    const started = performance.now();
    new MutationObserver((_, observer) => {
        const { state } = status.dataset;
        if (state !== 'done' && state !== 'error') return;
        observer.disconnect();
        state === 'done' ? resolve(performance.now() - started) : reject(new Error(status.textContent));
    }).observe(status, { attributes: true });
    document.querySelector('#run').click();
})"""


@dataclass(frozen=True)
class LargePainting:
    """Milliseconds from the button to the painting, and the bytes that the page's process held more than before."""

    ms: float
    peak_bytes: int
    size: tuple[int, int]


@contextlib.contextmanager
def open_studio(model: str, size: str) -> Iterator["Studio"]:
    """A fresh browser with the page in it, ready to paint with the engine of our own."""
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            page = browser.new_context(service_workers="block").new_page()
            page.set_default_timeout(LIMIT_MS)
            page.goto(f"{site}/www/?style={model}&size={size}&engine={ENGINE}")
            _wait(page, "ready")
            yield Studio(browser, page)
        finally:
            browser.close()


class Studio:
    """The open page."""

    def __init__(self, browser: Browser, page: Page) -> None:
        self._browser = browser
        self._page = page

    def paint(self, photo: bytes) -> float:
        """Open a photo and press the button; milliseconds from there to the painting."""
        self._page.set_input_files("#photo", {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": photo})
        _wait(self._page, "ready")
        self._page.wait_for_selector("#frame:not([data-empty]) canvas")
        return float(self._page.evaluate(PAINT))

    def paint_large(self, photo: bytes) -> LargePainting:
        """The same, with the memory that it takes."""
        empty = peak_bytes(self._browser)
        ms = self.paint(photo)
        width, height = self._page.evaluate(
            "() => { const c = document.querySelector('#result'); return [c.width, c.height]; }"
        )
        return LargePainting(ms, peak_bytes(self._browser) - empty, (int(height), int(width)))


def photo_of(width: int, height: int, shade: int = 0) -> bytes:
    """The sample photo as a JPEG of that size; another `shade`, other bytes."""
    out = io.BytesIO()
    with Image.open(PHOTO) as photo:
        resized = photo.convert("RGB").resize((width, height))
        resized.putpixel((0, 0), (shade, shade, shade))
        resized.save(out, "JPEG", quality=90)
    return out.getvalue()


def _wait(page: Page, state: str) -> None:
    page.wait_for_selector(f"#status[data-state={state}]")
