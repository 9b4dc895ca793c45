"""Whether `auto` picks the fastest engine that is right, and what that adds to the first start.

    python -m benchmarks.choice --starts 10

Every start is cold: a fresh browser context without cache or memory. In it the engine is opened twice in turns, chosen
by `auto` and named outright; the difference is what choosing costs. Before that, every engine paints the same picture,
which tells the fastest one. Wanted: that one in at least 9 of 10 starts, at most 1.5 s added.
"""

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from build.common.browser import isolating_server, launch, start_python

ROOT = Path(__file__).parents[1]
MOST_ADDED_S = 1.5

SETUP = """
import json, time
import numpy as np
from app_py import InferenceSession
from app_py.onnxruntime import platform as platforms
from app_py.engines.chooser import EngineChooser
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.styles.library import Library
from app_py.engines.painter import Painter

platform = platforms.current()

async def fetch(url, _on_progress):
    return await platform.fetch(url.replace("../", "/", 1))

library = Library(fetch)
models = {model.id: model for model in await library.open()}

def picture(size):
    return np.random.default_rng(5).uniform(0, 255, (1, 3, size, size)).astype(np.float32)

async def choose(model, size):
    started = time.perf_counter()
    choice = await EngineChooser(platform, library).choose(models[model], size * size)
    return choice.provider, time.perf_counter() - started

async def open_outright(provider, model):
    started = time.perf_counter()
    data = await library.read(models[model].model)
    await InferenceSession.create(data, [provider], worker=EngineWorker(platform))
    return time.perf_counter() - started

async def time_engine(provider, model, size):
    data = await library.read(models[model].model)
    session = await InferenceSession.create(data, [provider], worker=EngineWorker(platform))
    times = []
    for _ in range(2):
        await session.run_async(None, {session.get_inputs()[0].name: picture(size)})
        times.append(session.run_ms)
    session.worker.kill()
    return min(times)
"""


def python(browser: Browser, site: str, *calls: str) -> list[Any]:
    """Values of calls, in a page of a fresh context."""
    context = browser.new_context()
    try:
        page = context.new_page()
        start_python(page, site)
        page.evaluate("code => py.runPythonAsync(code)", SETUP)
        run = "async (call) => py.runPythonAsync(`json.dumps(await ${call})`)"
        return [json.loads(page.evaluate(run, call)) for call in calls]
    finally:
        context.close()


def measure(model: str, size: int, starts: int) -> dict[str, Any]:
    engines = ("ort:wasm", "onnxjs:wasm", "onnxjs:webgl", "onnxjs:cpu")
    with isolating_server(ROOT) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            times = python(browser, site, *(f'time_engine("{engine}", "{model}", 128)' for engine in engines))
            fastest = engines[times.index(min(times))]
            chosen, added = [], []
            for start in range(starts):
                calls = (f'choose("{model}", {size})', f'open_outright("{fastest}", "{model}")')
                # Whichever comes second finds the files in the cache
                first, second = python(browser, site, *(calls if start % 2 else reversed(calls)))
                (provider, chose_s), outright_s = (first, second) if start % 2 else (second, first)
                chosen.append(provider)
                added.append(chose_s - outright_s)
        finally:
            browser.close()
    return {
        "ms_at_128_px": dict(zip(engines, map(round, times), strict=True)),
        "fastest": fastest,
        "chosen": f"{chosen.count(fastest)} of {starts}",
        "added_s": {"median": round(statistics.median(added), 2), "most": round(max(added), 2)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="mosaic-nc16")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--starts", type=int, default=10)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.model, arguments.size, arguments.starts), indent=1))


if __name__ == "__main__":
    main()
