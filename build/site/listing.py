"""`www/vendor/site.json`: every file of the site, which the service worker keeps for visits without a network."""

import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically

VERSION = 1
LISTING = Path("www") / "vendor" / "site.json"

Mode = Literal["development", "release"]
Keep = Literal["always", "roomy", "used"]

# Paths relative to `www/`, the first pattern that matches decides; what none matches is always kept.
KEEP: tuple[tuple[str, Keep], ...] = (
    # 27 MB of use to the few devices where WebGPU is the fastest engine.
    (r"vendor/onnxruntime-web/.*(webgpu|asyncify)", "used"),
    # Nothing that the page works with.
    (r"vendor/pyodide/pyodide\.js$|(.*/)?(LICENSE|.*\.md)$", "used"),
    (r"\.\./models/ops/", "used"),
    # A visitor speaks one language.
    (r"i18n/.*\.json$", "used"),
    # Of use to who brings videos.
    (r"vendor/mediabunny/", "used"),
    # Of use to who brings paintings of their own.
    (r"\.\./models/predictor\.onnx$", "used"),
    # A visitor who pays by the megabyte gets the engine and the styles that he uses, no more.
    (r"vendor/(onnxruntime-web|onnxjs)/|\.\./models/.*\.(onnx|npz)$", "roomy"),
)


@dataclass(frozen=True)
class SiteFile:
    """A file of the site; `path` is relative to `www/`, as the page's addresses are."""

    path: str
    bytes: int
    sha256: str
    keep: Keep


def site_files(root: Path) -> list[SiteFile]:
    """What of the project at `root` the pages can ask for, by path. Raises `BuildError` where models are missing."""
    www = root / "www"
    own = [path for path in www.rglob("*") if path.is_file() and not _is_hidden(path.relative_to(root))]
    paths = {path.relative_to(www).as_posix(): path for path in own if path != root / LISTING}
    paths |= {f"../models/{name}": root / "models" / name for name in _model_files(root / "models")}
    return [_site_file(name, paths[name]) for name in sorted(paths)]


def make_listing(files: list[SiteFile], mode: Mode) -> dict[str, Any]:
    """The content of `site.json`. `release` changes whenever a file does."""
    release = sha256_of("\n".join(f"{file.path} {file.sha256}" for file in files).encode())[:16]
    return {"version": VERSION, "mode": mode, "release": release, "files": [asdict(file) for file in files]}


def write_listing(root: Path) -> None:
    """Bring the working copy's listing up to date, if the runtime and the models are both there."""
    try:
        files = site_files(root)
    except BuildError:
        return
    data = (json.dumps(make_listing(files, "development"), indent=1) + "\n").encode()
    write_atomically(root / LISTING, data)


def _model_files(models: Path) -> list[str]:
    try:
        manifest = json.loads((models / "manifest.json").read_text(encoding="utf-8"))
        entries = manifest["models"]
    except (OSError, ValueError, KeyError) as error:
        raise BuildError("models/manifest.json is not there; run `python -m build models` first") from error
    named = [part["file"] for entry in entries for part in (entry, entry["reference"], entry["preview"])]
    networks = manifest.get("networks", ())
    named += [
        part["file"] for entry in networks for part in (entry, entry["reference"], entry.get("predictor")) if part
    ]
    named += [style["thumbnail"]["file"] for style in manifest.get("styles", ())]
    return [
        "manifest.json",
        *named,
        *(f"ops/{path.name}" for path in (models / "ops").glob("*.*") if not _is_hidden(path.relative_to(models))),
    ]


def _is_hidden(path: Path) -> bool:
    """Files half-written by another process, editors' and systems' own; `path` is relative to the site's folder."""
    return any(part.startswith(".") for part in path.parts)


def _site_file(name: str, path: Path) -> SiteFile:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BuildError(f"{path} cannot be read ({error.strerror}); run `python -m build models` again") from error
    return SiteFile(name, len(data), sha256_of(data), _keep(name))


def _keep(name: str) -> Keep:
    return next((keep for pattern, keep in KEEP if re.match(pattern, name)), "always")
