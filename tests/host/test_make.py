"""`make serve` and `make test`: what is said when they cannot start, and what a second run does not do again."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import ROOT

MAKE = shutil.which("make") or "/usr/bin/make"


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        [MAKE, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that make reads, and every step's outcome replaced by one that costs nothing."""
    for name in ("Makefile", "requirements.txt", "package.json", "package-lock.json", "build/prerequisites.sh"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    for name in (".venv/bin/python", ".venv/bin/pip"):
        program = tmp_path / name
        program.parent.mkdir(parents=True, exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "{program.name} $*"\n[ "$1" != -c ] || exec python3 "$@"\n')
        program.chmod(0o755)
    for name in (".venv/installed", "node_modules/installed"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize("command", ["serve", "check", "test"])
def test_a_missing_program_stops_it_before_anything_is_installed(project: Path, command: str) -> None:
    done = make(project, command, "PYTHON=no-such-python")
    assert done.returncode != 0
    assert f"error: make {command} needs Python 3.11 or newer" in done.stderr
    assert done.stdout == ""


def test_serve_prints_the_page_s_address_and_serves_the_root(project: Path) -> None:
    with socket.create_server(("", 0)) as free:
        port = free.getsockname()[1]
    done = make(project, "serve", f"PORT={port}")
    assert done.stdout.splitlines()[-2:] == [
        f"The page: http://localhost:{port}/www/   (Ctrl+C stops it)",
        f"python -m http.server {port}",
    ]


def test_what_is_installed_is_not_installed_again(project: Path) -> None:
    done = make(project, "setup")
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout


@pytest.mark.parametrize(
    ("changed", "step"),
    [("requirements.txt", "pip install"), ("package-lock.json", "npm ci")],
)
def test_a_changed_pin_is_installed(project: Path, changed: str, step: str) -> None:
    later = (project / ".venv" / "installed").stat().st_mtime + 10
    os.utime(project / changed, (later, later))
    assert step in make(project, "--dry-run", "setup").stdout


def test_an_interrupted_installation_starts_again(project: Path) -> None:
    (project / ".venv" / "installed").unlink()
    assert "pip install" in make(project, "--dry-run", "setup").stdout


def test_a_taken_port_is_said_in_one_sentence(project: Path) -> None:
    with socket.create_server(("", 0)) as taken:
        port = taken.getsockname()[1]
        done = make(project, "serve", f"PORT={port}")
    assert done.returncode != 0
    assert f"error: port {port} is taken" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("fails", ["", "ruff", "mypy", "npm", "pytest"])
def test_lint_and_the_tests_inside_pyodide_both_count(
    project: Path, fails: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ruff", "mypy", "pytest", "npm"):
        program = project / ".venv" / "bin" / name
        program.write_text(f"#!/bin/sh\necho {name} ran\nexit {int(name == fails)}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{project / '.venv' / 'bin'}:{os.environ['PATH']}")
    done = make(project, "lint-and-pyodide")
    assert (done.returncode == 0) == (fails == "")
    assert "pytest ran" in done.stdout
