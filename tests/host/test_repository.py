"""Rules about the files of the repository as a whole."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.paths import ROOT

# Spelled in two parts, for this file obeys its own rule.
REGISTRIES = ("pypi" + ".org", "pythonhosted" + ".org", "registry.npmjs" + ".org", "deb.debian" + ".org")
GENERATED = ("www/vendor/", "models/manifest.json", "node_modules/", ".venv/")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout")
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [path for name in listing.split("\0") if name and (path := ROOT / name).is_file()]


def test_no_registry_is_written_down(tracked: list[Path]) -> None:
    """pip and npm know their registries, mirrors included; a written address would go around them."""
    guilty = {
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked
        for host in REGISTRIES
        if host.encode() in path.read_bytes()
    }
    assert guilty == set()


def test_nothing_generated_is_committed(tracked: list[Path]) -> None:
    assert [path for path in tracked if path.relative_to(ROOT).as_posix().startswith(GENERATED)] == []


def test_every_requirement_is_pinned_exactly() -> None:
    lines = [line.split("#")[0].strip() for line in (ROOT / "requirements.txt").read_text().splitlines()]
    assert [line for line in lines if line and "==" not in line] == []
