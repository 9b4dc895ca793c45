"""`www/vendor/`: the wheel of app_py, the list of everything, and what is kept or removed."""

import ast
import io
import json
import shutil
import zipfile
from pathlib import Path

import pytest

from build.common.errors import BuildError
from build.common.files import sha256_of
from build.kernels.files import PATHS
from build.runtime.assemble import Sources
from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile
from build.runtime.sources import Members, UnavailableError
from build.runtime.vendor import assemble_vendor
from build.runtime.wheel import build_wheel
from tests.support.paths import ROOT

CONTENT = b"an engine"
PACKAGE = Package("engine", "1.0", "MIT", "https://engine.example", npm="engine@1.0")
FILE = PinnedFile("engine/engine.js", PACKAGE, "dist/engine.js", len(CONTENT), sha256_of(CONTENT), "page")


def closed(*_: object) -> Members:
    raise UnavailableError("closed")


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    cache = Cache(tmp_path / "cache")
    cache.put(FILE, CONTENT)
    return cache


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that the wheel is made from, in a folder of their own."""
    root = tmp_path / "project"
    shutil.copytree(ROOT / "app_py", root / "app_py", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.fixture(autouse=True)
def made_up_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling takes long, and `tests/host/kernels` does it."""
    monkeypatch.setattr("build.runtime.vendor.compile_all", lambda: {path: path.encode() for path in PATHS})


def assemble(project: Path, cache: Cache) -> list[str]:
    return assemble_vendor(project, [FILE], cache, Sources(web=closed, npm=closed, pypi=closed))


def test_the_listing_describes_every_file(project: Path, cache: Cache) -> None:
    assemble(project, cache)
    vendor = project / "www" / "vendor"
    listing = json.loads((vendor / "runtime.json").read_text())
    assert listing["version"] == 1
    assert listing["wheel"].startswith("app_py-")
    assert [entry["path"] for entry in listing["files"]] == ["engine/engine.js", listing["wheel"], *PATHS]
    for entry in listing["files"]:
        data = (vendor / entry["path"]).read_bytes()
        assert (entry["bytes"], entry["sha256"]) == (len(data), sha256_of(data))


def test_the_notices_name_package_version_and_licence(project: Path, cache: Cache) -> None:
    assemble(project, cache)
    assert "**engine 1.0**, MIT" in (project / "www" / "vendor" / "NOTICES.md").read_text()


def test_a_second_run_changes_nothing(project: Path, cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    assert assemble(project, cache)
    monkeypatch.setattr("build.runtime.vendor.build_wheel", lambda _: pytest.fail("the wheel was built again"))
    monkeypatch.setattr("build.runtime.vendor.compile_all", lambda: pytest.fail("the C++ was compiled again"))
    assert assemble(project, cache) == []


def test_a_changed_source_makes_a_new_wheel(project: Path, cache: Cache) -> None:
    assemble(project, cache)
    (project / "app_py" / "added.py").write_text("ANSWER = 42\n")
    changed = assemble(project, cache)
    assert [name for name in changed if name.endswith(".whl")]
    assert "app_py/added.py" in zipfile.ZipFile(next((project / "www" / "vendor").glob("*.whl"))).namelist()


def test_a_damaged_wheel_is_built_again(project: Path, cache: Cache) -> None:
    assemble(project, cache)
    wheel = next((project / "www" / "vendor").glob("*.whl"))
    good = wheel.read_bytes()
    wheel.write_bytes(good[:-1])
    assemble(project, cache)
    assert wheel.read_bytes() == good


@pytest.mark.parametrize("name", PATHS)
def test_what_is_damaged_is_compiled_again(project: Path, cache: Cache, name: str) -> None:
    assemble(project, cache)
    path = project / "www" / "vendor" / name
    good = path.read_bytes()
    path.write_bytes(good[:-1])
    assert assemble(project, cache) == [name.split("/")[-1]]
    assert path.read_bytes() == good


@pytest.mark.parametrize("stray", ["app_py-0.0.1-py3-none-any.whl", "engine/old.js", ".engine.js.1.part", "a/b/c.js"])
def test_what_no_version_lists_any_more_is_removed(project: Path, cache: Cache, stray: str) -> None:
    assemble(project, cache)
    path = project / "www" / "vendor" / stray
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"old")
    assert assemble(project, cache) == [stray]
    assert not path.exists()
    folders = {folder.name for folder in (project / "www" / "vendor").iterdir() if folder.is_dir()}
    assert folders == {"engine", "kernels", "steady"}


@pytest.mark.parametrize("listing", ["", "[]", '{"version": 0}', '{"version": 1, "files": []}'])
def test_a_damaged_listing_is_written_again(project: Path, cache: Cache, listing: str) -> None:
    assemble(project, cache)
    path = project / "www" / "vendor" / "runtime.json"
    good = path.read_text()
    path.write_text(listing)
    assert assemble(project, cache) == ["runtime.json"]
    assert path.read_text() == good


def test_the_wheel_holds_app_py_alone_and_is_the_same_every_time(project: Path) -> None:
    first, second = build_wheel(ROOT), build_wheel(project)
    assert first == second
    names = zipfile.ZipFile(io.BytesIO(first.data)).namelist()
    folders = {name.split("/")[0] for name in names}
    assert folders == {"app_py", first.name.removesuffix("-py3-none-any.whl") + ".dist-info"}


def test_a_wheel_that_cannot_be_built_is_said_in_one_sentence(project: Path) -> None:
    (project / "pyproject.toml").write_text("not toml")
    with pytest.raises(BuildError, match="hatchling could not build the wheel of app_py: ") as refusal:
        build_wheel(project)
    assert "\n" not in str(refusal.value)


def test_only_one_module_of_app_py_touches_the_browser() -> None:
    """Anything else must run unchanged in CPython."""
    touching = set()
    for path in (ROOT / "app_py").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if {name.split(".")[0] for name in names} & {"js", "pyodide", "pyodide_js"}:
                touching.add(path.relative_to(ROOT).as_posix())
    assert touching <= {"app_py/onnxruntime/platform/in_pyodide.py"}
