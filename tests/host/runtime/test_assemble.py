"""The assembler: checked before written, sources in order, nothing done twice."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from build.common.errors import BuildError
from build.common.files import sha256_of
from build.runtime.assemble import Sources, fill
from build.runtime.cache import Cache, default_cache_folder
from build.runtime.lock import Package, PinnedFile
from build.runtime.sources import Members, UnavailableError, Web

CONTENT = b"an engine"
PACKAGE = Package(
    name="engine",
    version="1.0",
    licence="MIT",
    homepage="https://engine.example",
    url="https://cdn.example/",
    npm="engine@1.0",
    pypi="engine==1.0",
)
FILE = PinnedFile("engine/engine.js", PACKAGE, "dist/engine.js", len(CONTENT), sha256_of(CONTENT), "page")


class Shelf:
    """A source that answers with `data`, or cannot be asked, and counts how often it was tried."""

    def __init__(self, data: bytes | None) -> None:
        self.data = data
        self.asked = 0

    def __call__(self, package: Package, files: Iterable[PinnedFile]) -> Members:
        self.asked += 1
        if self.data is None:
            raise UnavailableError(f"no way to {package.name}")
        return {file.path: self.data for file in files}


def sources(web: bytes | None = None, npm: bytes | None = None, pypi: bytes | None = None) -> Sources:
    return Sources(web=Shelf(web), npm=Shelf(npm), pypi=Shelf(pypi))


def asked(sources: Sources) -> tuple[int, int, int]:
    counts = [shelf.asked for shelf in (sources.web, sources.npm, sources.pypi) if isinstance(shelf, Shelf)]
    return counts[0], counts[1], counts[2]


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "vendor"


def test_a_file_is_fetched_kept_and_written(folder: Path, cache: Cache) -> None:
    assert fill(folder, [FILE], cache, sources(npm=CONTENT)) == ["engine/engine.js"]
    assert (folder / FILE.path).read_bytes() == CONTENT
    assert cache.get(FILE) == CONTENT


def test_a_second_run_does_nothing(folder: Path, cache: Cache) -> None:
    fill(folder, [FILE], cache, sources(npm=CONTENT))
    before = (folder / FILE.path).stat().st_mtime_ns
    again = sources(npm=CONTENT)
    assert fill(folder, [FILE], cache, again) == []
    assert asked(again) == (0, 0, 0)
    assert (folder / FILE.path).stat().st_mtime_ns == before


def test_a_new_checkout_takes_the_cache(folder: Path, cache: Cache) -> None:
    cache.put(FILE, CONTENT)
    unasked = sources()
    assert fill(folder, [FILE], cache, unasked) == [FILE.path]
    assert asked(unasked) == (0, 0, 0)


@pytest.mark.parametrize("damage", [b"", b"an enginf", b"an engine and more"])
def test_a_damaged_file_is_replaced(folder: Path, cache: Cache, damage: bytes) -> None:
    fill(folder, [FILE], cache, sources(npm=CONTENT))
    (folder / FILE.path).write_bytes(damage)
    assert fill(folder, [FILE], cache, sources()) == [FILE.path]
    assert (folder / FILE.path).read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("offers", "expected"),
    [
        ({"web": CONTENT, "npm": CONTENT, "pypi": CONTENT}, (1, 0, 0)),
        ({"npm": CONTENT, "pypi": CONTENT}, (1, 1, 0)),
        ({"pypi": CONTENT}, (1, 1, 1)),
    ],
)
def test_sources_are_asked_in_order(
    folder: Path, cache: Cache, offers: dict[str, bytes], expected: tuple[int, int, int]
) -> None:
    tried = sources(**offers)
    fill(folder, [FILE], cache, tried)
    assert asked(tried) == expected


def test_a_mismatch_stops_and_names_the_file(folder: Path, cache: Cache) -> None:
    tried = sources(npm=b"something else", pypi=CONTENT)
    with pytest.raises(BuildError, match=r"engine/engine\.js from the npm package engine@1\.0 is not the pinned file"):
        fill(folder, [FILE], cache, tried)
    assert asked(tried) == (1, 1, 0)
    assert not (folder / FILE.path).exists()
    assert cache.get(FILE) is None


def test_a_damaged_cache_stops_and_names_the_file(folder: Path, cache: Cache) -> None:
    cache.put(FILE, CONTENT)
    cache.path_of(FILE).write_bytes(b"changed")
    with pytest.raises(BuildError, match=r"cached copy of engine/engine\.js is damaged.*Delete"):
        fill(folder, [FILE], cache, sources(npm=CONTENT))
    assert not (folder / FILE.path).exists()


def test_no_source_at_all_names_the_file_and_every_reason(folder: Path, cache: Cache) -> None:
    with pytest.raises(BuildError, match=r"no source has engine/engine\.js \(no way to engine; no way.*network"):
        fill(folder, [FILE], cache, sources())


def test_what_was_fetched_before_a_failure_stays(folder: Path, cache: Cache) -> None:
    other = Package(name="other", version="1", licence="MIT", homepage="https://other.example", pypi="other==1")
    bad = PinnedFile("other.js", other, "", 3, "0" * 64, "page")
    with pytest.raises(BuildError, match=r"other\.js"):
        fill(folder, [FILE, bad], cache, sources(npm=CONTENT, pypi=b"???"))
    again = sources()
    assert fill(folder, [FILE], cache, again) == []


def test_the_web_is_given_up_after_its_first_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def refuse(url: str, timeout: float) -> None:
        calls.append((url, timeout))
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    web = Web()
    for _ in range(2):
        with pytest.raises(UnavailableError, match=r"https://cdn\.example/engine\.js: timed out"):
            web.fetch(PACKAGE, [FILE])
    assert len(calls) == 1
    assert calls[0][1] <= 10


@pytest.mark.parametrize(("value", "below"), [("/var/tmp/x", Path("/var/tmp/x")), ("", None), ("relative", None)])
def test_the_cache_honours_xdg(monkeypatch: pytest.MonkeyPatch, value: str, below: Path | None) -> None:
    monkeypatch.setitem(os.environ, "XDG_CACHE_HOME", value)
    assert default_cache_folder() == (below or Path.home() / ".cache") / "browser-painter"
