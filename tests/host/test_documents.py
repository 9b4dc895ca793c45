"""Documents name what is there: every link of one file to another, and every path that stands in them."""

import re
from pathlib import Path

import pytest

from build.cli.main import COMMANDS
from tests.support.paths import ROOT

LINK = re.compile(r"\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:build|app_py|www|tests|docs|benchmarks|models)/[\w./-]+)`")
NOT_HERE = re.compile(r"^www/vendor/|^models/(manifest\.json|ops)|/summertime|/fr\.json$")
"""Generated, or what readers make."""
FOLDERS_OF_TABLES = re.compile(r"^\| in `(\w+/)` \|", re.MULTILINE)


def documents() -> list[Path]:
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    return sorted(found)


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path) -> None:
    targets = [link.split("#")[0] for link in LINK.findall(document.read_text()) if "://" not in link]
    assert [target for target in targets if target and not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_paths_exist(document: Path) -> None:
    named = {path for path in PATH.findall(document.read_text()) if not NOT_HERE.search(path)}
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_the_map_shows_every_folder() -> None:
    """Each folder of `build/` and `app_py/` with sources in it stands in its table of the architecture."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    parts = FOLDERS_OF_TABLES.split(text)[1:]
    tables = dict(zip(parts[::2], parts[1::2], strict=True))
    assert set(tables) == {"build/", "app_py/"}
    for folder, table in tables.items():
        shown = set(re.findall(r"`(\w+)/`", table.split("\n\n")[0]))
        there = {path.parent.name for path in (ROOT / folder).glob("*/__init__.py")}
        assert there - shown == set(), f"folders of {folder} that the map does not show"
        within = {path.name for path in (ROOT / folder).glob("*/*") if path.is_dir()}
        assert shown - there - within == set(), f"folders that {folder} does not have"


def test_the_readme_names_every_command() -> None:
    said = (ROOT / "README.md").read_text()
    assert [command for command in COMMANDS if f"`{command}`" not in said] == []
