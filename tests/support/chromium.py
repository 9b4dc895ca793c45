"""The system's Chromium under Playwright, watched."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, BrowserType, Error, Page, Request, WebError

from build.common import browser as chromium
from tests.support.contexts import lent_context

__all__ = ["PATIENCE_MS", "Watch", "eventually", "launch", "open_context", "settled", "wait_until", "watched_page"]

LOCAL_SCHEMES = ("blob", "data", "about")
PATIENCE_MS = 120_000
"""How long anything is waited for. What comes is taken at once, so only a test that fails takes so long, and a machine
that is busy with other things fails none."""

COMPILED_ONCE = "--js-flags=--liftoff-only"
"""WebAssembly is not compiled a second time, for speed: few tests run long enough to gain by it, and that compiling
takes a fifth of what the processor does where a page starts."""

SET_LATER = ("viewport", "reduced_motion", "permissions")
"""Options of a context that it can also be given once it is there, so that pages with different ones share it."""

COUNT_EVENTS = """(() => {
    const post = Worker.prototype.postMessage;
    const watched = new WeakSet();
    let sent = 0;
    let taken = 0;
    Worker.prototype.postMessage = function (message, ...rest) {
        if (message?.method === 'event') {
            sent += 1;
            if (!watched.has(this)) {
                watched.add(this);
                this.addEventListener('message', ({ data }) => { taken = Math.max(taken, data?.ackedEvents ?? 0); });
            }
        }
        return post.call(this, message, ...rest);
    };
    self.eventsOnTheirWay = () => sent - taken;
})();"""


class Watch:
    """What a page did that no page of ours may do: leave its origin, or let an error go uncaught."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.origin = origin
        self.problems: list[str] = []
        self._context = context
        context.on("request", self._on_request)
        context.on("weberror", self._on_error)

    def end(self) -> None:
        """What the context does from now on is not this page's."""
        self._context.remove_listener("request", self._on_request)
        self._context.remove_listener("weberror", self._on_error)

    def _on_error(self, error: WebError) -> None:
        self.problems.append(f"uncaught error: {error.error}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in LOCAL_SCHEMES and f"{parts.scheme}://{parts.netloc}" != self.origin:
            self.problems.append(f"request that leaves the origin: {request.method} {request.url}")


def launch(browser_type: BrowserType, *extra_flags: str) -> Browser:
    """The system's Chromium for tests that measure nothing."""
    return chromium.launch(browser_type, COMPILED_ONCE, *extra_flags)


def wait_until(page: Page, condition: str, timeout_ms: float = PATIENCE_MS) -> None:
    """Wait for a JavaScript expression to be true, across reloads. (`wait_for_function` needs a page that allows eval.)

    Raises `TimeoutError`.
    """
    deadline = time.monotonic() + timeout_ms / 1_000
    said = ""
    while time.monotonic() < deadline:
        try:
            if page.evaluate(condition):
                return
            said = ""
        except Error as error:  # perhaps the page is just being reloaded
            said = f" ({error.message})"
        page.wait_for_timeout(100)
    raise TimeoutError(f"still not true after {timeout_ms:.0f} ms: {condition}{said}")


def settled(page: Page) -> None:
    """Wait until the studio's Python has taken in every event of its page, and the page shows what it said then."""
    # Python says nothing where nothing follows. It always answers to this, which changes nothing.
    page.evaluate("document.getElementById('format').dispatchEvent(new Event('change', { bubbles: true }))")
    wait_until(page, "eventsOnTheirWay() === 0")


def eventually(page: Page, check: Callable[[], object]) -> None:
    """Repeat a check that raises `AssertionError` until it holds: for what no selector tells, such as pixels."""
    deadline = time.monotonic() + PATIENCE_MS / 1_000
    while True:
        try:
            check()
            return
        except AssertionError:
            if time.monotonic() > deadline:
                raise
        page.wait_for_timeout(50)


def open_context(browser: Browser, **options: object) -> BrowserContext:
    """A context in which everything is waited for as long as it takes; `options` are Playwright's for `new_context`."""
    context = browser.new_context(**options)  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(COUNT_EVENTS)
    return context


@contextlib.contextmanager
def watched_page(
    browser: Browser, origin: str, *, first_visit: bool = False, **options: object
) -> Iterator[tuple[Page, Watch]]:
    """A page in a context that no other page of a visitor uses, opened with `options`; it may know how Python starts.

    Without service workers, unless asked for: they answer requests before `page.route` sees them, and reload once.
    """
    options = {"service_workers": "block", **options}
    of_page = {name: options.pop(name) for name in SET_LATER if name in options}

    def opened() -> BrowserContext:
        return open_context(browser, **options)

    with_workers = options["service_workers"] != "block"
    lent = lent_context(browser, origin, options, opened, first_visit=first_visit)
    with _new_visitor(opened) if with_workers else lent as (context, page):
        watch = Watch(context, origin)
        try:
            _set(page, **of_page)
            yield page, watch
        finally:
            watch.end()


@contextlib.contextmanager
def _new_visitor(opener: Callable[[], BrowserContext]) -> Iterator[tuple[BrowserContext, Page]]:
    with contextlib.closing(opener()) as context:
        yield context, context.new_page()


def _set(page: Page, *, viewport: Any = None, reduced_motion: Any = None, permissions: Any = None) -> None:
    if permissions:
        page.context.grant_permissions(permissions)
    if viewport:
        page.set_viewport_size(viewport)
    if reduced_motion:
        page.emulate_media(reduced_motion=reduced_motion)
