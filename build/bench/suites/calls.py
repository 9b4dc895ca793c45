"""How many calls a second: the smallest model, from Python through the wheel and from plain JavaScript, in turns."""

import base64
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from app_py.pages.benchmark.measure import STARTER
from build.bench.suites import Options, Rows
from build.common.browser import launch
from build.common.paths import ROOT
from build.common.server import serve
from build.wheels import onnxruntime_pyodide

CALLS = 200
ROUNDS = 7
SETTLE = 2
"""Rounds in which the browser still compiles."""

START = """async ([wheel, model]) => {
    const { loadPyodide } = await import('/www/vendor/pyodide/pyodide.mjs');
    self.py = await loadPyodide({ packages: ['numpy', 'micropip'] });
    await py.pyimport('micropip').install(`${location.origin}/wheels/${wheel}`, { deps: false });
    const bytes = Uint8Array.from(atob(model), (char) => char.charCodeAt(0));
    py.globals.set('model', py.toPy(bytes));
    await py.runPythonAsync(`
import time
import numpy as np
from onnxruntime import InferenceSession
from onnxruntime.engine_worker import EngineWorker
from onnxruntime.platform import current

here = InferenceSession(bytes(model), worker=EngineWorker(current(), own_thread=True))
there = InferenceSession(bytes(model), worker=EngineWorker(current()))
shape = [size if isinstance(size, int) else 1 for size in here.get_inputs()[0].shape]
x = {here.get_inputs()[0].name: np.ones(shape, np.float32)}

def run(session, calls):
    started = time.perf_counter()
    for _ in range(calls):
        session.run(None, x)
    return calls / (time.perf_counter() - started)

async def run_async(session, calls):
    started = time.perf_counter()
    for _ in range(calls):
        await session.run_async(None, x)
    return calls / (time.perf_counter() - started)
`);
    const base = '/www/vendor/onnxruntime-web/';
    const ort = await import(base + 'ort.wasm.min.mjs');
    ort.env.wasm.wasmPaths = base;
    ort.env.wasm.numThreads = 1;
    const plain = await ort.InferenceSession.create(bytes, { executionProviders: ['wasm'] });
    const dims = plain.inputMetadata[0].shape.map((size) => (typeof size === 'number' ? size : 1));
    const tensor = () => new ort.Tensor('float32', new Float32Array(1), dims);
    self.plainHere = () => plain.run({ [plain.inputNames[0]]: tensor() });
    const worker = new Worker('/www/engine/worker.js');
    let id = 0;
    const ask = (method, params, buffers) =>
        new Promise((resolve, reject) => {
            const number = ++id;
            worker.onmessage = ({ data }) => {
                if (data.id === number) data.ok ? resolve(data) : reject(data.error.message);
            };
            worker.postMessage({ id: number, method, params, buffers }, buffers);
        });
    const { result } = await ask('create', { provider: 'ort:wasm', threads: 1 }, [bytes.slice().buffer]);
    const feeds = [{ name: result.inputs[0], type: 'float32', dims }];
    self.plainThere = () => ask('run', { session: result.session, feeds, outputs: null }, [new ArrayBuffer(4)]);
    self.rate = async (call, calls) => {
        const started = performance.now();
        for (let done = 0; done < calls; done++) await call();
        return (calls / (performance.now() - started)) * 1000;
    };
}"""

WAYS = {
    "plain JavaScript, same thread": "rate(plainHere, CALLS)",
    "plain JavaScript, worker": "rate(plainThere, CALLS)",
    "run, own thread": "py.runPythonAsync('run(here, CALLS)')",
    "run, worker": "py.runPythonAsync('run(there, CALLS)')",
    "run_async, own thread": "py.runPythonAsync('await run_async(here, CALLS)')",
    "run_async, worker": "py.runPythonAsync('await run_async(there, CALLS)')",
}


def run(_options: Options) -> Rows:
    """Rows of `{way, calls_per_s, times_plain}`: medians over rounds in which each way had its turn."""
    name, data = onnxruntime_pyodide.build(ROOT)
    with serve(ROOT) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            page = browser.new_page()
            page.route("**/wheels/*", lambda route: route.fulfill(body=data, content_type="application/zip"))
            page.route("**/bare.html", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
            page.goto(f"{site}/bare.html")
            page.evaluate(START, [name, base64.b64encode(STARTER).decode()])
            rates: dict[str, list[float]] = {way: [] for way in WAYS}
            for _ in range(ROUNDS + SETTLE):
                for way, code in WAYS.items():
                    rates[way].append(page.evaluate(code.replace("CALLS", str(CALLS))))
        finally:
            browser.close()
    return {"rows": [_row(way, rates) for way in WAYS]}


def _row(way: str, rates: dict[str, list[float]]) -> dict[str, Any]:
    settled = {name: values[SETTLE:] for name, values in rates.items()}
    plain = settled[f"plain JavaScript, {'worker' if way.endswith('worker') else 'same thread'}"]
    ratio = median(rate / other for rate, other in zip(settled[way], plain, strict=True))
    print(f"{way:<32} {median(settled[way]):>8.0f} calls/s  {ratio:.2f} of plain", flush=True)
    return {"way": way, "calls_per_s": round(median(settled[way])), "times_plain": round(ratio, 3)}
