"""Styles that are vectors: how soon a painting is one, how fast a mixture follows its sliders, what a vector costs."""

import base64
import io
from collections.abc import Callable, Iterator
from functools import partial
from statistics import median
from typing import Any

import numpy as np
import onnx
from onnx import numpy_helper
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from app_py.styles.vectors import Vector, decode
from build.bench.lab import PHOTO, SCRATCH, Entry, open_lab, write_picture
from build.bench.native import Native
from build.bench.rounds import take_turns
from build.bench.suites import Options, Rows
from build.cli.models import FOLDER
from build.common.browser import launch
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve
from build.paintings.gallery import read_gallery

MOST_ROUNDS = 5
LIMIT_MS = 180_000
SLIDES_MS = 4_000
SIDE_PX = 512
FEWEST_TURNS = 15
"""What is looked for is a hundredth of a run, so the shortest runs are compared: others were disturbed."""

NETWORK = "painting"
HOST = "native onnxruntime, 1 thread"
MIX = "painting:great-wave*60,painting:irises*40"
ENGINES = {"kernels:wasm": 20, "ort:wasm": 8}
"""Pictures a second that each should paint at least while a mixture's weight is moved."""

WATCH = """
self.draws = 0;
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...given) {
    if (this.canvas.id === 'result') self.draws += 1;
    return put.apply(this, given);
};
"""
ADD = """([name, data]) => new Promise((resolve) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const files = new DataTransfer();
    files.items.add(new File([bytes], name, { type: 'image/jpeg' }));
    const input = document.querySelector('#painting');
    const own = () => [...document.querySelectorAll("#styles [data-own^='painting:own-']")];
    const [begun, before] = [performance.now(), own().length];
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
    const look = () => {
        const chosen = own().length > before && own().some((card) => card.querySelector('[aria-pressed=true]'));
        if (chosen) resolve(performance.now() - begun);
        else requestAnimationFrame(look);
    };
    look();
})"""
SLIDE = """(lasts) => new Promise((resolve) => {
    const slider = document.querySelector('#mix input');
    const [begun, before] = [performance.now(), self.draws];
    const move = () => {
        const passed = performance.now() - begun;
        if (passed > lasts) return resolve((self.draws - before) / passed * 1000);
        slider.value = String(1 + Math.round(passed / 10) % 99);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        requestAnimationFrame(move);
    };
    move();
})"""

Measured = tuple[str, str, str]
"""What, its unit, and what is wanted."""


def run(options: Options) -> Rows:
    """Rows of `{what, unit, wanted, median, values}`; `skipped` where the networks were not built."""
    if not (FOLDER / f"{NETWORK}.onnx").is_file():
        return {"rows": [], "skipped": "needs the networks of paintings (`python -m build models`)"}
    values: dict[Measured, list[float]] = {}
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            for _ in range(min(options.runs, MOST_ROUNDS)):
                for engine in ENGINES:
                    for what, value in _visit(browser, site, engine):
                        values.setdefault(what, []).append(value)
        finally:
            browser.close()
    values |= _costs(options)
    return {"rows": [_row(*what, found) for what, found in values.items()], "side": SIDE_PX}


def _visit(browser: Browser, site: str, engine: str) -> Iterator[tuple[Measured, float]]:
    """One visitor with a photo: adds two paintings, then moves a weight of a mixture."""
    context = browser.new_context(service_workers="block")
    context.add_init_script(WATCH)
    page = context.new_page()
    page.set_default_timeout(LIMIT_MS)
    try:
        _open(page, f"{site}/www/?size=256&engine={engine}&mix={MIX}")
        yield (f"{engine}, a mixture's slider", "pictures a second", f"at least {ENGINES[engine]}"), _slide(page)
        first = page.evaluate(ADD, ["first.jpg", _painting(0)])
        yield (f"{engine}, the first painting, its reader loaded", "ms", "–"), first
        page.wait_for_selector("#status[data-state=done]")
        yield (f"{engine}, a new painting", "ms", "at most 1,500"), page.evaluate(ADD, ["second.jpg", _painting(1)])
    finally:
        context.close()


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_selector("#status[data-state=ready]")
    page.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": PHOTO.read_bytes()})
    page.wait_for_selector("#frame:not([data-empty]) canvas")
    page.click("#run")
    page.wait_for_selector("#status[data-state=done]")


