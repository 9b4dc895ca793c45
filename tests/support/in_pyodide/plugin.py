"""The pytest plugin behind `pytest --run-in-pyodide`, with true results.

pytest-pyodide 0.59.2 defines the option, but its own way of running reports every test as passed: it copies the tests
to one folder, runs the node ids of another, which finds nothing, and takes that for success (its issue 81). Here
pytest's protocol for a test is replaced whole, before pytest-pyodide's hooks are asked. A test counts as passed only if
pytest inside Pyodide reported that very node id, once in every phase, and ended with the exit status that its reports
call for.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import groupby
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
    """Runs every collected test inside one Pyodide, folder by folder."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._resources = ExitStack()
        self._pyodide: PyodidePage | None = None
        self._written: set[Path] = set()
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
            self._outcomes |= self._run(
                [other for other in item.session.items if other.path.parent == item.path.parent]
            )
        outcome = self._outcomes[item.path]
        if isinstance(outcome, str):
            return [failed_report(item, outcome)]
        return reports_of(item, outcome)

    def _run(self, items: Sequence[pytest.Item]) -> Mapping[Path, Outcome | str]:
        """The outcome of the tests of each module of one folder, or in words why there is none.

        All at once, as pytest takes long to begin inside; where that ends badly, module by module.
        """
        modules = {path: list(own) for path, own in groupby(items, lambda item: item.path)}
        try:
            return dict.fromkeys(modules, self._run_at_once(items))
        except BuildError as error:
            return dict.fromkeys(modules, f"the Pyodide for the tests could not be assembled: {error}")
        except PyodideDiedError as error:
            self._stop()
            if len(modules) == 1:
                return dict.fromkeys(modules, f"Pyodide died while it ran {items[0].path.name}: {error}")
            return {path: outcome for own in modules.values() for path, outcome in self._run(own).items()}

    def _run_at_once(self, items: Sequence[pytest.Item]) -> Outcome:
        root = self._config.rootpath
        pyodide = self._started()
        self._write(pyodide, items[0].path)
        modules = dict.fromkeys(item.path.relative_to(root).as_posix() for item in items)
        return pyodide.run(INSIDE_ROOT, [*modules], [item.nodeid for item in items])

    def _started(self) -> PyodidePage:
        if self._pyodide is None:
            distribution = assemble_test_distribution(PROJECT, read_lock(), Cache(), Sources.default())
            self._pyodide = self._resources.enter_context(pyodide_page(PROJECT, distribution, LOCK))
            self._pyodide.write({f"{INSIDE_ROOT}/pytest.ini": self._ini().encode()})
        return self._pyodide

    def _write(self, pyodide: PyodidePage, module: Path) -> None:
        """What modules of this folder need and is not there yet."""
        root = self._config.rootpath
        files = set(_files_beside(module, root)) - self._written
        pyodide.write({f"{INSIDE_ROOT}/{path.relative_to(root).as_posix()}": path.read_bytes() for path in files})
        self._written |= files

    def _stop(self) -> None:
        self._resources.close()
        self._pyodide = None
        self._written.clear()

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
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
    for parent in folder.relative_to(root).parents:
        marker = root / parent / "__init__.py"
        if marker.is_file():
            yield marker
