"""The wheel on a server of its own, and pages that it is installed in."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support import onnx_programs as programs
from tests.support.chromium import PATIENCE_MS
from tests.support.foreign_page import wheel_elsewhere


@pytest.fixture(scope="session")
def wheel(vendor: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the wheel, with a model beside it."""
    assert vendor.is_dir()
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "add.onnx").write_bytes(programs.add())
    with wheel_elsewhere(folder) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that is not ours: it may ask for what it likes."""
    page = browser.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    page.close()
