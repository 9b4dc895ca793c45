"""Chromium with a fake camera that plays a film, and the studio's page painting it live."""

import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page, Playwright

from build.bench.lab import PHOTO
from build.common.browser import launch

LIMIT_MS = 180_000
FLAGS = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
FRAMES = 30
SENSOR_SIGMA = 3.0

# The list of sizes may be folded away.
CHOOSE_SIZE = """(size) => {
    const select = document.querySelector('#size');
    select.value = size;
    select.dispatchEvent(new Event('change', { bubbles: true }));
}"""


def write_film(path: Path, size: tuple[int, int], step: int) -> Path:
    """A photo that moves to the left by `step` pixels a frame, with a sensor's noise, as Motion JPEG.

    Args:
        size: width and height.
    """
    width, height = size
    rng = np.random.default_rng(1)
    with Image.open(PHOTO) as photo:
        pixels = np.asarray(photo.convert("RGB").resize((width + FRAMES * step, height))).astype(float)
    with path.open("wb") as film:
        for index in range(FRAMES):
            seen = pixels[:, index * step : index * step + width] + rng.normal(0, SENSOR_SIGMA, (height, width, 3))
            out = io.BytesIO()
            Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=95)
            film.write(out.getvalue())
    return path


@contextlib.contextmanager
def camera_browser(playwright: Playwright, film: Path) -> Iterator[Browser]:
    """A browser whose camera shows a film, again and again."""
    browser = launch(playwright.chromium, *FLAGS, f"--use-file-for-fake-video-capture={film}")
    try:
        yield browser
    finally:
        browser.close()


@contextlib.contextmanager
def live_page(browser: Browser, address: str, script: str, size: str) -> Iterator[Page]:
    """The page at an address, its camera on and painted with `size` as the longest side; `script` runs before it."""
    context = browser.new_context(service_workers="block")
    context.add_init_script(script)
    page = context.new_page()
    try:
        page.goto(address)
        page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
        page.click("#live")
        page.wait_for_selector("#status[data-state=live]", timeout=LIMIT_MS)
        page.evaluate(CHOOSE_SIZE, size)
        yield page
    finally:
        context.close()
