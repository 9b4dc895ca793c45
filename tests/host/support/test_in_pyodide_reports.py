"""What pytest said inside Pyodide is believed only where it adds up."""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.in_pyodide.browser import Outcome
from tests.support.in_pyodide.reports import reports_of


def reports(nodeid: str, *phases: tuple[str, str]) -> list[dict[str, Any]]:
    """Reports as `pytest_report_to_serializable` makes them."""
    return [
        {
            "$report_type": "TestReport",
            "nodeid": nodeid,
            "location": ["tests/x.py", 1, "x"],
            "keywords": {},
            "outcome": outcome,
            "longrepr": "the reason" if outcome == "failed" else None,
            "when": when,
        }
        for when, outcome in phases
    ]


PASS = (("setup", "passed"), ("call", "passed"), ("teardown", "passed"))
FAIL = (("setup", "passed"), ("call", "failed"), ("teardown", "passed"))


def seen(item: pytest.Item, status: int, made: Sequence[dict[str, Any]]) -> tuple[list[str], str]:
    """The outcomes reported outside, and the text of them."""
    found = reports_of(item, Outcome(status, made, [], "1 of 1 collected"))
    return [report.outcome for report in found], "\n".join(report.longreprtext for report in found)


@pytest.fixture
def item(request: pytest.FixtureRequest) -> pytest.Item:
    node = request.node
    assert isinstance(node, pytest.Item)
    return node


def test_a_test_that_ran_once_and_passed_has_passed(item: pytest.Item) -> None:
    assert seen(item, 0, reports(item.nodeid, *PASS)) == (["passed"] * 3, "\n\n")


def test_another_test_s_failure_is_not_ours(item: pytest.Item) -> None:
    made = reports("tests/y.py::y", *FAIL) + reports(item.nodeid, *PASS)
    assert seen(item, 1, made)[0] == ["passed"] * 3


def test_a_failure_comes_with_its_reason(item: pytest.Item) -> None:
    outcomes, text = seen(item, 1, reports(item.nodeid, *FAIL))
    assert outcomes == ["passed", "failed", "passed"]
    assert "the reason" in text


def test_a_setup_that_failed_has_no_call(item: pytest.Item) -> None:
    made = reports(item.nodeid, ("setup", "failed"), ("teardown", "passed"))
    assert seen(item, 1, made)[0] == ["failed", "passed"]


@pytest.mark.parametrize(
    ("status", "phases", "words"),
    [
        (0, (), "was not run inside Pyodide"),
        (5, (), "was not run inside Pyodide"),
        (0, PASS[:1], "ran the phases setup, expected setup, call, teardown"),
        (0, PASS[::2], "ran the phases setup, teardown, expected setup, call, teardown"),
        (0, PASS + PASS, "ran the phases setup, call, teardown, setup, call, teardown, expected"),
        (1, PASS, "ended with status 1, but its reports call for 0"),
        (5, PASS, "ended with status 5, but its reports call for 0"),
        (0, FAIL, "ended with status 0, but its reports call for 1"),
    ],
)
def test_what_does_not_add_up_is_a_failure(
    item: pytest.Item, status: int, phases: Sequence[tuple[str, str]], words: str
) -> None:
    outcomes, text = seen(item, status, reports(item.nodeid, *phases))
    assert outcomes == ["failed"]
    assert words in text
    assert "1 of 1 collected" in text
