"""The lock of the browser runtime: what it pins, and what is said when it is damaged."""

import json
from pathlib import Path
from typing import Any

import pytest

from build.common.errors import BuildError
from build.runtime.lock import read_lock

PINNED = {"path": "a.js", "package": "a", "member": "dist/a.js", "bytes": 1, "sha256": "0" * 64, "group": "page"}
LOCK = {
    "version": 1,
    "packages": {"a": {"version": "1.0", "licence": "MIT", "homepage": "https://a.example", "npm": "a@1.0"}},
    "files": [PINNED],
}


def written(folder: Path, lock: Any) -> Path:
    path = folder / "runtime.lock.json"
    path.write_text(lock if isinstance(lock, str) else json.dumps(lock))
    return path


def test_a_good_lock_is_read(tmp_path: Path) -> None:
    (file,) = read_lock(written(tmp_path, LOCK))
    assert (file.path, file.package.npm, file.member, file.size) == ("a.js", "a@1.0", "dist/a.js", 1)


@pytest.mark.parametrize(
    ("lock", "words"),
    [
        ("{", "JSONDecodeError"),
        ("[]", "damaged"),
        ({**LOCK, "version": 9}, "version is 9, expected 1"),
        ({**LOCK, "files": [{**PINNED, "package": "b"}]}, "'b'"),
        ({**LOCK, "files": [{**PINNED, "sha256": "12"}]}, "a.js: sha256 is not 64"),
        ({**LOCK, "files": [{**PINNED, "path": "../a.js"}]}, "'../a.js' leaves the folder"),
        ({**LOCK, "files": [{**PINNED, "path": "/a.js"}]}, "'/a.js' leaves the folder"),
        ({**LOCK, "files": [{**PINNED, "group": "other"}]}, "group 'other'"),
        ({**LOCK, "files": [{"path": "a.js"}]}, "KeyError"),
    ],
)
def test_a_damaged_lock_is_refused_in_one_sentence(tmp_path: Path, lock: Any, words: str) -> None:
    path = written(tmp_path, lock)
    with pytest.raises(BuildError) as refusal:
        read_lock(path)
    assert words in str(refusal.value)
    assert str(path) in str(refusal.value)


def test_a_missing_lock_is_named(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match=r"cannot read the runtime lock .*nowhere\.json"):
        read_lock(tmp_path / "nowhere.json")


def test_the_pinned_wheels_are_the_ones_that_pyodide_names(vendor: Path) -> None:
    """Pyodide checks the wheels again, against its own lock: ours must say the same, or the page would not load."""
    pinned = {Path(file.path).name: file for file in read_lock() if file.group == "page"}
    theirs = json.loads((vendor / "pyodide" / "pyodide-lock.json").read_text())
    for name in ("numpy", "pillow", "micropip", "packaging"):
        package = theirs["packages"][name]
        assert pinned[package["file_name"]].sha256 == package["sha256"]
