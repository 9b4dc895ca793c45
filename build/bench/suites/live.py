"""The live camera, with Chromium's fake one: pictures a second, latency, flicker, and what is not the engine."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from build.bench.camera import LIMIT_MS, camera_browser, live_page, write_film
from build.bench.suites import Options, Rows
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

MOST_ROUNDS = 3
SETTLE_MS = 3_000
MEASURED_MS = 4_000
WIDE, SQUARE = (320, 240), (256, 256)
"""The pictures of the camera, which are painted as large as they are."""
SIZES = {WIDE: "384", SQUARE: "256"}
STYLE, PAINTING = "great-wave-nc8", "painting:great-wave"

CONTESTANTS = ((STYLE, "kernels:wasm", 24), (PAINTING, "kernels:wasm", 24), (STYLE, "ort:wasm", 8))
"""Style, engine, and how many pictures a second of 320 x 240 are wanted."""

MOST_FLICKER = 0.1
FLICKER_FRAMES = 25
POLL_MS = 200

Key = tuple[str, str, str]
"""What is measured, its unit, and what is wanted."""

WATCH = """
self.blocks = [];
self.painted = [];
self.flicker = [];
let before = null;
const canvas = new OffscreenCanvas(1, 1);
const pixelsOf = (picture) => {
    Object.assign(canvas, { width: picture.width, height: picture.height });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(picture, 0, 0);
    return context.getImageData(0, 0, picture.width, picture.height);
};
const change = (now, then) => {
    let sum = 0;
    for (let i = 0; i < now.data.length; i++) sum += Math.abs(now.data[i] - then.data[i]);
    return sum;
};
new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) self.blocks.push(duration);
}).observe({ type: 'longtask' });
self.MessageChannel = class extends MessageChannel {
    constructor() {
        super();
        this.port1.addEventListener('message', ({ data }) => {
            if (!data.at) return;
            self.painted.push({ latency: performance.now() - data.at, around: data.ms - data.runMs });
            if (!self.looks) return;
            const now = pixelsOf(data.painting);
            if (before && before.width === now.width) self.flicker.push(change(now, before));
            before = now;
        });
    }
};
"""
FORGET = "() => { self.blocks = []; self.painted = []; }"
FOUND = "() => ({ blocks: self.blocks, painted: self.painted })"
STEADY = """(on) => {
    const box = document.querySelector('#steady');
    if (box.checked !== on) box.click();
}"""
LOOK = "() => { self.looks = true; self.flicker = []; }"
LOOKED = f"() => self.flicker.length >= {FLICKER_FRAMES} ? self.flicker.splice(0).slice(8) : null"


def run(options: Options) -> Rows:
    """Rows of `{what, unit, wanted, median, values}`, a value a visit."""
    values: dict[Key, list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT, headers=ISOLATION) as site,
        sync_playwright() as playwright,
    ):
        wide, square, still = (
            write_film(Path(folder) / f"{name}.mjpeg", size, step)
            for name, size, step in (("wide", WIDE, 1), ("square", SQUARE, 1), ("still", WIDE, 0))
        )
        for _ in range(min(options.runs, MOST_ROUNDS)):
            with camera_browser(playwright, wide) as browser:
                for contestant in CONTESTANTS:
                    _collect(values, _visit(browser, site, WIDE, *contestant))
            with camera_browser(playwright, square) as browser:
                _collect(values, _latency(browser, site))
            with camera_browser(playwright, still) as browser:
                _collect(values, _flicker(browser, site))
    return {"rows": [_row(*what, found) for what, found in values.items()], "size": list(WIDE), "style": STYLE}


def _collect(values: dict[Key, list[float]], measured: Iterator[tuple[Key, float]]) -> None:
    for key, value in measured:
        values.setdefault(key, []).append(value)


def _visit(
    browser: Browser, site: str, size: tuple[int, int], style: str, engine: str, wanted: int
) -> Iterator[tuple[Key, float]]:
    """One visitor with a camera."""
    name = f"{style}, {engine}"
    found = _measure(browser, site, size, style, engine)
    painted = found["painted"]
    yield (f"{name}, painted", "pictures a second", f"at least {wanted}"), len(painted) / MEASURED_MS * 1000
    around = [one["around"] for one in painted]
    yield (f"{name}, around the engine", "ms", "at most 8"), median(around) if around else float("inf")
    yield (f"{name}, longest block", "ms", "0 (under 50 ms)"), max(found["blocks"], default=0.0)


def _latency(browser: Browser, site: str) -> Iterator[tuple[Key, float]]:
    painted = _measure(browser, site, SQUARE, STYLE, "kernels:wasm")["painted"]
    times = [one["latency"] for one in painted]
    yield (
        (f"{STYLE}, kernels:wasm, 256 × 256, from frame to picture", "ms", "at most 60"),
        (median(times) if times else float("inf")),
    )


def _measure(browser: Browser, site: str, size: tuple[int, int], style: str, engine: str) -> dict[str, list[Any]]:
    with live_page(browser, f"{site}/www/?style={style}&engine={engine}", WATCH, SIZES[size]) as page:
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate(FORGET)
        page.wait_for_timeout(MEASURED_MS)
        found: dict[str, list[Any]] = page.evaluate(FOUND)
        return found


def _flicker(browser: Browser, site: str) -> Iterator[tuple[Key, float]]:
    """What is left of the flicker of a still scene: the mean change from painting to painting, with and without."""
    with live_page(browser, f"{site}/www/?style={STYLE}&engine=kernels:wasm", WATCH, SIZES[WIDE]) as page:
        changes = []
        for on in (False, True):
            page.evaluate(STEADY, on)
            page.wait_for_timeout(SETTLE_MS)
            page.evaluate(LOOK)
            changes.append(median(_looked(page)))
    plain, steadied = changes
    yield (f"{STYLE}, still scene, flicker left by Steady", "of 1", f"at most {MOST_FLICKER}"), steadied / plain


def _looked(page: Page) -> list[float]:
    # Not `wait_for_function`, which the page's policy refuses.
    for _ in range(LIMIT_MS // POLL_MS):
        if found := page.evaluate(LOOKED):
            return list(found)
        page.wait_for_timeout(POLL_MS)
    raise BuildError("the page painted too few pictures to tell how much they flicker")


def _row(what: str, unit: str, wanted: str, values: list[float]) -> dict[str, object]:
    digits = 3 if unit == "of 1" else 1
    print(f"{what:<70} {median(values):>8,.{digits}f} {unit} (wanted: {wanted})", flush=True)
    rounded = [round(value, digits) for value in values]
    return {"what": what, "unit": unit, "wanted": wanted, "median": round(median(values), digits), "values": rounded}
