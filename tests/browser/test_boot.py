"""A page whose own scripts fail says one clear sentence, whichever of them it is."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.support.chromium import watched_page
from tests.support.paintings import START_MS, state
from tests.support.paths import ROOT

WWW = ROOT / "www"
PAGES = {"index.html": "studio/main.js", "benchmark.html": "benchmark/main.js", "ops.html": "operator_test/main.js"}
IMPORT = re.compile(r"^(?:import|export)\b[^;]*?from '(\.[^']+)';", re.MULTILINE)
LOGIC = ("python/worker.js", "python/python.js", "python/image.js", "python/store.js", "python/translation.js")


def modules(script: str) -> list[str]:
    """The script and everything it imports before it runs, as paths in `www/`."""
    found = [script]
    for path in found:
        for name in IMPORT.findall((WWW / path).read_text()):
            imported = str((WWW / path).parent.joinpath(name).resolve().relative_to(WWW))
            if imported not in found:
                found.append(imported)
    return found


def says(page: Page, code: str) -> None:
    """One sentence or two, for people."""
    state(page, "error", START_MS)
    status = page.locator("#status")
    expect(status).to_have_attribute("data-error", code)
    expect(status).to_have_text(re.compile(r"^[A-Z][^.]+(\.[^.]+)?\.$"))
    expect(page.locator("#progress")).to_have_attribute("data-idle", "")


def lost(route: Route) -> None:
    route.abort()


def missing(route: Route) -> None:
    route.fulfill(status=404, body="nothing")


@pytest.mark.parametrize("name", PAGES)
def test_any_module_that_does_not_arrive(browser: Browser, site: str, name: str) -> None:
    scripts = modules(PAGES[name])
    assert {"studio/view.js", "i18n/i18n.js", "offline/page.js"} < set(scripts)
    with watched_page(browser, site, first_visit=True) as (page, watch):
        for number, script in enumerate(scripts):
            page.unroute_all()
            page.route(f"**/www/{script}", (lost, missing)[number % 2])
            page.goto(f"{site}/www/{name}")
            says(page, "script-missing")
        assert watch.problems == []


@pytest.mark.parametrize("script", LOGIC)
def test_a_script_of_the_logic_worker_that_does_not_arrive(browser: Browser, site: str, script: str) -> None:
    with watched_page(browser, site, first_visit=True) as (page, _):
        page.route(f"**/www/{script}*", lost)
        page.goto(f"{site}/www/")
        says(page, "python-missing")


def serve(page: Page, pattern: str, change: Callable[[str], str]) -> None:
    """Serve the real file, changed."""

    def answer(route: Route) -> None:
        response = route.fetch()
        route.fulfill(response=response, body=change(response.text()))

    page.route(pattern, answer)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda text: text + "}", "python-failed"),
        (lambda text: text.replace("export class View", "class View"), "python-failed"),
        (lambda text: text + "throw new TypeError('broken');", "internal"),
    ],
    ids=["does not parse", "lacks an export", "throws"],
)
def test_a_module_that_is_broken(browser: Browser, site: str, change: Callable[[str], str], code: str) -> None:
    with watched_page(browser, site, first_visit=True) as (page, _):
        serve(page, "**/www/studio/view.js", change)
        page.goto(f"{site}/www/")
        says(page, code)


@pytest.mark.parametrize("name", PAGES)
def test_a_browser_without_modules(browser: Browser, site: str, name: str) -> None:
    with watched_page(browser, site, first_visit=True) as (page, watch):
        page.add_init_script("delete HTMLScriptElement.prototype.noModule")
        serve(page, f"**/{name}", lambda text: text.replace('type="module"', 'type="unheard-of"'))
        page.goto(f"{site}/www/{name}")
        says(page, "browser-old")
        assert watch.problems == []


def test_a_page_that_runs_says_nothing_of_the_kind(page: Page, site: str) -> None:
    page.goto(f"{site}/www/")
    state(page, "ready", START_MS)
    expect(page.locator("#status")).not_to_have_attribute("data-error", re.compile("."))
