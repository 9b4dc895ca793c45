"""Files that are there whole or not at all."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app_py.errors import AppError

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)
_NO_SUCH_NAME = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENAMETOOLONG)
REFUSALS = frozenset((*_NO_ROOM, *_NOT_ALLOWED, *_NO_SUCH_NAME))
"""How a file system says no. Other errors of this kind come from what is read, not from what is written."""


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """A name beside `target` to write to; it becomes `target` if nothing fails, else it is removed.

    Raises:
        AppError: `not-written`, where the file system refuses.
    """
    # With the same ending: what writes videos takes the container from it.
    part = target.with_name(f".{target.stem}.part{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(target)
    except OSError as error:
        if error.errno not in REFUSALS:
            raise
        raise AppError(f"{target} could not be written: {error.strerror}.", code="not-written") from error
    finally:
        if part.parent.is_dir():
            part.unlink(missing_ok=True)
