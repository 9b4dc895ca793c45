"""The half that runs inside Pyodide: pytest on the asked node ids, and every report it makes, as JSON."""

import contextlib
import io
import json
import os
from collections.abc import Sequence
from typing import Any

import pytest


class Recorder:
    """A pytest plugin that selects the wanted tests and keeps each test report and each failure to collect."""

    def __init__(self, node_ids: Sequence[str]) -> None:
        self.wanted = set(node_ids)
        self.config: pytest.Config | None = None
        self.reports: list[dict[str, Any]] = []
        self.collection_failures: list[str] = []

    def pytest_configure(self, config: pytest.Config) -> None:
        self.config = config

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        # Node ids on the command line would be refused all together if a single one did not exist in here.
        items[:] = [item for item in items if item.nodeid in self.wanted]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        assert self.config is not None
        self.reports.append(self.config.hook.pytest_report_to_serializable(config=self.config, report=report))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.collection_failures.append(report.longreprtext)


def run_tests(root: str, modules: Sequence[str], node_ids: Sequence[str]) -> str:
    """Run the tests named by `node_ids` of some `modules`, relative to `root`; returns a JSON object of what happened.

    Its keys: `status`, pytest's exit status; `reports`, one object for each phase of each test;
    `collection_failures`, texts; `output`, what pytest printed.
    """
    os.chdir(root)
    recorder = Recorder(node_ids)
    output = io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        options = ["-p", "no:cacheprovider", "-p", "parameter_ids", "--color=no"]
        status = pytest.main([*options, *modules], plugins=[recorder])
    return json.dumps(
        {
            "status": int(status),
            "reports": recorder.reports,
            "collection_failures": recorder.collection_failures,
            "output": output.getvalue(),
        }
    )
