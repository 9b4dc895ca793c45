"""One change tried: a process of its own in which the module is the changed one, and pytest runs."""

import contextlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import types
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.mutants.changes import Change, changed

PASSED = 0


class _Loader(importlib.machinery.SourceFileLoader):
    """Gives the changed code in place of the file's."""

    def __init__(self, name: str, change: Change) -> None:
        super().__init__(name, str(change.path))
        self._change = change

    def get_code(self, _fullname: str) -> types.CodeType:
        return compile(changed(self._change.path, self._change.index), self.path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, name: str, change: Change) -> None:
        self._name = name
        self._change = change

    def find_spec(
        self, fullname: str, _path: object = None, _target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self._name:
            return None
        return importlib.util.spec_from_file_location(
            fullname, self._change.path, loader=_Loader(fullname, self._change)
        )


def run(tests: Sequence[str], change: Change | None, limit_s: float) -> bool:
    """Whether all tests pass, with a change or without. One that takes longer than the limit does not.

    The process is forked: what this one has imported (but never the project itself) need not be imported again.
    """
    child = os.fork()
    if child == 0:
        os._exit(_pytest(tests, change, limit_s))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status) == PASSED


def _pytest(tests: Sequence[str], change: Change | None, limit_s: float) -> int:
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    if change:
        sys.meta_path.insert(0, _Finder(module_name(change.path), change))
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        contextlib.redirect_stderr(nowhere),
    ):
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
        return int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-o", "python_files=test_*.py", *tests]))


def module_name(path: Path) -> str:
    """
    >>> module_name(Path("app_py/photo/__init__.py")), module_name(Path("app_py/i18n.py"))
    ('app_py.photo', 'app_py.i18n')
    """
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
