"""Files out of a compiled Qt resource bundle (`.rcc`): photos and paintings lie in such bundles in Debian packages."""

import struct
import zlib
from collections.abc import Iterator

from build.common.errors import BuildError

# The layout is that of `RCCFileInfo::writeDataInfo` in Qt's rcc: a tree of nodes, a table of names (UTF-16, each after
# its length and a hash), and the files' bytes, each after its length.
MAGIC = b"qres"
COMPRESSED, DIRECTORY, COMPRESSED_ZSTD = 1, 2, 4
NODE_BYTES, TIME_BYTES = 14, 8
NAME_HEAD_BYTES = 6


def read_bundle(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Each file's path and bytes, in the bundle's order; those compressed with Zstandard are left out.

    Raises `BuildError` where `data` is no such bundle.
    """
    if data[:4] != MAGIC:
        raise BuildError("this is not a compiled Qt resource bundle; expected a .rcc file")
    version, tree, contents, names = struct.unpack_from(">4I", data, 4)
    node_bytes = NODE_BYTES + (TIME_BYTES if version >= 2 else 0)

    def walk(index: int, folder: str) -> Iterator[tuple[str, bytes]]:
        at = tree + index * node_bytes
        name_at, flags = struct.unpack_from(">IH", data, at)
        path = f"{folder}/{_name(data, names + name_at)}" if index else ""
        if flags & DIRECTORY:
            count, first = struct.unpack_from(">2I", data, at + 6)
            for child in range(first, first + count):
                yield from walk(child, path)
        elif not flags & COMPRESSED_ZSTD:
            (start,) = struct.unpack_from(">I", data, at + 10)
            yield path.lstrip("/"), _content(data, contents + start, bool(flags & COMPRESSED))

    yield from walk(0, "")


def _name(data: bytes, at: int) -> str:
    (length,) = struct.unpack_from(">H", data, at)
    return data[at + NAME_HEAD_BYTES : at + NAME_HEAD_BYTES + 2 * length].decode("utf-16-be")


def _content(data: bytes, at: int, compressed: bool) -> bytes:
    (size,) = struct.unpack_from(">I", data, at)
    content = data[at + 4 : at + 4 + size]
    # A compressed file begins with its length before compression.
    return zlib.decompress(content[4:]) if compressed else content
