"""The pinned list of third-party files: `runtime.lock.json`, read and checked."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from build.common.errors import BuildError
from build.common.files import sha256_of

LOCK_PATH = Path(__file__).with_name("runtime.lock.json")
VERSION = 1
GROUPS = ("page", "tests")

Group = Literal["page", "tests", "training"]


@dataclass(frozen=True)
class Package:
    """A published package that files are taken from.

    `npm` and `pypi` are requirement strings in the form the package manager takes (`onnxjs@0.1.8`, `pytest==8.4.2`);
    `url` is a folder on the web, with a final slash, that serves the same members under their plain names.
    """

    name: str
    version: str
    licence: str
    homepage: str
    npm: str | None = None
    pypi: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class PinnedFile:
    """One file of the runtime: where it goes, where it comes from, and what its bytes must be.

    `path` is relative to the folder that is filled; `member` is its path inside the package's archive, or "" where
    the downloaded archive (a wheel) is itself the file.
    """

    path: str
    package: Package
    member: str
    size: int
    sha256: str
    group: Group

    def check(self, data: bytes, origin: str) -> None:
        """Raise `BuildError` naming the file unless `data` is, byte for byte, what the lock pins."""
        found = sha256_of(data)
        if found != self.sha256:
            raise BuildError(
                f"{self.path} from {origin} is not the pinned file: expected sha256 {self.sha256} "
                f"({self.size:,} bytes), got {found} ({len(data):,} bytes). The file was not written. If the version "
                f"was changed on purpose, update {LOCK_PATH.name}; otherwise do not trust that source."
            )


def read_lock(path: Path = LOCK_PATH) -> tuple[PinnedFile, ...]:
    """Every pinned file, in the lock's order; `BuildError` where the lock is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            raise ValueError(f"version is {content['version']!r}, expected {VERSION}")
        packages = {name: Package(name=name, **fields) for name, fields in content["packages"].items()}
        return tuple(_pinned_file(entry, packages) for entry in content["files"])
    except OSError as error:
        raise BuildError(f"cannot read the runtime lock {path}: {error.strerror}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise BuildError(
            f"the runtime lock {path} is damaged ({type(error).__name__}: {error}); restore it from version control"
        ) from error


def _pinned_file(entry: Mapping[str, Any], packages: Mapping[str, Package]) -> PinnedFile:
    path = PurePosixPath(entry["path"])
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"path {entry['path']!r} leaves the folder")
    if not re.fullmatch(r"[0-9a-f]{64}", entry["sha256"]):
        raise ValueError(f"{path}: sha256 is not 64 hexadecimal digits")
    if entry["group"] not in GROUPS:
        raise ValueError(f"{path}: group {entry['group']!r} is none of {', '.join(GROUPS)}")
    return PinnedFile(
        path=str(path),
        package=packages[entry["package"]],
        member=entry["member"],
        size=int(entry["bytes"]),
        sha256=entry["sha256"],
        group=entry["group"],
    )
