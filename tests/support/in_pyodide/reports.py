"""From what pytest said inside Pyodide to the reports of the tests outside, believing nothing that does not add up."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pytest

from tests.support.in_pyodide.browser import Outcome

PHASES = ("setup", "call", "teardown")
Phase = Literal["setup", "call", "teardown"]


def reports_of(item: pytest.Item, outcome: Outcome) -> Sequence[pytest.TestReport]:
    """The reports of the phases of `item`; a single failed one where pytest inside did not run exactly this test."""
    if doubt := _doubt(item.nodeid, outcome):
        return [failed_report(item, f"{doubt}\n\n{_everything_said(outcome)}")]
    return [_outside(item, report) for report in outcome.reports if report["nodeid"] == item.nodeid]


def failed_report(item: pytest.Item, text: str) -> pytest.TestReport:
    """A report that `item` failed for a reason outside of it."""
    return pytest.TestReport(
        nodeid=item.nodeid,
        location=item.location,
        keywords={name: 1 for name in item.keywords},
        outcome="failed",
        longrepr=text,
        when="call",
    )


def _doubt(node_id: str, outcome: Outcome) -> str | None:
    """Why the outcome must not be believed for this test, or None."""
    own = [report for report in outcome.reports if report["nodeid"] == node_id]
    phases = tuple(report["when"] for report in own)
    if not own:
        return "this test was not run inside Pyodide"
    # A test whose setup fails or skips has no call.
    expected = PHASES if own[0]["outcome"] == "passed" else ("setup", "teardown")
    if phases != expected:
        return f"inside Pyodide this test ran the phases {', '.join(phases)}, expected {', '.join(expected)}"
    some_failed = any(report["outcome"] == "failed" for report in outcome.reports)
    status = pytest.ExitCode.TESTS_FAILED if some_failed else pytest.ExitCode.OK
    if outcome.status != status:
        return f"pytest inside Pyodide ended with status {outcome.status}, but its reports call for {int(status)}"
    return None


def _everything_said(outcome: Outcome) -> str:
    return "\n".join([*outcome.collection_failures, "pytest inside Pyodide printed:", outcome.output])


def _outside(item: pytest.Item, data: Mapping[str, Any]) -> pytest.TestReport:
    report: pytest.TestReport = item.config.hook.pytest_report_from_serializable(config=item.config, data=dict(data))
    # JSON made lists of the tuples that pytest's terminal takes apart by type.
    report.location = item.location
    if isinstance(report.longrepr, list):
        report.longrepr = tuple(report.longrepr)
    return report