def _slide(page: Page) -> float:
    page.evaluate(SLIDE, SLIDES_MS / 4)
    page.wait_for_selector("#status[data-state=done]")
    return float(page.evaluate(SLIDE, SLIDES_MS))


def _painting(number: int) -> str:
    """The sample photo in colours of its own, at 12 megapixels, in base 64: a camera's picture of a painting."""
    out = io.BytesIO()
    with Image.open(PHOTO) as photo:
        hue, saturation, value = photo.convert("HSV").resize((4000, 3000)).split()
        turned = hue.point(lambda level: (level + 90 * number) % 256)
        Image.merge("HSV", (turned, saturation, value)).convert("RGB").save(out, "JPEG", quality=85)
    return base64.b64encode(out.getvalue()).decode()


def _costs(options: Options) -> dict[Measured, list[float]]:
    """How much longer the network takes than one to which the same style is a constant, in turns, in percent."""
    vector = _vector()
    fixed = SCRATCH / f"{NETWORK}-fixed.onnx"
    picture, planes = write_picture(SIDE_PX)
    fixed.write_bytes(with_fixed_style(onnx.load(FOLDER / f"{NETWORK}.onnx"), vector).SerializeToString())
    native, native_fixed = Native(FOLDER / f"{NETWORK}.onnx", threads=1), Native(fixed, threads=1)
    with open_lab() as lab:
        contestants: dict[str, Callable[[], float]] = {
            f"{HOST}, vector": lambda: native.run(planes, vector),
            f"{HOST}, fixed": lambda: native_fixed.run(planes),
        }
        for engine in ENGINES:
            for name, model, style in (("vector", FOLDER / f"{NETWORK}.onnx", vector), ("fixed", fixed, None)):
                entry = Entry(f"{engine}, {name}", model, engine)
                lab.open(entry)
                contestants[entry.name] = partial(lab.run, entry.name, picture, SIDE_PX, style)
        series = take_turns(contestants, max(options.runs, FEWEST_TURNS), options.budget_s)
    return {
        (f"{engine}, what the vector costs", "% of a painting's time", "at most 3"): [
            100 * (min(series[f"{engine}, vector"].times_ms) / min(series[f"{engine}, fixed"].times_ms) - 1)
        ]
        for engine in (*ENGINES, HOST)
    }


def _vector() -> Vector:
    style = next((style for style in read_gallery() if style["network"] == NETWORK), None)
    if style is None:
        raise BuildError("the gallery has no painting; run `python -m build paintings FOLDER`")
    return decode(str(style["vector"]), 100)


def with_fixed_style(model: onnx.ModelProto, vector: Vector) -> onnx.ModelProto:
    """The same network with the style as a constant, as a network of one style has its numbers."""
    fixed = onnx.ModelProto()
    fixed.CopyFrom(model)
    inputs = [given for given in fixed.graph.input if given.name != "style"]
    del fixed.graph.input[:]
    fixed.graph.input.extend(inputs)
    fixed.graph.initializer.append(numpy_helper.from_array(np.asarray(vector, np.float32), "style"))
    return fixed


def _row(what: str, unit: str, wanted: str, values: list[float]) -> dict[str, Any]:
    print(f"{what:<50} {median(values):>8,.1f} {unit} (wanted: {wanted})", flush=True)
    rounded = [round(value, 1) for value in values]
    return {"what": what, "unit": unit, "wanted": wanted, "median": round(median(values), 1), "values": rounded}
