"""From opening the page's address to what a visitor waits for, and from the button to the first painting."""

import contextlib
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import BrowserContext, BrowserType, Page, sync_playwright

from build.bench.lab import HOST
from build.bench.suites import Options, Rows
from build.common.browser import launch, launch_profile
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve

MOST_ROUNDS = 5
LIMIT_MS = 180_000
KEPT_MS = 60_000
REST_MS = 3_000
"""Between two visits: the page goes on keeping files when it is ready."""

VISITS = ("cold", "warm", "offline")
WAITS = ("first paint", "gallery", "ready")
PAINTING = "?photo=photos/cat.jpg&size=256"
CHOOSING_S = (0, 15)
"""How long a person looks for a style before pressing the button; meanwhile the page prepares the engine."""

WATCH_GALLERY = """
const look = () => document.querySelector('#styles button') ? performance.mark('gallery') : requestAnimationFrame(look);
requestAnimationFrame(look);
"""
SINCE_NAVIGATION = """() => ({
    'first paint': performance.getEntriesByName('first-contentful-paint')[0].startTime,
    gallery: performance.getEntriesByName('gallery')[0].startTime,
})"""
KEPT = """() => Promise.race([
    navigator.serviceWorker?.ready.then(() => true) ?? false,
    new Promise((resolve) => setTimeout(() => resolve(false), 5000)),
])"""


def run(options: Options) -> Rows:
    """Rows of `{visit, median_ms, times_ms}`; `bytes` is what a first visit downloads until it is ready.

    With a copy to open in turns, `against` is the same of that copy.
    """
    copies = [ROOT, *([options.against] if options.against else [])]
    with contextlib.ExitStack() as stack:
        chromium = stack.enter_context(sync_playwright()).chromium
        visits = [_Visits(stack.enter_context(serve(copy, headers=ISOLATION)), chromium) for copy in copies]
        for _ in range(min(options.runs, MOST_ROUNDS)):
            for of_copy in visits:
                of_copy.round()
    here, *against = [of_copy.rows() for of_copy in visits]
    return {**here, "against": against[0]} if against else here


class _Visits:
    """The waits of visits to one copy of the page, and what the first downloaded."""

    def __init__(self, site: str, chromium: BrowserType) -> None:
        self._site = site
        self._chromium = chromium
        self._times: dict[str, list[float]] = {}
        self._downloaded = 0

    def round(self) -> None:
        """Three visits in a fresh profile, and first paintings in browsers of their own."""
        with tempfile.TemporaryDirectory() as profile:
            context = launch_profile(self._chromium, Path(profile))
            try:
                self._downloaded = max(self._downloaded, _visit_thrice(context, self._site, self._times))
            finally:
                context.close()
        for seconds in CHOOSING_S:
            spent = _first_painting(self._chromium, self._site, seconds)
            self._times.setdefault(f"first painting, button {seconds} s after the photo", []).append(spent)

    def rows(self) -> Rows:
        rows = [_row(visit, values) for visit, values in self._times.items()]
        kept = any(visit.startswith("offline") for visit in self._times)
        missing = {} if kept else {"not_measured": {"offline": "the page was not kept for offline use"}}
        return {"rows": rows, "bytes": self._downloaded, **missing}


def _visit_thrice(context: BrowserContext, site: str, times: dict[str, list[float]]) -> int:
    """Visits in a fresh profile, their waits appended to `times`; returns the bytes of the first."""
    # The browser's own start, its compositor included, is no part of the page's.
    page = context.new_page()
    page.goto(f"{site}{HOST}")
    page.screenshot()
    context.add_init_script(WATCH_GALLERY)
    address = f"{site}/www/"
    received = 0
    for visit in VISITS:
        if visit == "offline":
            if not _is_kept(context, address):
                break
            context.set_offline(True)
        waits, bytes_of_visit = _visit(context, address)
        received = received or bytes_of_visit
        for wait in WAITS:
            times.setdefault(f"{visit}, {wait}", []).append(waits[wait])
    return received


def _visit(context: BrowserContext, address: str) -> tuple[Mapping[str, float], int]:
    """Milliseconds by what was waited for, and the bytes of all bodies until the page was ready."""
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(int(response.headers.get("content-length", 0))))
    started = time.perf_counter()
    page.goto(address)
    page.wait_for_selector("#status[data-state=ready]", timeout=LIMIT_MS)
    ready = (time.perf_counter() - started) * 1e3
    waits: dict[str, float] = page.evaluate(SINCE_NAVIGATION)
    page.wait_for_timeout(REST_MS)
    page.close()
    return {**waits, "ready": ready}, sum(sizes)


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
