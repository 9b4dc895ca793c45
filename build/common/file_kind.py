"""What a file holds that is not what its name says, by its first bytes."""

import struct


def mistaken_for(data: bytes) -> str | None:
    """What a file is that people at times have in place of a model, with the way out; None where nothing is known."""
    head = data[:512].lstrip().lower()
    if head.startswith(b"version https://git-lfs"):
        return "is a Git LFS pointer, not the file itself; fetch it with `git lfs pull`"
    if head.startswith((b"<!doctype html", b"<html", b"<?xml")):
        return "is a web page, not the file itself; download the file behind it"
    if is_safetensors(data):
        return "is a safetensors file; name it .safetensors"
    if data.startswith(b"\x1f\x8b"):
        return "is a gzip archive; unpack it first"
    return None


def is_safetensors(data: bytes) -> bool:
    """Whether a header of JSON follows its length, eight bytes little-endian (the format of safetensors)."""
    if len(data) < 9:
        return False
    (length,) = struct.unpack("<Q", data[:8])
    return 2 <= length <= 100_000_000 and data[8:9] == b"{"
