"""Browser contexts that one test after another uses, each as a visitor of its own.

Where an earlier visit has kept how Python starts, a page is ready in half the time. Nothing else of a visit is left for
the next: no record, cookie, permission or cache.
"""

import contextlib
from collections.abc import Callable, Iterator
from weakref import WeakKeyDictionary

from playwright.sync_api import Browser, BrowserContext, Page

MOST_IDLE = 4
"""Contexts of one browser that wait for a test, the last used of all."""

PLAIN_PAGE = "/www/photos/photos.json"
FORGET_MS = 20_000
FORGET = """async ([patience, kept]) => {
    const forgotten = (name) => new Promise((resolve, reject) => {
        const request = indexedDB.deleteDatabase(name);
        request.onsuccess = resolve;
        request.onerror = () => reject(request.error);
    });
    const everything = async () => {
        const databases = await indexedDB.databases();
        await Promise.all(databases.map(({ name }) => name).filter((name) => name !== kept).map(forgotten));
        await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
        localStorage.clear();
        sessionStorage.clear();
        return true;
    };
    return Promise.race([everything(), new Promise((resolve) => setTimeout(resolve, patience, false))]);
}"""
HOW_PYTHON_STARTS = "atelier-python"
"""The database."""

Opener = Callable[[], BrowserContext]

_idle: "WeakKeyDictionary[Browser, list[tuple[str, BrowserContext]]]" = WeakKeyDictionary()


@contextlib.contextmanager
def lent_context(
    browser: Browser, origin: str, options: dict[str, object], opener: Opener, *, first_visit: bool
) -> Iterator[tuple[BrowserContext, Page]]:
    """A context that `opener` made with these options, now or for an earlier test, and the one page in it.

    It is closed where the block fails: what it was left in is not known then.
    """
    kind = repr(sorted(options.items()))
    kept = None if first_visit else HOW_PYTHON_STARTS
    context, page = _visitor(_take(browser, kind), opener, origin, kept)
    is_whole = False
    try:
        yield context, page
        _leave(context)
        is_whole = True
    finally:
        if is_whole:
            _put_back(browser, kind, context)
        else:
            context.close()


def _visitor(idle: BrowserContext | None, opener: Opener, origin: str, kept: str | None) -> tuple[BrowserContext, Page]:
    """The idle context, if there is one and what was done in it can be forgotten; else a new one."""
    if idle:
        page = idle.new_page()
        if _forget(page, origin, kept):
            return idle, page
        idle.close()
    context = opener()
    return context, context.new_page()


def _take(browser: Browser, kind: str) -> BrowserContext | None:
    waiting = _idle.setdefault(browser, [])
    found = next((entry for entry in waiting if entry[0] == kind), None)
    if found is None:
        return None
    waiting.remove(found)
    return found[1]


def _put_back(browser: Browser, kind: str, context: BrowserContext) -> None:
    waiting = _idle[browser]
    waiting.append((kind, context))
    if len(waiting) > MOST_IDLE:
        waiting.pop(0)[1].close()


def _leave(context: BrowserContext) -> None:
    for page in context.pages:
        page.close()
    context.unroute_all()
    context.set_offline(False)
    context.clear_cookies()
    context.clear_permissions()


def _forget(page: Page, origin: str, kept: str | None) -> bool:
    """All that earlier visits of the origin have left, but the database `kept`; whether that worked."""
    page.goto(f"{origin}{PLAIN_PAGE}")
    forgotten: bool = page.evaluate(FORGET, [FORGET_MS, kept])
    return forgotten
