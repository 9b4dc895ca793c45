"""The local cache of third-party files, addressed by content, shared by all checkouts of one user."""

import os
from pathlib import Path

from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically
from build.runtime.lock import PinnedFile


def default_cache_folder() -> Path:
    """`browser-painter` below `$XDG_CACHE_HOME`, or below `~/.cache` (XDG Base Directory Specification)."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    # The specification says that a relative path there is invalid and to be ignored.
    root = Path(base) if Path(base).is_absolute() else Path.home() / ".cache"
    return root / "browser-painter"


class Cache:
    """Pinned files kept as `<folder>/<sha256>/<name>`: a changed pin never meets an old file."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_cache_folder()

    def path_of(self, file: PinnedFile) -> Path:
        return self.folder / file.sha256 / Path(file.path).name

    def get(self, file: PinnedFile) -> bytes | None:
        """The file's bytes, or None where it was never kept; `BuildError` where the kept copy was changed."""
        path = self.path_of(file)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        if sha256_of(data) != file.sha256:
            raise BuildError(
                f"the cached copy of {file.path} is damaged: {path} does not have the sha256 {file.sha256} that it was "
                f"kept under. Delete {path.parent} and run the command again."
            )
        return data

    def put(self, file: PinnedFile, data: bytes) -> None:
        write_atomically(self.path_of(file), data)
