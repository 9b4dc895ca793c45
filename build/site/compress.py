"""Compressed copies beside the files, for hosts that serve them: `.br` (RFC 7932) and `.gz` (RFC 1952)."""

import gzip
from pathlib import Path

import brotli

from build.common.files import sha256_of, write_atomically

SUFFIXES = {".html", ".js", ".mjs", ".css", ".json", ".svg", ".webmanifest", ".md", ".wasm", ".onnx"}
WORTH = 0.95
"""A copy must be smaller than this share of the file: unpacking costs time too."""
SMALL_BYTES = 1 << 20
"""Brotli's highest quality takes 10 s a megabyte and gains a tenth: for small files only."""


def compressed_copies(path: Path, cache: Path) -> dict[str, bytes]:
    """The copies worth having by the suffix they add. `cache` keeps them by content: the runtime's take a minute."""
    if path.suffix not in SUFFIXES:
        return {}
    data = path.read_bytes()
    copies = {".br": _cached(data, cache, ".br"), ".gz": _cached(data, cache, ".gz")}
    return {suffix: copy for suffix, copy in copies.items() if len(copy) < WORTH * len(data)}


def _cached(data: bytes, cache: Path, suffix: str) -> bytes:
    kept = cache / f"{sha256_of(data)}{suffix}"
    if not kept.is_file():
        write_atomically(kept, _compress(data, suffix))
    return kept.read_bytes()


def _compress(data: bytes, suffix: str) -> bytes:
    if suffix == ".gz":
        return gzip.compress(data, 9, mtime=0)
    return bytes(brotli.compress(data, quality=11 if len(data) < SMALL_BYTES else 9, lgwin=24))
