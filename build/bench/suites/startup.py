"""From opening the page's address to a page that is ready, and from the button to the first painting."""

import time
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page, sync_playwright

from build.bench.lab import ROOT
from build.bench.suites import Options, Rows
from build.browser import isolating_server, launch

MOST_ROUNDS = 5
LIMIT_MS = 180_000
KEPT_MS = 60_000
VISITS = ("cold", "warm", "offline")
PAINTING = "?photo=photos/cat.jpg&size=256"
CHOOSING_S = (0, 15)
"""How long a person looks for a style before pressing the button; meanwhile the page prepares the engine."""

KEPT = """() => Promise.race([
    navigator.serviceWorker?.ready.then(() => true) ?? false,
    new Promise((resolve) => setTimeout(() => resolve(false), 5000)),
])"""


def run(options: Options) -> Rows:
    """Rows of `{visit, median_ms, times_ms}`; `bytes` is what a first visit downloads until it is ready."""
    paintings = {seconds: f"first painting, button {seconds} s after the photo" for seconds in CHOOSING_S}
    times: dict[str, list[float]] = {visit: [] for visit in (*VISITS, *paintings.values())}
    downloaded = 0
    with isolating_server(ROOT) as site, sync_playwright() as playwright:
        for _ in range(min(options.runs, MOST_ROUNDS)):
            browser = launch(playwright.chromium)
            try:
                context = browser.new_context()
                address = f"{site}/www/"
                spent, received = _visit(context, address)
                downloaded = max(downloaded, received)
                times["cold"].append(spent)
                times["warm"].append(_visit(context, address)[0])
                if _is_kept(context, address):
                    context.set_offline(True)
                    times["offline"].append(_visit(context, address)[0])
            finally:
                browser.close()
            for seconds, name in paintings.items():
                times[name].append(_first_painting(playwright.chromium, site, seconds))
    rows = [_row(visit, values) for visit, values in times.items() if values]
    missing = {} if times["offline"] else {"not_measured": {"offline": "the page was not kept for offline use"}}
    return {"rows": rows, "bytes": downloaded, **missing}


def _visit(context: BrowserContext, address: str) -> tuple[float, int]:
    """Milliseconds until ready, and the bytes of all bodies until then."""
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
    spent = (time.perf_counter() - started) * 1e3
    page.close()
    return spent, sum(sizes)


def _first_painting(chromium: BrowserType, site: str, seconds: int) -> float:
    """Milliseconds from the button to the painting, in a browser that has not painted before."""
    browser = launch(chromium)
    try:
        page = browser.new_page()
        page.goto(f"{site}/www/{PAINTING}")
        page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
        page.wait_for_selector("#frame:not([data-empty]) canvas", timeout=LIMIT_MS)
        page.wait_for_timeout(seconds * 1e3)
        started = time.perf_counter()
        page.click("#run")
        page.wait_for_selector("#status[data-state=done]", timeout=LIMIT_MS)
        return (time.perf_counter() - started) * 1e3
    finally:
        browser.close()


def _is_kept(context: BrowserContext, address: str) -> bool:
    """Whether a service worker has everything: its caches have stopped growing."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
    kept = bool(page.evaluate(KEPT)) and _wait_until_steady(page)
    page.close()
    return kept


def _wait_until_steady(page: Page) -> bool:
    count, deadline = -1, time.monotonic() + KEPT_MS / 1e3
    while time.monotonic() < deadline:
        now = int(
            page.evaluate(
                """async () => {
                    const names = await caches.keys();
                    const lists = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
                    return lists.flat().length;
                }"""
            )
        )
        if now == count:
            return count > 0
        count = now
        page.wait_for_timeout(3000)
    return False


def _row(visit: str, values: list[float]) -> dict[str, Any]:
    print(f"{visit:<45} {median(values):>8,.0f} ms", flush=True)
    return {"visit": visit, "median_ms": round(median(values)), "times_ms": [round(value) for value in values]}
