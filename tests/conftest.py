"""Fixtures for every test: the data that lies beside the project, where it does."""

from pathlib import Path

import pytest

from tests.support.paths import DATA


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of third-party weights, graphs and photos beside the project; skips where it is absent."""
    if not DATA.is_dir():
        pytest.skip(f"needs the data folder {DATA.name}/ beside the project")
    return DATA
