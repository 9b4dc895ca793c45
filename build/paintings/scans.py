"""Where the gallery's scans come from, and how they are fetched: `sources.json` says it for each painting.

The scans are never committed; vectors and thumbnails are. What cannot be fetched here is named, so that it can be put
into the folder by hand.
"""

import json
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from build.common.debian import unpack_packages
from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically
from build.paintings.card import LISTING
from build.paintings.gcompris import PACKAGE, read_paintings

SOURCES = Path(__file__).with_name("sources.json")
TIMEOUT_S = 30

Entry = Mapping[str, Any]
Fetch = Callable[[str], bytes]
"""The bytes at an address. Raises `OSError`."""


def gather_scans(folder: Path, sources: Path = SOURCES, fetch: Fetch | None = None) -> None:
    """Put every scan of the gallery, and its listing, into a folder; what is there already is kept.

    Raises `BuildError` that says where to get each scan which could not be fetched, or which is another one.
    """
    entries: Sequence[Entry] = json.loads(sources.read_text(encoding="utf-8"))
    missing = [entry for entry in entries if not (folder / entry["file"]).is_file()]
    _from_package(folder, [str(entry["file"]) for entry in missing if "package" in entry])
    _from_repositories(folder, [entry for entry in missing if "repository" in entry], fetch or _download)
    for entry in entries:
        if "sha256" in entry and sha256_of((folder / entry["file"]).read_bytes()) != entry["sha256"]:
            raise BuildError(f"{folder / entry['file']} is another scan than the gallery's: {_where(entry)}")
    write_atomically(folder / LISTING, sources.read_bytes())


def _from_package(folder: Path, files: Sequence[str]) -> None:
    if not files:
        return
    with tempfile.TemporaryDirectory() as unpacked:
        unpack_packages(Path(unpacked), [PACKAGE])
        paintings = dict(read_paintings(Path(unpacked)))
    gone = [name for name in files if name not in paintings]
    if gone:
        raise BuildError(f"the package {PACKAGE} holds no {', '.join(gone)}; the gallery was made from its version 3.1")
    for name in files:
        write_atomically(folder / name, paintings[name])


def _from_repositories(folder: Path, entries: Sequence[Entry], fetch: Fetch) -> None:
    for place, entry in enumerate(entries):
        try:
            write_atomically(folder / entry["file"], fetch(_address(entry)))
        except OSError as error:
            # A blocked network is slow at each address; one failure is enough to know.
            rest = "\n".join(f"- {_where(missing)}" for missing in entries[place:])
            raise BuildError(
                f"scans could not be fetched ({error}); get them by hand into {folder}:\n{rest}"
            ) from error


def _address(entry: Entry) -> str:
    path = urllib.parse.quote(str(entry["path"]))
    return f"https://raw.githubusercontent.com/{entry['repository']}/{entry['commit']}/{path}"


def _where(entry: Entry) -> str:
    return (
        f"{entry['file']} is {entry['path']} of github.com/{entry['repository']} at {str(entry['commit'])[:12]},"
        f" sha256 {entry['sha256']}"
    )


def _download(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=TIMEOUT_S) as response:
        return bytes(response.read())
