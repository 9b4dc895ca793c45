"""The watch over pages really sees what it is there to see."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support import contexts
from tests.support.chromium import Watch, eventually, launch, open_context, watched_page
from tests.support.server import static_server
from tests.support.small_site import SmallSite
from tests.support.trap import trap

WORKER = "self.worker = new Worker(URL.createObjectURL(new Blob([{}])))"
"""It is kept: a worker that nobody knows any more may be gone before it runs."""
LEAVE = "fetch('https://collect.example/').catch(() => {})"
THROW = "setTimeout(() => { throw new Error('dropped') })"


def in_worker(script: str) -> str:
    """JavaScript that runs `script` in a new worker."""
    return WORKER.format(json.dumps(script))


MISDEEDS = {
    "image": ("new Image().src = 'http://photos.example/x.png'", "leaves the origin: GET http://photos.example/x.png"),
    "fetch": (LEAVE, "leaves the origin: GET https://collect.example/"),
    "fetch in a worker": (in_worker(LEAVE), "leaves the origin: GET https://collect.example/"),
    "fetch in a nested worker": (in_worker(in_worker(LEAVE)), "leaves the origin: GET https://collect.example/"),
    "error": (THROW, "uncaught error: dropped"),
    "rejection": ("setTimeout(() => Promise.reject(new Error('dropped')))", "uncaught error: dropped"),
    "error in a worker": (in_worker(THROW), "uncaught error: dropped"),
    "error in a nested worker": (in_worker(in_worker(THROW)), "uncaught error: dropped"),
}


@pytest.mark.parametrize(("script", "seen"), MISDEEDS.values(), ids=MISDEEDS.keys())
def test_a_misdeed_is_seen(watched: tuple[Page, Watch], site: str, script: str, seen: str) -> None:
    page, watch = watched
    page.goto(f"{site}/www/photos/photos.json")
    page.evaluate(f"() => {{ {script} }}")

    def it_is_seen() -> None:
        assert any(seen in problem for problem in watch.problems), watch.problems

    eventually(page, it_is_seen)


def test_a_good_page_is_not_accused(watched: tuple[Page, Watch], site: str) -> None:
    page, watch = watched
    page.goto(f"{site}/www/photos/photos.json")
    page.evaluate("() => fetch('/www/photos/photos.json').then(reply => reply.text())")
    page.wait_for_timeout(200)
    assert watch.problems == []


LEAVE_TRACES = """async () => {
    const opened = (name) => new Promise((resolve) => (indexedDB.open(name, 1).onsuccess = resolve));
    await Promise.all(['atelier', 'atelier-python'].map(opened));
    await caches.open('site');
    for (const store of [localStorage, sessionStorage]) store.setItem('key', 'value');
    document.cookie = 'key=value';
}"""
TRACES = """async () => [
    (await indexedDB.databases()).map(({ name }) => name), await caches.keys(), localStorage.length, document.cookie,
]"""


def test_of_an_earlier_visit_nothing_is_left_but_how_python_starts(browser: Browser, site: str) -> None:
    for expected in ([], ["atelier-python"]):
        with watched_page(browser, site, user_agent="of this test alone") as (page, _):
            page.goto(f"{site}/www/photos/photos.json")
            assert page.evaluate(TRACES) == [expected, [], 0, ""]
            page.evaluate(LEAVE_TRACES)


def test_a_visit_that_cannot_be_forgotten_is_nobodys_earlier_one(
    browser: Browser, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contexts, "FORGET_MS", 0)
    for _ in range(2):
        with watched_page(browser, site, user_agent="of another test") as (page, _watch):
            page.goto(f"{site}/www/photos/photos.json")
            assert page.evaluate(TRACES) == [[], [], 0, ""]
            page.evaluate(LEAVE_TRACES)


def test_webgl_works_without_a_gpu(page: Page, site: str) -> None:
    page.goto(f"{site}/www/photos/photos.json")
    assert page.evaluate("() => document.createElement('canvas').getContext('webgl2') !== null")


def test_a_misdeed_of_a_service_worker_is_heard(browser: Browser, tmp_path: Path) -> None:
    small = SmallSite(tmp_path / "site")
    small.release("1")
    script = small.folder / "www" / "service-worker.js"
    script.write_text(f"{script.read_text()}\n{LEAVE};\nfetch('http://plain.example/').catch(() => {{}});\n")
    with static_server(small.folder) as site, trap() as outside:
        trapped = launch(browser.browser_type, outside.chromium_flag)
        page = open_context(trapped, service_workers="allow").new_page()
        page.goto(f"{site}/www/")

        def both_are_heard() -> None:
            assert set(outside.hosts) == {"collect.example", "plain.example"}

        eventually(page, both_are_heard)
        trapped.close()
