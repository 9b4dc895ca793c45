"""The system's Chromium under Playwright: found, started without a GPU, and watched."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, Request

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    # WebGL in software: the machine needs no GPU.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Chromium's own sandbox refuses root, as which containers run.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # The browser itself must not talk to anyone, nor can a page reach another host.
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
LOCAL_SCHEMES = ("blob", "data", "about")


def find_chromium() -> Path:
    """The browser's program; `RuntimeError` saying what to install where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise RuntimeError(f"the browser tests need Chromium, and none of {', '.join(NAMES)} was found: install chromium")


def launch(chromium: BrowserType, *extra_flags: str) -> Browser:
    """Start headless Chromium with WebGL on the processor."""
    return chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *extra_flags])


class Watch:
    """What a page did that no page of ours may do: leave its origin, or let an error go uncaught."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.problems: list[str] = []
        context.on("request", self._on_request)
        context.on("weberror", lambda error: self.problems.append(f"uncaught error: {error.error}"))

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL_SCHEMES and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.problems.append(f"request that leaves the origin: {request.method} {request.url}")


@contextlib.contextmanager
def watched_page(browser: Browser, origin: str, **options: object) -> Iterator[tuple[Page, Watch]]:
    """A page in a context of its own; `options` are Playwright's for `new_context`.

    Without service workers, unless asked for: they answer requests before `page.route` sees them, and reload once.
    """
    context = browser.new_context(**{"service_workers": "block", **options})  # type: ignore[arg-type]
    try:
        watch = Watch(context, origin)
        yield context.new_page(), watch
    finally:
        context.close()
