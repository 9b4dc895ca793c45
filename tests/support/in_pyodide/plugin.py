"""The pytest plugin behind `pytest --run-in-pyodide`, with true results.

pytest-pyodide 0.59.2 defines the option, but its own way of running reports every test as passed: it copies the tests
to one folder, runs the node ids of another, which finds nothing, and takes that for success (its issue 81). Here
pytest's protocol for a test is replaced whole, before pytest-pyodide's hooks are asked. A test counts as passed only if
pytest inside Pyodide reported that very node id, once in every phase, and ended with the exit status that its reports
call for.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from build.common.errors import BuildError
from build.runtime.assemble import Sources
from build.runtime.cache import Cache
from build.runtime.lock import read_lock
from build.runtime.pyodide_with_pytest import LOCK, assemble_test_distribution
from tests.support.in_pyodide.browser import Outcome, PyodideDiedError, PyodidePage, pyodide_page
from tests.support.in_pyodide.reports import failed_report, reports_of

PROJECT = Path(__file__).parents[3]
SHARED = PROJECT / "tests" / "shared"
INSIDE_ROOT = "/tests_root"


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("run_in_pyodide", default=False):
        config.pluginmanager.register(InPyodide(config), "in-pyodide")


class InPyodide:
    """Runs every collected test inside one Pyodide, module by module."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._resources = ExitStack()
        self._pyodide: PyodidePage | None = None
        self._outcomes: dict[Path, Outcome | str] = {}
        # Only tests/shared promises to run there; what the command line names is run there whatever it is.
        self._everything = config.args_source is pytest.Config.ArgsSource.ARGS

    def pytest_report_header(self) -> str:
        scope = "the tests that were named" if self._everything else "tests/shared (all others need CPython)"
        return f"inside Pyodide in Chromium: {scope}"

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        if self._everything or collection_path.is_relative_to(SHARED) or SHARED.is_relative_to(collection_path):
            return None
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> bool:
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._reports(item):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        return True

    def pytest_unconfigure(self) -> None:
        self._resources.close()

    def _reports(self, item: pytest.Item) -> Sequence[pytest.TestReport]:
        if item.path not in self._outcomes:
            items = [other for other in item.session.items if other.path == item.path]
            self._outcomes[item.path] = self._run(items)
        outcome = self._outcomes[item.path]
        if isinstance(outcome, str):
            return [failed_report(item, outcome)]
        return reports_of(item, outcome)

    def _run(self, items: Sequence[pytest.Item]) -> Outcome | str:
        """The outcome of the tests of one module, or in words why there is none."""
        try:
            pyodide = self._started()
            root = self._config.rootpath
            for path in _files_beside(items[0].path, root):
                pyodide.write(f"{INSIDE_ROOT}/{path.relative_to(root).as_posix()}", path.read_bytes())
            pyodide.write(f"{INSIDE_ROOT}/pytest.ini", self._ini().encode())
            module = items[0].path.relative_to(root).as_posix()
            return pyodide.run(INSIDE_ROOT, module, [item.nodeid for item in items])
        except BuildError as error:
            return f"the Pyodide for the tests could not be assembled: {error}"
        except PyodideDiedError as error:
            self._stop()
            return f"Pyodide died while it ran {items[0].path.name}: {error}"

    def _started(self) -> PyodidePage:
        if self._pyodide is None:
            distribution = assemble_test_distribution(PROJECT, read_lock(), Cache(), Sources.default())
            self._pyodide = self._resources.enter_context(pyodide_page(PROJECT, distribution, LOCK))
        return self._pyodide

    def _stop(self) -> None:
        self._resources.close()
        self._pyodide = None

    def _ini(self) -> str:
        """The settings that change what a test means; all others are about the run outside."""
        markers = "\n".join(f"    {marker}" for marker in self._config.getini("markers"))
        strict = "true" if self._config.getini("xfail_strict") else "false"
        options = "--import-mode=importlib --strict-markers"
        return f"[pytest]\naddopts = {options}\nxfail_strict = {strict}\nmarkers =\n{markers}\n"


def _files_beside(module: Path, root: Path) -> Iterator[Path]:
    """All of tests/shared for its modules, else the module's folder, and the `__init__.py` files above it.

    Those make a module's name the same as outside.
    """
    folder = SHARED if module.is_relative_to(SHARED) else module.parent
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
    for parent in folder.relative_to(root).parents:
        marker = root / parent / "__init__.py"
        if marker.is_file():
            yield marker
