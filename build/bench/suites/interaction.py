"""Whether the page stays at hand: how long its own thread is blocked, and how fast a painting follows the slider."""

import io
from statistics import median

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from build.bench.lab import PHOTO
from build.bench.suites import Options, Rows
from build.common.browser import launch
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

MOST_ROUNDS = 5
LIMIT_MS = 180_000
SLIDES_MS = 3_000
SIZE = 1024
ADDRESS = f"/www/?size={SIZE}&engine=ort:wasm"

WATCH = """
self.blocks = [];
self.draws = 0;
new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) self.blocks.push([startTime, duration]);
}).observe({ type: 'longtask', buffered: true });
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    if (this.canvas.id === 'result') self.draws += 1;
    return put.apply(this, given);
};
"""
BLOCKS = """() => {
    const loaded = performance.getEntriesByType('navigation')[0].loadEventEnd;
    return self.blocks.filter(([start]) => start > loaded).map(([, duration]) => duration);
}"""
SLIDE = """(lasts) => new Promise((resolve) => {
    const slider = document.querySelector('#strength');
    const [begun, before] = [performance.now(), self.draws];
    const move = () => {
        const passed = performance.now() - begun;
        if (passed > lasts) return resolve((self.draws - before) / passed * 1000);
        slider.value = String(Math.round(passed / 10) % 100);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(move);
    };
    move();
})"""


def run(options: Options) -> Rows:
    """Rows of `{what, unit, wanted, median, values}`: the longest block of each part, and frames a second."""
    values: dict[str, list[float]] = {}
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            for _ in range(min(options.runs, MOST_ROUNDS)):
                for what, value in _session(browser, site).items():
                    values.setdefault(what, []).append(value)
        finally:
            browser.close()
    return {"rows": [_row(what, found) for what, found in values.items()], "size": SIZE}


def _session(browser: Browser, site: str) -> dict[str, float]:
    """One visitor: waits for the page, opens a photo, paints, moves the slider."""
    context = browser.new_context(service_workers="block")
    context.add_init_script(WATCH)
    page = context.new_page()
    try:
        page.goto(f"{site}{ADDRESS}")
        page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
        found = {"longest block, start": _longest_block(page)}
        page.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
        page.wait_for_selector("#frame:not([data-empty]) canvas", timeout=LIMIT_MS)
        found["longest block, photo"] = _longest_block(page)
        page.click("#run")
        page.wait_for_selector("#status[data-state=done]", timeout=LIMIT_MS)
        found["longest block, painting"] = _longest_block(page)
        found["strength slider"] = page.evaluate(SLIDE, SLIDES_MS)
        found["longest block, slider"] = _longest_block(page)
        return found
    finally:
        context.close()


def _longest_block(page: Page) -> float:
    """Milliseconds since the last call; 0 where no task took 50 ms, from where on browsers tell."""
    page.wait_for_timeout(300)
    blocks: list[float] = page.evaluate(BLOCKS)
    page.evaluate("() => { self.blocks = []; }")
    return max(blocks, default=0.0)


def _photo() -> bytes:
    out = io.BytesIO()
    with Image.open(PHOTO) as photo:
        photo.resize((SIZE, SIZE)).save(out, "JPEG", quality=90)
    return out.getvalue()


def _row(what: str, values: list[float]) -> dict[str, object]:
    unit, wanted = ("ms", "0 (under 50 ms)") if "block" in what else ("frames a second", "at least 20")
    print(f"{what:<30} {median(values):>8,.1f} {unit}", flush=True)
    rounded = [round(value, 1) for value in values]
    return {"what": what, "unit": unit, "wanted": wanted, "median": round(median(values), 1), "values": rounded}
