"""`python -m build site`: the site in a folder of its own, ready for any static host and any path on it."""

import argparse
import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import ROOT
from build.site.compress import compressed_copies
from build.site.headers import headers_file
from build.site.listing import LISTING, SiteFile, make_listing, site_files

CACHE = ROOT / ".cache" / "site"
NEEDED = ("vendor/runtime.json", "vendor/pyodide/pyodide.asm.wasm", "service-worker.js")
MARK = ".made-by-build-site"
ENTRANCE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Atelier</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<meta http-equiv="refresh" content="0; url=www/">
<p><a href="www/">Atelier: your photo, painted on your device</a></p>
"""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=ROOT / "dist" / "site", help="the folder (default: dist/site)")


def run(arguments: argparse.Namespace) -> int:
    """Write the site, and say how large it is and how much of it a first visit transfers."""
    out: Path = arguments.out
    files = site_files(ROOT)
    missing = [name for name in NEEDED if name not in {file.path for file in files}]
    if missing:
        raise BuildError(f"www/{missing[0]} is missing; run `python -m build runtime` first")
    sizes = write_site(ROOT, files, out, CACHE)
    first = [file for file in files if file.keep == "always"]
    print(
        f"{out}: {len(files)} files, {_megabytes(file.bytes for file in files)}. Page and Python are "
        f"{_megabytes(file.bytes for file in first)}, transferred as {_megabytes(sizes[file.path] for file in first)} "
        "by a host that sends the compressed copies."
    )
    return 0


def write_site(root: Path, files: list[SiteFile], out: Path, cache: Path) -> dict[str, int]:
    """Write the files of the project at `root` to `out`; returns the bytes of each as transferred.

    The new site is complete before it takes the old one's place. Raises `BuildError` rather than replace a folder that
    this command did not make.
    """
    if out.exists() and not (out / MARK).exists() and (not out.is_dir() or any(out.iterdir())):
        raise BuildError(f"{out} holds something else; name another folder with --out, or remove it")
    draft = out.with_name(f".{out.name}.part")
    shutil.rmtree(draft, ignore_errors=True)
    sizes = {
        file.path: _write_file(root / "www" / file.path, Path(os.path.normpath(draft / "www" / file.path)), cache)
        for file in files
    }
    listing = json.dumps(make_listing(files, "release"), separators=(",", ":")).encode()
    write_atomically(draft / LISTING, listing)
    write_atomically(draft / "index.html", ENTRANCE.encode())
    write_atomically(draft / "_headers", headers_file(root).encode())
    write_atomically(draft / ".nojekyll", b"")
    write_atomically(draft / MARK, b"")
    shutil.rmtree(out, ignore_errors=True)
    draft.rename(out)
    return sizes


def _megabytes(sizes: Iterable[int]) -> str:
    return f"{sum(sizes) / 1e6:.1f} MB"


def _write_file(source: Path, target: Path, cache: Path) -> int:
    write_atomically(target, source.read_bytes())
    copies = compressed_copies(source, cache)
    for suffix, copy in copies.items():
        write_atomically(target.with_name(target.name + suffix), copy)
    return min([target.stat().st_size, *map(len, copies.values())])
