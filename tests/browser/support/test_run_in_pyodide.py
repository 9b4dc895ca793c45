"""The canary: `pytest --run-in-pyodide` tells the truth, and goes red when a shared test is broken."""

import os
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.support.paths import ROOT

OUTCOMES = """
import sys

import pytest


@pytest.fixture
def broken():
    raise ValueError("broken fixture")


def test_passes():
    import app_py, numpy, PIL
    assert sys.platform == "emscripten"


def test_fails():
    assert 1 == 2


def test_skips():
    pytest.skip("on purpose")


def test_fails_in_setup(broken):
    pass


@pytest.mark.xfail
def test_fails_as_expected():
    assert False


@pytest.mark.xfail
def test_passes_unexpectedly():
    pass


@pytest.mark.parametrize("value", ["a/b[c]::ü", 1.5])
def test_has_parameters(value):
    assert value == 1.5


@pytest.mark.parametrize("text", ["x" * 1_000_000])
def test_has_long_parameters(text):
    assert len(text) == 1_000_000


def test_waits_for_a_promise():
    import asyncio
    from pyodide.ffi import run_sync

    run_sync(asyncio.sleep(0.01))


if sys.platform != "emscripten":

    def test_exists_only_outside():
        pass
"""
DIES = """
def test_reloads_the_page():
    import asyncio
    import js
    from pyodide.ffi import run_sync

    js.location.reload()
    run_sync(asyncio.sleep(60))
"""
EXPECTED = {
    "test_reloads_the_page": "failure",
    "test_passes": "passed",
    "test_fails": "failure",
    "test_skips": "skipped",
    "test_fails_in_setup": "error",
    "test_fails_as_expected": "skipped",
    "test_passes_unexpectedly": "failure",
    "test_has_parameters[a/b[c]::\\xfc]": "failure",
    "test_has_parameters[1.5]": "passed",
    "test_has_long_parameters['xxxxxxxxxxxxxxxxxxxx'...1000000-63745bc2]": "passed",
    "test_waits_for_a_promise": "passed",
    "test_exists_only_outside": "failure",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project whose shared tests are the ones above."""
    copy = tmp_path_factory.mktemp("project")
    for name in ("pyproject.toml", "README.md", "LICENSE", "conftest.py", "tests/__init__.py", "tests/conftest.py"):
        (copy / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    for name in ("app_py", "build", "tests/support"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shared = copy / "tests" / "shared"
    shared.mkdir()
    (shared / "test_a_dies.py").write_text(DIES)
    (shared / "test_outcomes.py").write_text(OUTCOMES)
    host = copy / "tests" / "host"
    host.mkdir()
    (host / "test_needs_cpython.py").write_text("raise RuntimeError('must not be collected')\n")
    return copy


@pytest.fixture(scope="module")
def run(project: Path) -> subprocess.CompletedProcess[str]:
    """`pytest --run-in-pyodide` with no further arguments, but for the file of results."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "--run-in-pyodide", "--junitxml=results.xml"]
    return subprocess.run(
        command, cwd=project, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def outcomes(project: Path, run: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What became of each test, by its name."""
    results = project / "results.xml"
    assert results.exists(), run.stdout + run.stderr
    cases = ET.parse(results).getroot().iter("testcase")
    return {case.attrib["name"]: next((child.tag for child in case), "passed") for case in cases}


def test_every_outcome_is_the_true_one(outcomes: dict[str, str]) -> None:
    assert outcomes == EXPECTED


def test_the_run_is_red(run: subprocess.CompletedProcess[str]) -> None:
    assert run.returncode == pytest.ExitCode.TESTS_FAILED, run.stdout


@pytest.mark.parametrize(
    "words",
    [
        "assert 1 == 2",
        "ValueError: broken fixture",
        "on purpose",
        "this test was not run inside Pyodide",
        "Pyodide died while it ran test_a_dies.py",
        "tests/shared (all others need CPython)",
    ],
)
def test_the_reason_is_shown(run: subprocess.CompletedProcess[str], words: str) -> None:
    assert words in run.stdout
