"""What a call from Python costs around the engine, beside the same engine called from plain JavaScript, in turns."""

from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Page, sync_playwright

from build.bench.rounds import SETTLE_RUNS
from build.bench.suites import Options, Rows
from build.common import painter_in_page
from build.common.browser import launch
from build.common.paths import ROOT
from build.common.python_page import run_python, start_python
from build.common.server import ISOLATION, serve

ENGINE = "ort:wasm"
THREADS = 2
MODULES = (Path(painter_in_page.__file__), Path(__file__).with_name("bridge_in_page.py"))

OPEN_PLAIN = """async ([model, size, threads]) => {
    const base = '/www/vendor/onnxruntime-web/';
    self.ort = await import(base + 'ort.wasm.min.mjs');
    ort.env.wasm.wasmPaths = base;
    ort.env.wasm.numThreads = threads;
    const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
    self.plain = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    self.pixels = Float32Array.from({ length: 3 * size * size }, () => 255 * Math.random());
}"""
RUN_PLAIN = """async (size) => {
    const started = performance.now();
    const feeds = { [plain.inputNames[0]]: new ort.Tensor('float32', pixels, [1, 3, size, size]) };
    const { [plain.outputNames[0]]: output } = await plain.run(feeds);
    return [performance.now() - started, output.data.length];
}"""
RUN_BRIDGED = "async () => (await py.runPythonAsync('await bridge.call()')).toJs()"


def run(options: Options) -> Rows:
    """Rows of `{model, size, engine, call_ms, run_ms, bridge_ms, plain_ms, ratio, megabytes}`: medians."""
    rows = []
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            for size in options.sizes:
                # A page for each: engines keep the memory of the largest picture.
                page = browser.new_page()
                start_python(page, site, *MODULES)
                rows.append(_measure(page, options.models[0], size, options.runs))
                page.close()
        finally:
            browser.close()
    return {"rows": rows}


def _measure(page: Page, model: str, size: int, runs: int) -> dict[str, Any]:
    address = f"/models/{model}.onnx"
    page.evaluate(OPEN_PLAIN, [address, size, THREADS])
    run_python(page, "from build.bench.suites.bridge_in_page import Bridge")
    run_python(page, f"bridge = await Bridge.open({address!r}, {size}, {THREADS}); None")
    turns = [(page.evaluate(RUN_PLAIN, size)[0], *page.evaluate(RUN_BRIDGED)) for _ in range(SETTLE_RUNS + runs)]
    plain, calls, inside = zip(*turns[SETTLE_RUNS:], strict=True)
    row = {
        "model": model,
        "size": size,
        "engine": ENGINE,
        "call_ms": round(median(calls), 2),
        "run_ms": round(median(inside), 2),
        "bridge_ms": round(median(call - run for call, run in zip(calls, inside, strict=True)), 2),
        "plain_ms": round(median(plain), 2),
        "ratio": round(median(call / alone for call, alone in zip(calls, plain, strict=True)), 3),
        "megabytes": round(2 * 3 * size**2 * 4 / 1e6, 2),
    }
    print(
        f"{model:<20} {size:>5} px  {row['bridge_ms']:>6.2f} ms around {row['run_ms']:>8.1f} ms,"
        f" {row['ratio']:.2f} times plain JavaScript",
        flush=True,
    )
    return row
