"""Fixtures for every test: the data that lies beside the project, where it does."""

from pathlib import Path

import pytest

from build.runtime.assemble import Sources
from build.runtime.cache import Cache
from build.runtime.lock import read_lock
from build.runtime.vendor import assemble_vendor
from tests.support.paths import DATA, ROOT

BROWSER_TESTS = ROOT / "tests" / "browser"
BEGIN_FIRST = ("browser", "compiler", "support")
"""Folders whose files are one long test each, or nearly so; those of the studio are many, and fill what is left."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop in this thread, in which nothing else can run its own.

    Long files begin first, so that no process is left with one when the others are done.
    """
    items.sort(key=lambda item: (BROWSER_TESTS in item.path.parents, item.path.parent.name not in BEGIN_FIRST))


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of third-party weights, graphs and photos beside the project; skips where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"needs the data folder {DATA.name}/ beside the project")
    return DATA


@pytest.fixture(scope="session")
def vendor() -> Path:
    """The assembled `www/vendor/`, with a wheel of the present `app_py`: a stale one would test old code."""
    assemble_vendor(ROOT, read_lock(), Cache(), Sources.default())
    return ROOT / "www" / "vendor"
