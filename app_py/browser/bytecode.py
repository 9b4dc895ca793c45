"""The bytecode that this start of Python has compiled, packed so that the next start need not compile it again."""

import io
import zipfile
from pathlib import Path

HEADER = 16
UNCHECKED = b"\x01\x00\x00\x00" + bytes(8)
"""Flags and hash of bytecode that is never compared with its source (PEP 552): an unpacked wheel has new file times."""


def pack_bytecode(folder: Path | str) -> bytes:
    """A zip of every `__pycache__` file below `folder`, with paths relative to it."""
    root = Path(folder)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(root.rglob("__pycache__/*.pyc")):
            data = path.read_bytes()
            archive.writestr(path.relative_to(root).as_posix(), data[:4] + UNCHECKED + data[HEADER:])
    return packed.getvalue()
