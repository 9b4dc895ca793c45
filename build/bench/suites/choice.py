"""Whether `auto` picks the fastest engine that is right, and what that adds to a first start.

Every start is cold: a fresh browser context without cache or memory. In it the engine is opened twice in turns, chosen
by `auto` and named outright; the difference is what choosing costs. Before that, every engine paints the same picture,
which tells the fastest one.
"""

import json
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from app_py.onnxruntime import engines as registry
from build.bench.suites import NOT_MEASURED, Options, Rows
from build.common import painter_in_page
from build.common.browser import launch
from build.common.paths import ROOT
from build.common.python_page import run_python, start_python
from build.common.server import ISOLATION, serve

MODULES = (Path(painter_in_page.__file__), Path(__file__).with_name("choice_in_page.py"))
SETUP = """
import json
from build.bench.suites.choice_in_page import choose, open_outright, time_engine
from build.common.painter_in_page import open_library
await open_library()
"""


def run(options: Options) -> Rows:
    """Rows of `{model, size, fastest, chosen, starts, added_s, times_ms}`, one for each model, at the largest size."""
    size = max(options.sizes)
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            return {"rows": [_measure(browser, site, model, size, options.runs) for model in options.models]}
        finally:
            browser.close()


def _measure(browser: Browser, site: str, model: str, size: int, starts: int) -> dict[str, Any]:
    engines = [engine for engine in registry.ids() if engine not in NOT_MEASURED]
    times = _python(browser, site, *(f"time_engine({engine!r}, {model!r})" for engine in engines))
    fastest = engines[times.index(min(times))]
    chosen, added = [], []
    for start in range(starts):
        calls = (f"choose({model!r}, {size})", f"open_outright({fastest!r}, {model!r})")
        # Whichever comes second finds the files in the cache.
        first, second = _python(browser, site, *(calls if start % 2 else reversed(calls)))
        (provider, chose_s), outright_s = (first, second) if start % 2 else (second, first)
        chosen.append(provider)
        added.append(round(chose_s - outright_s, 3))
    row = {
        "model": model,
        "size": size,
        "fastest": fastest,
        "chosen": chosen.count(fastest),
        "starts": starts,
        "added_s": added,
        "times_ms": dict(zip(engines, (round(ms, 1) for ms in times), strict=True)),
    }
    print(
        f"{model:<20} {fastest} chosen in {row['chosen']} of {starts} starts, {median(added):.2f} s added", flush=True
    )
    return row


def _python(browser: Browser, site: str, *calls: str) -> list[Any]:
    """The values of calls, one after the other in a page of a fresh context."""
    context = browser.new_context()
    try:
        page = context.new_page()
        start_python(page, site, *MODULES)
        run_python(page, SETUP)
        return [json.loads(run_python(page, f"json.dumps(await {call})")) for call in calls]
    finally:
        context.close()
