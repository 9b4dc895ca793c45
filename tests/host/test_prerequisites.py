"""`build/prerequisites.sh`: one sentence that names what is missing and the Debian packages that bring it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import ROOT

SCRIPT = ROOT / "build" / "prerequisites.sh"
SH = shutil.which("sh") or "/bin/sh"
GOOD = dict.fromkeys(("python3", "node", "npm", "chromium", "firefox-esr"), "exit 0")
OLD_PYTHON = 'case "$2" in *version_info*) exit 1;; *python_version*) echo 3.9.2;; esac'
NO_ENSUREPIP = 'case "$2" in *ensurepip*) exit 1;; esac'
OLD_NODE = 'case "$1" in -e) exit 1;; *) echo v16.20.0;; esac'


def check(folder: Path, purpose: str, programs: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script where the only programs are the given shell scripts."""
    for name, body in programs.items():
        program = folder / name
        program.write_text(f"#!{SH}\n{body}\n")
        program.chmod(0o755)
    return subprocess.run(
        [SH, str(SCRIPT), purpose], env={"PATH": str(folder)}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("purpose", ["serve", "test"])
def test_nothing_is_said_where_nothing_is_missing(tmp_path: Path, purpose: str) -> None:
    done = check(tmp_path, purpose, GOOD)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("purpose", "changed", "sentence"),
    [
        ("serve", {"python3": None}, "Python 3.11 or newer (no python3 was found); {apt} python3 python3-venv"),
        ("serve", {"python3": OLD_PYTHON}, "Python 3.11 or newer (found 3.9.2); {apt} python3 python3-venv"),
        ("serve", {"python3": NO_ENSUREPIP}, "Python's venv and ensurepip; {apt} python3-venv"),
        ("serve", {"node": None}, "Node 18 or newer (no node was found); {apt} nodejs"),
        ("serve", {"node": OLD_NODE}, "Node 18 or newer (found v16.20.0); {apt} nodejs"),
        ("serve", {"npm": None}, "npm; {apt} npm"),
        ("test", {"chromium": None}, "Chromium; {apt} chromium"),
        ("test", {"firefox-esr": None}, "Firefox; {apt} firefox-esr"),
        ("test", {"npm": None, "chromium": None}, "npm, Chromium; {apt} npm chromium"),
    ],
)
def test_what_is_missing_is_named_with_its_package(
    tmp_path: Path, purpose: str, changed: dict[str, str | None], sentence: str
) -> None:
    programs = {name: body for name, body in {**GOOD, **changed}.items() if body is not None}
    done = check(tmp_path, purpose, programs)
    expected = sentence.format(apt="on Debian: apt-get install")
    assert (done.returncode, done.stderr) == (1, f"error: make {purpose} needs {expected}\n")


def test_the_page_needs_no_chromium(tmp_path: Path) -> None:
    assert check(tmp_path, "serve", {name: body for name, body in GOOD.items() if name != "chromium"}).returncode == 0


@pytest.mark.parametrize("name", ["chromium-browser", "google-chrome", "google-chrome-stable"])
def test_any_chromium_will_do(tmp_path: Path, name: str) -> None:
    programs = {**{known: body for known, body in GOOD.items() if known != "chromium"}, name: "exit 0"}
    assert check(tmp_path, "test", programs).returncode == 0
