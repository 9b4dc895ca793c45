"""Fill a folder with pinned files: keep what is right, take the rest from the first source that has it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically
from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile
from build.runtime.sources import Members, UnavailableError, Web, fetch_npm, fetch_pypi

Fetch = Callable[[Package, Iterable[PinnedFile]], Members]


@dataclass(frozen=True)
class Sources:
    """The ways to obtain a package's files, in the order in which they are tried."""

    web: Fetch
    npm: Fetch
    pypi: Fetch

    @classmethod
    def default(cls) -> "Sources":
        return cls(web=Web().fetch, npm=fetch_npm, pypi=fetch_pypi)

    def of(self, package: Package) -> tuple[tuple[str, Fetch], ...]:
        ways = (
            (package.url, f"{package.url}", self.web),
            (package.npm, f"the npm package {package.npm}", self.npm),
            (package.pypi, f"the PyPI package {package.pypi}", self.pypi),
        )
        return tuple((label, fetch) for known, label, fetch in ways if known)


def is_current(file: PinnedFile, folder: Path) -> bool:
    """Whether `folder` already holds the pinned bytes."""
    path = folder / file.path
    return path.is_file() and path.stat().st_size == file.size and sha256_of(path.read_bytes()) == file.sha256


def fill(folder: Path, files: Iterable[PinnedFile], cache: Cache, sources: Sources) -> list[str]:
    """Bring every pinned file into `folder`; returns the paths that were written.

    Each file is checked before it is written, and written atomically, so a failure or an interruption leaves only
    whole, right files, and the next run goes on from there.
    """
    missing: dict[Package, list[PinnedFile]] = defaultdict(list)
    written = []
    for file in files:
        if is_current(file, folder):
            continue
        data = cache.get(file)
        if data is None:
            missing[file.package].append(file)
            continue
        write_atomically(folder / file.path, data)
        written.append(file.path)
    for package, wanted in missing.items():
        for file, data in _obtain(package, wanted, sources):
            cache.put(file, data)
            write_atomically(folder / file.path, data)
            written.append(file.path)
    return written


def _obtain(package: Package, wanted: list[PinnedFile], sources: Sources) -> list[tuple[PinnedFile, bytes]]:
    failures = []
    for label, fetch in sources.of(package):
        try:
            members = fetch(package, wanted)
        except UnavailableError as reason:
            failures.append(str(reason))
            continue
        for file in wanted:
            file.check(members[file.path], label)
        return [(file, members[file.path]) for file in wanted]
    tried = "; ".join(failures) or "the lock names no source"
    raise BuildError(f"no source has {', '.join(file.path for file in wanted)} ({tried}). Is the network up?")
