"""Whether choosing is painting: from a tap on a style to its picture, and a strip of a hundred styles that slides."""

import io
import itertools
import json
from collections.abc import Iterator
from statistics import median
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, Route, ViewportSize, sync_playwright

from build.bench.lab import PHOTO
from build.bench.suites import Options, Rows
from build.common.browser import launch
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

MOST_ROUNDS = 5
LIMIT_MS = 180_000
SIZE = 512
CARDS = 100
PHONE: ViewportSize = {"width": 390, "height": 844}
SLIDES_MS = 4_000
ENGINES = ("kernels:wasm", "ort:wasm")

WATCH = """
self.blocks = [];
new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) self.blocks.push([startTime, duration]);
}).observe({ type: 'longtask', buffered: true });
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    put.apply(this, given);
    if (this.canvas.id === 'result') requestAnimationFrame(() => self.shown?.(performance.now()));
};
"""

WANTED = {"block": "0 (under 50 ms)", "style to picture": "at most 80"}

CHOOSE = """(style) => new Promise((resolve) => {
    const begun = performance.now();
    self.shown = (at) => {
        self.shown = undefined;
        resolve(at - begun);
    };
    document.querySelector(`#styles button[data-style="${style}"]`).click();
})"""
"""Milliseconds from a click on a style to the frame that has its picture."""

SET_ENGINE = """(engine) => {
    const select = document.getElementById('engine');
    select.value = engine;
    select.dispatchEvent(new Event('change', { bubbles: true }));
}"""

SLIDE = """(lasts) => new Promise((resolve) => {
    const strip = document.getElementById('styles');
    const begun = performance.now();
    self.blocks = [];
    const move = () => {
        const part = (performance.now() - begun) / lasts;
        if (part > 2) return setTimeout(() => resolve(self.blocks.map(([, duration]) => duration)), 300);
        strip.scrollLeft = (1 - Math.abs(1 - part)) * (strip.scrollWidth - strip.clientWidth);
        requestAnimationFrame(move);
    };
    move();
})"""
"""The long tasks while the strip slides to its end and back."""


def run(options: Options) -> Rows:
    """Rows of `{what, unit, wanted, median, values}`."""
    values: dict[str, list[float]] = {}
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            for _ in range(min(options.runs, MOST_ROUNDS)):
                for what, value in itertools.chain(_choices(browser, site), _strip(browser, site)):
                    values.setdefault(what, []).append(value)
        finally:
            browser.close()
    return {"rows": [_row(what, found) for what, found in values.items()], "size": SIZE, "cards": CARDS}


def _choices(browser: Browser, site: str) -> Iterator[tuple[str, float]]:
    """A visitor who goes from style to style: of the time until a picture is there, what is not the engine's."""
    page = browser.new_context(service_workers="block", viewport=PHONE).new_page()
    page.add_init_script(WATCH)
    try:
        page.goto(f"{site}/www/?size={SIZE}")
        page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
        trained, vectors = _styles(page)
        for photo in range(2):
            page.set_input_files("#photo", {"name": f"{photo}.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
            page.wait_for_selector(f"#status:has-text('{photo}.jpg, ')", timeout=LIMIT_MS)
            # The first photo brings engines, networks and the compiler's work; the second is measured.
            for kind, styles in (("another network", trained), ("the same network", vectors)):
                for style in styles:
                    spent = _choose(page, style)
                    if photo and style != styles[0]:
                        yield f"style to picture, {kind}, less the engine", spent
        for engine in ENGINES:
            yield f"the engine's own time, {engine}", _paint_with(page, engine)
    finally:
        page.context.close()


def _paint_with(page: Page, engine: str) -> float:
    """Milliseconds that an engine takes for a painting, its second one."""
    page.evaluate(SET_ENGINE, engine)
    for _ in range(2):
        page.click("#run")
        page.wait_for_selector(f"#status[data-state=done][data-engine='{engine}']", timeout=LIMIT_MS)
    return float(page.get_attribute("#status", "data-run-ms") or 0)


def _styles(page: Page) -> tuple[list[str], list[str]]:
    """Styles that have a network each, and some that share one."""
    shown: list[str] = page.evaluate(
        "[...document.querySelectorAll('#styles .face:not([hidden])')].map(({ dataset }) => dataset.style)"
    )
    kinds = {kind: [style for style in shown if style.startswith(f"{kind}:")] for kind in ("painting", "varied")}
    return [style for style in shown if ":" not in style][:4], max(kinds.values(), key=len)[:4]


def _choose(page: Page, style: str) -> float:
    spent: float = page.evaluate(CHOOSE, style)
    page.wait_for_selector("#status[data-state=done]", timeout=LIMIT_MS)
    return spent - float(page.get_attribute("#status", "data-run-ms") or 0)


def _strip(browser: Browser, site: str) -> Iterator[tuple[str, float]]:
    page = browser.new_context(service_workers="block", viewport=PHONE, has_touch=True, is_mobile=True).new_page()
    page.add_init_script(WATCH)
    page.route("**/models/manifest.json", _a_hundred_styles)
    page.route("**/models/more-*", _their_picture)
    try:
        page.goto(f"{site}/www/?size={SIZE}")
        page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
        page.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
        page.wait_for_selector("#frame:not([data-empty])", timeout=LIMIT_MS)
        page.wait_for_timeout(2_000)
        blocks: list[float] = page.evaluate(SLIDE, SLIDES_MS)
        yield f"longest block, a strip of {CARDS} slides", max(blocks, default=0.0)
    finally:
        page.context.close()


def _a_hundred_styles(route: Route) -> None:
    """The manifest with so many cards: each has a picture of its own, as far as a browser knows."""
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text("utf-8"))
    first = manifest["models"][0]
    have = len({model["style"] for model in manifest["models"]}) + len(manifest.get("styles", ()))
    for number in range(CARDS - have):
        preview = {**first["preview"], "file": f"more-{number}.preview.webp"}
        manifest["models"].append({**first, "id": f"more-{number}-nc16", "style": f"more-{number}", "preview": preview})
    route.fulfill(body=json.dumps(manifest), content_type="application/json")


def _their_picture(route: Route) -> None:
    manifest = json.loads((ROOT / "models" / "manifest.json").read_text("utf-8"))
    route.fulfill(path=ROOT / "models" / manifest["models"][0]["preview"]["file"])


def _photo() -> bytes:
    out = io.BytesIO()
    with Image.open(PHOTO) as photo:
        photo.resize((2 * SIZE, 2 * SIZE)).save(out, "JPEG", quality=90)
    return out.getvalue()


def _row(what: str, values: list[float]) -> dict[str, Any]:
    wanted = next((limit for part, limit in WANTED.items() if part in what), "–")
    print(f"{what:<60} {median(values):>8,.1f} ms", flush=True)
    rounded = [round(value, 1) for value in values]
    return {"what": what, "unit": "ms", "wanted": wanted, "median": round(median(values), 1), "values": rounded}
