"""Fetches published checkpoints from their public addresses into the cache."""

import io
import urllib.error
import urllib.request
import zipfile
from collections.abc import Sequence

from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically
from build.models.sources import CACHE, PUBLISHED, Published

TIMEOUT_S = 60


def download_missing(at_hand: set[str], only: Sequence[str] | None) -> None:
    """Fetch every published checkpoint whose model id is not in `at_hand`, or those that `only` asks for.

    Checkpoints with a recorded sha256 must have it. The others are still only ever read as tensors, never executed.
    """
    fetched: dict[str, bytes] = {}
    for entry in PUBLISHED:
        wanted = only is None or entry.model_id in {name.removesuffix("-zeropad") for name in only}
        if entry.model_id in at_hand or not wanted:
            continue
        if entry.address not in fetched:
            print(f"downloading {entry.address}", flush=True)
            fetched[entry.address] = _fetch(entry.address)
        data = _member(entry, fetched[entry.address])
        found = sha256_of(data)
        if entry.sha256 is None:
            print(f"{entry.filename}: no sha256 on record; this one has {found}")
        elif found != entry.sha256:
            raise BuildError(f"{entry.filename} from {entry.address} has sha256 {found}, expected {entry.sha256}")
        write_atomically(CACHE / entry.filename, data)


def _fetch(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=TIMEOUT_S) as response:
            data: bytes = response.read()
    except (urllib.error.URLError, TimeoutError, OSError) as error:
        raise BuildError(
            f"{address} could not be downloaded ({error}); fetch it by another way and put the checkpoint into"
            " the folder that FNS_CHECKPOINTS names"
        ) from error
    return data


def _member(entry: Published, data: bytes) -> bytes:
    if entry.member is None:
        return data
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(entry.member)
    except (zipfile.BadZipFile, KeyError) as error:
        raise BuildError(f"{entry.address} is not the zip that was expected: it has no {entry.member}") from error
