"""Files written whole or not at all, and their fingerprints."""

import hashlib
import os
import tempfile
from pathlib import Path

from build.common.errors import BuildError


class NotWritten(BuildError, OSError):  # noqa: N818 - it says what did not happen
    """A file could not be written. It stays an `OSError` with its `errno`, for callers that know another remedy."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(error.errno, error.strerror)
        self._path = path

    def __str__(self) -> str:
        return f"{self._path} cannot be written: {self._reason()}; nothing was changed there, so choose another path"

    def _reason(self) -> str:
        if os.path.isdir(self._path):  # noqa: PTH112 - Path.is_dir raises where a name is too long
            return "it is a folder, and a file was expected"
        if (file := next(filter(os.path.isfile, self._path.parents), None)) is not None:
            return f"{file} is a file, and a folder was expected"
        return (self.strerror or "no reason was given").lower()


def sha256_of(data: bytes) -> str:
    """The hexadecimal sha256 of `data`."""
    return hashlib.sha256(data).hexdigest()


def refuse_overwriting(source: Path, out: Path) -> None:
    """Raise `BuildError` where `out` is the very file that is read, by whatever name."""
    if os.path.realpath(out) == os.path.realpath(source):
        raise BuildError(f"{out} is {source.name} itself, which is not overwritten; give the result another name")


def write_atomically(path: Path, data: bytes) -> None:
    """Write `data` to `path`, which holds either its old content or all of the new one, whatever interrupts this.

    The temporary file lies beside `path`, so that the final rename never crosses file systems. Raises `NotWritten`
    where the file system refuses.
    """
    try:
        _write(path, data)
    except OSError as error:
        raise NotWritten(path, error) from error


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Not named after `path`: a name that just fits the file system would not fit with more around it.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
