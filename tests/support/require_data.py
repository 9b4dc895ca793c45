"""The tests that need the data beside the project: `-m data` picks them, and `--require-data` lets none of them skip,
so that a check cannot pass by running nothing."""

import re
from collections.abc import Generator

import pytest

# How the reasons of such skips begin: the data beside the project, the models that the build makes.
FOR_WANT_OF_DATA = re.compile(r"Skipped: needs (the data folder|models/)")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-data", action="store_true", help="fail tests that skip because data is absent")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "data: needs the data folder beside the project; follows from its fixture")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Before `-m` picks."""
    for item in items:
        # A test may have a parameter of that name.
        parameters = getattr(getattr(item, "callspec", None), "params", {})
        if "data" in getattr(item, "fixturenames", ()) and "data" not in parameters:
            item.add_marker("data")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if item.config.getoption("require_data") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if FOR_WANT_OF_DATA.match(reason):
            report.outcome = "failed"
            report.longrepr = f"the data must be there (--require-data), but: {reason}"
    return report
