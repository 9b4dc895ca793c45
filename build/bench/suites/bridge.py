"""What a call from Python costs around the engine: copies and messages, measured by the benchmark page itself."""

import json
from statistics import median
from typing import Any

from playwright.sync_api import sync_playwright

from build.bench.suites import Options, Rows
from build.common.browser import isolating_server, launch
from build.common.paths import ROOT

ENGINE = "ort:wasm"
LIMIT_MS = 600_000


def run(options: Options) -> Rows:
    """Rows of `{model, size, engine, call_ms, run_ms, bridge_ms}`, medians over the runs."""
    query = f"engines={ENGINE}&models={options.models[0]}&sizes={','.join(map(str, options.sizes))}&runs={options.runs}"
    with isolating_server(ROOT) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            page = browser.new_page()
            page.goto(f"{site}/www/benchmark.html?{query}&autorun=1")
            page.wait_for_selector("#status[data-state=done]", timeout=LIMIT_MS)
            document = json.loads(page.text_content("#results") or "")
        finally:
            browser.close()
    return {"rows": [_row(result) for result in document["results"] if result["error"] is None]}


def _row(result: dict[str, Any]) -> dict[str, Any]:
    around = [call - run for call, run in zip(result["call_ms"], result["times_ms"], strict=True)]
    row = {
        "model": result["model"],
        "size": result["width"],
        "engine": result["engine"],
        "call_ms": round(median(result["call_ms"]), 2),
        "run_ms": round(median(result["times_ms"]), 2),
        "bridge_ms": round(median(around), 2),
        "megabytes": round(2 * 3 * result["width"] ** 2 * 4 / 1e6, 2),
    }
    print(
        f"{row['model']:<20} {row['size']:>5} px  {row['bridge_ms']:>6.2f} ms around {row['run_ms']:>8.1f} ms",
        flush=True,
    )
    return row
