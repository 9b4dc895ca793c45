"""`www/vendor/`: pinned files, the wheel of app_py, compiled C++, the notices, and `runtime.json` that lists them."""

import contextlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from build.common.files import sha256_of, write_atomically
from build.kernels.clang import fingerprint as compiled_fingerprint
from build.kernels.files import PATHS, compile_all
from build.runtime.assemble import Sources, fill
from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile
from build.runtime.wheel import build_wheel, fingerprint

VERSION = 1
LISTING = "runtime.json"
NOTICES = "NOTICES.md"
SITE_LISTING = "site.json"
"""Written by `build.site`, which lists more than this folder."""


def assemble_vendor(root: Path, lock: Sequence[PinnedFile], cache: Cache, sources: Sources) -> list[str]:
    """Bring `www/vendor/` of the project at `root` up to date; returns what was written or removed, path by path.

    `runtime.json` is written last: where it exists, everything it lists does too.
    """
    vendor = root / "www" / "vendor"
    files = [file for file in lock if file.group == "page"]
    changed = fill(vendor, files, cache, sources)
    wheel = _bring_wheel(root, vendor, changed)
    _bring_compiled(vendor, changed)
    _write_if_changed(vendor / NOTICES, notices(files).encode(), changed)
    listing = {
        "version": VERSION,
        "files": [
            *({"path": file.path, "bytes": file.size, "sha256": file.sha256} for file in files),
            *(_described(vendor, path) for path in (wheel, *PATHS)),
        ],
        "wheel": wheel,
        "wheel_sources_sha256": fingerprint(root),
        "compiled_sources_sha256": compiled_fingerprint(),
    }
    kept = {file.path for file in files} | {wheel, *PATHS, NOTICES, LISTING, SITE_LISTING}
    changed += _prune(vendor, kept)
    _write_if_changed(vendor / LISTING, (json.dumps(listing, indent=1) + "\n").encode(), changed)
    return changed


def notices(files: Sequence[PinnedFile]) -> str:
    """What of whom is in the folder, and under which licence, in Markdown."""
    packages: dict[Package, list[str]] = {}
    for file in files:
        packages.setdefault(file.package, []).append(file.path)
    lines = ["# Third-party files in this folder", ""]
    for package, paths in packages.items():
        lines += [f"- **{package.name} {package.version}**, {package.licence}, {package.homepage}"]
        lines += [f"  - `{path}`" for path in paths]
    return "\n".join(lines) + "\n"


def _bring_wheel(root: Path, vendor: Path, changed: list[str]) -> str:
    """Build the wheel unless the listed one is whole and made from the present sources; returns its file name."""
    listing = _read_listing(vendor)
    name = str(listing.get("wheel", ""))
    entries = {entry["path"]: entry for entry in listing.get("files", [])}
    made_from_these = listing.get("wheel_sources_sha256") == fingerprint(root)
    if made_from_these and name in entries and (vendor / name).is_file() and _described(vendor, name) == entries[name]:
        return name
    wheel = build_wheel(root)
    _write_if_changed(vendor / wheel.name, wheel.data, changed)
    return wheel.name


def _bring_compiled(vendor: Path, changed: list[str]) -> None:
    """Compile our WebAssembly unless the listed files are whole and made from the present sources."""
    listing = _read_listing(vendor)
    entries = {entry["path"]: entry for entry in listing.get("files", [])}
    whole = all((vendor / path).is_file() and _described(vendor, path) == entries.get(path) for path in PATHS)
    if not whole or listing.get("compiled_sources_sha256") != compiled_fingerprint():
        for path, data in compile_all().items():
            _write_if_changed(vendor / path, data, changed)


def _read_listing(vendor: Path) -> dict[str, Any]:
    try:
        listing = json.loads((vendor / LISTING).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return listing if isinstance(listing, dict) and listing.get("version") == VERSION else {}


def _described(vendor: Path, path: str) -> dict[str, Any]:
    data = (vendor / path).read_bytes()
    return {"path": path, "bytes": len(data), "sha256": sha256_of(data)}


def _write_if_changed(path: Path, data: bytes, changed: list[str]) -> None:
    if not path.is_file() or path.read_bytes() != data:
        write_atomically(path, data)
        changed.append(path.name)


def _prune(vendor: Path, kept: set[str]) -> list[str]:
    """Remove what an older version of the lock or an interrupted run left behind."""
    strays = [path for path in vendor.rglob("*") if path.is_file() and path.relative_to(vendor).as_posix() not in kept]
    for path in strays:
        path.unlink()
        # Stops at the first folder that still holds something.
        with contextlib.suppress(OSError):
            for folder in path.relative_to(vendor).parents[:-1]:
                (vendor / folder).rmdir()
    return [path.relative_to(vendor).as_posix() for path in strays]
