"""The real page under the real `http.server`, in a real Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support.chromium import PATIENCE_MS, Watch, launch, watched_page
from tests.support.server import static_server

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def site(vendor: Path) -> Iterator[str]:
    """The address of a server of the repository's root, without a final slash; the page is at `{site}/www/`."""
    with static_server(vendor.parents[1]) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests."""
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        yield browser
        browser.close()


@pytest.fixture
def watched(browser: Browser, site: str) -> Iterator[tuple[Page, Watch]]:
    """A page and the list of what it did wrong, for tests that provoke something on purpose."""
    with watched_page(browser, site) as pair:
        yield pair


@pytest.fixture
def page(watched: tuple[Page, Watch]) -> Iterator[Page]:
    """A page of somebody who may have been here before, of which nothing is left but how Python starts.

    The test fails if a request leaves the origin or an error goes uncaught.
    """
    page, watch = watched
    yield page
    if watch.problems:
        pytest.fail("\n".join(watch.problems), pytrace=False)
