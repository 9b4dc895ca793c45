"""A later visit begins with the memory of the first one; where that does not work, Python starts anew."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.support.chromium import wait_until, watched_page

READY_MS = 120_000
TELLING_LOADER = """
import { loadPyodide as load } from './pyodide.mjs?real';
export async function loadPyodide(options) {
    console.info(`started with ${Object.keys(options).at(-1)}`);
    const pyodide = await load(options);
    pyodide.runPython(`
import builtins

def telling_compile(source, path, *rest, compile=builtins.compile, **named):
    print("compiled", path)
    return compile(source, path, *rest, **named)

builtins.compile = telling_compile
`);
    return pyodide;
}
"""
RECORD = """(act) => new Promise((resolve, reject) => {
    const opening = indexedDB.open('atelier-python', 1);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const table = opening.result.transaction('entries', 'readwrite').objectStore('entries');
        let whole = 0;
        table.transaction.oncomplete = () => resolve(whole);
        table.get('trial').onsuccess = ({ target: { result } }) => {
            // It is not used before this record, which is written after it, says that a start went well.
            if (result !== 'proven') return;
            table.get('snapshot').onsuccess = ({ target: { result } }) => {
                if (!result?.memory.some(Boolean) || result.maker === 'another browser') return;
                whole = result.memory.length;
                if (act === 'blank') result.memory.fill(0);
                if (act === 'cut') result.memory = new Uint8Array(1024);
                if (act === 'lose packages') result.packages = 'none';
                if (act === 'age') result.maker = 'another browser';
                if (act) table.put(result, 'snapshot');
            };
        };
    };
})"""
A_MEGABYTE = 1 << 20


@pytest.fixture
def context(browser: Browser, site: str) -> Iterator[BrowserContext]:
    with watched_page(browser, site, first_visit=True) as (page, _):
        page.context.route(
            "**/pyodide/pyodide.mjs", lambda route: route.fulfill(body=TELLING_LOADER, content_type="text/javascript")
        )
        yield page.context


def visit(context: BrowserContext, site: str) -> tuple[Page, list[str]]:
    """A page in which Python works, with numpy and Pillow, and how Python was started."""
    page = context.new_page()
    starts: list[str] = []
    page.on("console", lambda message: starts.append(message.text) if message.text.startswith("started") else None)
    page.goto(f"{site}/www/?photo=photos/cat.jpg")
    page.wait_for_selector("#frame:not([data-empty]) canvas", timeout=READY_MS)
    return page, [start.removeprefix("started with _") for start in starts]


def wait_for_record(page: Page) -> None:
    wait_until(page, f"({RECORD})().then((bytes) => bytes > {A_MEGABYTE})")


def test_a_second_visit_begins_with_memory_and_packages_of_the_first(context: BrowserContext, site: str) -> None:
    wheels: list[str] = []
    compiled: list[str] = []
    context.on("request", lambda request: wheels.append(request.url) if request.url.endswith(".whl") else None)
    context.on("console", lambda message: compiled.append(message.text) if is_of_a_package(message.text) else None)
    page, starts = visit(context, site)
    assert starts == ["makeSnapshot"]
    assert len(wheels) == 3
    assert len(compiled) > 100
    wait_for_record(page)
    page.close()
    wheels.clear()
    compiled.clear()
    assert visit(context, site)[1] == ["loadSnapshot"]
    assert wheels == []
    assert compiled == []


def is_of_a_package(told: str) -> bool:
    """Whether it says that Python compiled a module of a package."""
    return told.startswith("compiled ") and "site-packages" in told


def test_a_snapshot_that_cannot_be_used_is_replaced(context: BrowserContext, site: str) -> None:
    """Broken, without its packages, of another browser; one after the other."""
    page, _ = visit(context, site)
    for harm, expected in (
        ("blank", ["loadSnapshot", "makeSnapshot"]),
        ("lose packages", ["loadSnapshot", "makeSnapshot"]),
        ("age", ["makeSnapshot"]),
    ):
        wait_for_record(page)
        page.evaluate(RECORD, harm)
        page.close()
        page, starts = visit(context, site)
        assert starts == expected, harm
    wait_for_record(page)
    page.close()
    assert visit(context, site)[1] == ["loadSnapshot"]


def test_a_start_that_hangs_is_not_tried_twice(context: BrowserContext, site: str) -> None:
    page, _ = visit(context, site)
    wait_for_record(page)
    page.evaluate(RECORD, "cut")
    page.close()
    page = context.new_page()
    with page.expect_console_message(lambda message: message.text == "started with _loadSnapshot"):
        page.goto(f"{site}/www/")
    page.close()
    assert visit(context, site)[1] == ["makeSnapshot"]
