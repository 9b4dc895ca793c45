"""`models/manifest.json` on the build side: read what an earlier run left, check and write the new one."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from app_py.errors import ManifestError
from app_py.styles.manifest import parse_catalogue
from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically

VERSION = 1
Entry = Mapping[str, Any]


def read_entries(folder: Path) -> dict[str, Entry]:
    """The models of an earlier run by id; none where there is no manifest that can be read."""
    try:
        document = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return {entry["id"]: entry for entry in document["models"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def is_current(entry: Entry | None, key: str, folder: Path) -> bool:
    """Whether an earlier run's files were built under `key` and are still what it wrote."""
    if entry is None or entry.get("source", {}).get("build_key") != key:
        return False
    return files_intact(entry, folder)


def files_intact(entry: Entry, folder: Path) -> bool:
    """Whether the files that an entry names are there, with the recorded hashes."""
    reference, preview = entry.get("reference", {}), entry.get("preview", {})
    return (
        _has(folder / str(entry.get("file")), entry.get("sha256"))
        and _has(folder / str(reference.get("file")), reference.get("sha256"))
        and (folder / str(preview.get("file"))).is_file()
    )


def network_intact(entry: Entry, folder: Path) -> bool:
    """The same of a shared network, which has no preview and may have a predictor."""
    parts = (entry, entry.get("reference", {}), *([entry["predictor"]] if "predictor" in entry else []))
    return all(_has(folder / str(part.get("file")), part.get("sha256")) for part in parts)


def _has(path: Path, sha256: object) -> bool:
    return path.is_file() and sha256_of(path.read_bytes()) == sha256


def read_shared(folder: Path, name: str) -> list[Entry]:
    """What an earlier run listed under `networks` or `styles`; none where there is no manifest that can be read."""
    try:
        return list(json.loads((folder / "manifest.json").read_text(encoding="utf-8"))[name])
    except (OSError, ValueError, KeyError, TypeError):
        return []


def write_manifest(
    folder: Path,
    entries: Iterable[Entry],
    networks: Iterable[Entry] | None = None,
    styles: Iterable[Entry] | None = None,
) -> None:
    """Write the manifest, checked by the very code with which the page reads it.

    Shared networks and their styles stay as they are listed where none are given.
    """
    document = {
        "version": VERSION,
        "models": list(entries),
        "networks": read_shared(folder, "networks") if networks is None else list(networks),
        "styles": read_shared(folder, "styles") if styles is None else list(styles),
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    if document["models"]:
        try:
            parse_catalogue(text)
        except ManifestError as error:
            raise BuildError(f"the manifest would not be readable by the page: {error}") from error
    write_atomically(folder / "manifest.json", text.encode())
