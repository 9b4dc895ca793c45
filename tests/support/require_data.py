"""`--require-data`: a test that would skip for want of data fails, so that a check cannot pass by running nothing."""

import re
from collections.abc import Generator

import pytest

# What the reasons of such skips speak of: the folder, the variable that names the checkpoints, the data itself.
ABOUT_DATA = re.compile(r"\bshared\b|FNS_CHECKPOINTS|\bdata\b|\bcheckpoints?\b|\bweights?\b|amber", re.IGNORECASE)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-data", action="store_true", help="fail tests that skip because data is absent")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if item.config.getoption("require_data") and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if ABOUT_DATA.search(reason):
            report.outcome = "failed"
            report.longrepr = f"the data must be there (--require-data), but: {reason}"
    return report
