"""The live camera, with Chromium's fake one: pictures a second, from frame to picture, and what is not the engine."""

import io
import tempfile
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from build.bench.lab import PHOTO
from build.bench.suites import Options, Rows
from build.common.browser import launch
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

MOST_ROUNDS = 5
LIMIT_MS = 180_000
SETTLE_MS = 4_000
MEASURED_MS = 5_000
CAMERA_PX = (320, 240)
SIZE = "384"
"""More than the camera has: its pictures are painted as large as they are."""
STYLE = "great-wave-nc8"
FRAMES = 30
SENSOR_SIGMA = 3.0

ENGINES = {"kernels:wasm": 24, "ort:wasm": 8}
"""Pictures a second that each should paint at least."""

WATCH = """
self.blocks = [];
self.painted = [];
new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) self.blocks.push(duration);
}).observe({ type: 'longtask' });
self.MessageChannel = class extends MessageChannel {
    constructor() {
        super();
        this.port1.addEventListener('message', ({ data }) => {
            if (data.at) self.painted.push({ latency: performance.now() - data.at, around: data.ms - data.runMs });
        });
    }
};
"""
# The list of sizes may be folded away.
CHOOSE_SIZE = """(size) => {
    const select = document.querySelector('#size');
    select.value = size;
    select.dispatchEvent(new Event('change', { bubbles: true }));
}"""
FORGET = "() => { self.blocks = []; self.painted = []; }"
FOUND = "() => ({ blocks: self.blocks, painted: self.painted })"


def run(options: Options) -> Rows:
    """Rows of `{what, unit, wanted, median, values}`, a value a visit."""
    values: dict[tuple[str, str, str], list[float]] = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(ROOT, headers=ISOLATION) as site,
        sync_playwright() as playwright,
    ):
        film = _film(Path(folder) / "camera.mjpeg")
        flags = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
        browser = launch(playwright.chromium, *flags, f"--use-file-for-fake-video-capture={film}")
        try:
            for _ in range(min(options.runs, MOST_ROUNDS)):
                for engine in ENGINES:
                    for what, value in _visit(browser, site, engine).items():
                        values.setdefault(what, []).append(value)
        finally:
            browser.close()
    return {"rows": [_row(*what, found) for what, found in values.items()], "size": list(CAMERA_PX), "style": STYLE}


def _visit(browser: Browser, site: str, engine: str) -> dict[tuple[str, str, str], float]:
    """One visitor with a camera: what, unit and what is wanted, to what was measured."""
    context = browser.new_context(service_workers="block")
    context.add_init_script(WATCH)
    page = context.new_page()
    try:
        page.goto(f"{site}/www/?style={STYLE}&engine={engine}")
        page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
        page.click("#live")
        page.wait_for_selector("#status[data-state=live]", timeout=LIMIT_MS)
        page.evaluate(CHOOSE_SIZE, SIZE)
        page.wait_for_timeout(SETTLE_MS)
        page.evaluate(FORGET)
        page.wait_for_timeout(MEASURED_MS)
        found = page.evaluate(FOUND)
    finally:
        context.close()
    painted = found["painted"]
    if not painted:
        return {}
    return {
        (f"{engine}, painted", "pictures a second", f"at least {ENGINES[engine]}"): len(painted) / MEASURED_MS * 1000,
        (f"{engine}, from frame to picture", "ms", "at most 60"): median(one["latency"] for one in painted),
        (f"{engine}, around the engine", "ms", "at most 8"): median(one["around"] for one in painted),
        (f"{engine}, longest block", "ms", "0 (under 50 ms)"): max(found["blocks"], default=0.0),
    }


def _film(path: Path) -> Path:
    """A photo that moves by a pixel a frame, with a sensor's noise, as Motion JPEG."""
    width, height = CAMERA_PX
    rng = np.random.default_rng(1)
    with Image.open(PHOTO) as photo:
        pixels = np.asarray(photo.convert("RGB").resize((width + FRAMES, height))).astype(float)
    with path.open("wb") as film:
        for index in range(FRAMES):
            seen = pixels[:, index : index + width] + rng.normal(0, SENSOR_SIGMA, (height, width, 3))
            out = io.BytesIO()
            Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=95)
            film.write(out.getvalue())
    return path


def _row(what: str, unit: str, wanted: str, values: list[float]) -> dict[str, object]:
    print(f"{what:<40} {median(values):>8,.1f} {unit} (wanted: {wanted})", flush=True)
    rounded = [round(value, 1) for value in values]
    return {"what": what, "unit": unit, "wanted": wanted, "median": round(median(values), 1), "values": rounded}
