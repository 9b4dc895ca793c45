"""A wheel from files in memory: the same files give the same bytes.

Source of the format: https://packaging.python.org/en/latest/specifications/binary-distribution-format/
"""

import base64
import hashlib
import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MADE = (2020, 2, 2, 0, 0, 0)
"""Every member's time, so that it says nothing about when or where the wheel was built."""


@dataclass(frozen=True)
class Project:
    """What a wheel says of itself. `name` is normalized; `tags` are the file name's last three parts."""

    name: str
    version: str
    tags: tuple[str, str, Sequence[str]]
    metadata: str
    licences: Mapping[str, str]

    @property
    def file_name(self) -> str:
        python, abi, platforms = self.tags
        return f"{self.name}-{self.version}-{python}-{abi}-{'.'.join(platforms)}.whl"

    @property
    def info(self) -> str:
        return f"{self.name}-{self.version}.dist-info"


def write_wheel(project: Project, files: Mapping[str, bytes]) -> bytes:
    """The wheel with `files`, by their paths in it."""
    python, abi, platforms = project.tags
    tags = "".join(f"Tag: {python}-{abi}-{platform}\n" for platform in platforms)
    described = {
        f"{project.info}/METADATA": project.metadata.encode(),
        f"{project.info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: build.wheels\nRoot-Is-Purelib: true\n{tags}".encode(),
        **{f"{project.info}/licenses/{name}": text.encode() for name, text in project.licences.items()},
    }
    members = {**files, **described}
    record = f"{project.info}/RECORD"
    lines = [f"{path},sha256={_digest(data)},{len(data)}" for path, data in sorted(members.items())]
    members[record] = "\n".join([*lines, f"{record},,", ""]).encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in members.items():
            entry = zipfile.ZipInfo(path, MADE)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return packed.getvalue()


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
