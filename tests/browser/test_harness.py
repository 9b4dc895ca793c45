"""The watch over pages really sees what it is there to see."""

import json

import pytest
from playwright.sync_api import Page

from tests.support.chromium import Watch

WORKER = "new Worker(URL.createObjectURL(new Blob([{}])))"
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
    for _ in range(50):
        if watch.problems:
            break
        page.wait_for_timeout(100)
    assert any(seen in problem for problem in watch.problems), watch.problems


def test_a_good_page_is_not_accused(watched: tuple[Page, Watch], site: str) -> None:
    page, watch = watched
    page.goto(f"{site}/www/photos/photos.json")
    page.evaluate("() => fetch('/www/photos/photos.json').then(reply => reply.text())")
    page.wait_for_timeout(200)
    assert watch.problems == []


def test_webgl_works_without_a_gpu(page: Page, site: str) -> None:
    page.goto(f"{site}/www/photos/photos.json")
    assert page.evaluate("() => document.createElement('canvas').getContext('webgl2') !== null")
