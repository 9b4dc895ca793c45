"""What the bridge from Python to the engine costs.

    python -m benchmarks.bridge --size 512 --runs 15

Onnxruntime-web with two threads paints the same picture in turns: called from plain JavaScript, and through
`InferenceSession` from Python, in one page, so that what else the machine does falls on both. Wanted at 512 px: at most
5 ms a call for everything but the engine's run, and at most 5 % more than plain JavaScript in all.
"""

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from build.common.browser import isolating_server, launch, start_python

ROOT = Path(__file__).parents[1]
MOST_BRIDGE_MS = 5.0
MOST_RATIO = 1.05

LOAD = """async ([model, size, threads]) => {
    py.globals.set('settings', py.toPy([model, size, threads]));
    await py.runPythonAsync(`
import time
import numpy as np
from app_py import InferenceSession
model, size, threads = settings
session = await InferenceSession.create(model, ["ort:wasm"], threads=threads)
tensor = np.random.default_rng(0).uniform(0, 255, (1, 3, size, size)).astype(np.float32)
feeds = {session.get_inputs()[0].name: tensor}
async def call():
    started = time.perf_counter()
    (output,) = await session.run_async(None, feeds)
    return (time.perf_counter() - started) * 1000, session.run_ms
`);
    const base = '/www/vendor/';
    self.ort = await import(base + 'onnxruntime-web/ort.wasm.min.mjs');
    ort.env.wasm.wasmPaths = base + 'onnxruntime-web/';
    ort.env.wasm.numThreads = threads;
    const bytes = new Uint8Array(await (await fetch(model)).arrayBuffer());
    self.plain = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    self.pixels = Float32Array.from(py.runPython('tensor.reshape(-1)').toJs());
}"""

PLAIN = """async (size) => {
    const started = performance.now();
    const feeds = { [plain.inputNames[0]]: new ort.Tensor('float32', pixels, [1, 3, size, size]) };
    const { [plain.outputNames[0]]: output } = await plain.run(feeds);
    return [performance.now() - started, output.data.length];
}"""

BRIDGED = "async () => (await py.runPythonAsync('await call()')).toJs()"


def measure(model: str, size: int, runs: int, threads: int) -> dict[str, Any]:
    """Medians in milliseconds: `plain`, `bridged` (the whole call), `around` (the call without the engine's run)."""
    plain, bridged, around = [], [], []
    with isolating_server(ROOT) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            page = browser.new_page()
            start_python(page, site)
            page.evaluate(LOAD, [f"/models/{model}.onnx", size, threads])
            for turn in range(runs + 3):
                plain_ms, _ = page.evaluate(PLAIN, size)
                call_ms, run_ms = page.evaluate(BRIDGED)
                # The first turns run code that the browser has not compiled yet
                if turn >= 3:
                    plain.append(plain_ms)
                    bridged.append(call_ms)
                    around.append(call_ms - run_ms)
        finally:
            browser.close()
    return {
        "model": model,
        "size": size,
        "runs": runs,
        "plain_ms": round(statistics.median(plain), 2),
        "bridged_ms": round(statistics.median(bridged), 2),
        "around_ms": round(statistics.median(around), 2),
        "ratio": round(statistics.median(b / p for b, p in zip(bridged, plain, strict=True)), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mosaic-nc16")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    result = measure(arguments.model, arguments.size, arguments.runs, arguments.threads)
    print(json.dumps(result, indent=1))
    print(f"around the engine: {result['around_ms']} ms (wanted: at most {MOST_BRIDGE_MS})")
    print(f"beside plain JavaScript: {result['ratio']} times (wanted: at most {MOST_RATIO})")


if __name__ == "__main__":
    main()
