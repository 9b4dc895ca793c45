"""What is kept of a visitor's own style beside its files, checked when it is read again."""

import re
from dataclasses import asdict
from typing import Any

from app_py.records import is_number
from app_py.styles.manifest import FileSpec, ModelSpec

_ID = re.compile(r"([a-z]+:)?own-[0-9a-f]{1,64}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NETWORK = re.compile(r"[a-z]{0,40}")
LONGEST_TITLE = 100
MOST_NUMBERS = 10_000


def to_record(spec: ModelSpec) -> dict[str, Any]:
    """JSON values, from which `read_spec` makes the same again."""
    return asdict(spec)


def read_spec(entry: object) -> ModelSpec | None:
    """The style that a record describes; None where it is none, or damaged."""
    if not isinstance(entry, dict):
        return None
    files = {name: _file(entry.get(name)) for name in ("model", "reference", "predictor")}
    vector = entry.get("vector", ())
    numbers = vector if isinstance(vector, list | tuple) and len(vector) <= MOST_NUMBERS else None
    texts = all(
        isinstance(entry.get(name, default), str) and pattern.fullmatch(entry.get(name, default))
        for name, pattern, default in (
            ("id", _ID, ""),
            ("style", _ID, ""),
            ("padding", re.compile("reflect|zero"), ""),
            ("network", _NETWORK, ""),
            ("licence", re.compile(r"[^\0]{0,200}"), ""),
        )
    )
    title = entry.get("title")
    valid = (
        texts
        and isinstance(title, str)
        and 0 < len(title) <= LONGEST_TITLE
        and all(isinstance(entry.get(name), int) and is_number(entry[name], 0, 1e6) for name in ("width", "opset"))
        and files["model"] is not None
        and all(files[name] is not None or entry.get(name) is None for name in files)
        and numbers is not None
        and all(is_number(number, -1e9, 1e9) for number in numbers)
    )
    if not valid or numbers is None or files["model"] is None:
        return None
    return ModelSpec(
        id=entry["id"],
        style=entry["style"],
        title=entry["title"],
        width=entry["width"],
        padding=entry["padding"],
        model=files["model"],
        opset=entry["opset"],
        licence=entry.get("licence", ""),
        reference=files["reference"],
        preview=None,
        network=entry.get("network", ""),
        vector=tuple(map(float, numbers)),
        predictor=files["predictor"],
    )


def _file(entry: object) -> FileSpec | None:
    if not isinstance(entry, dict):
        return None
    file, size, sha256 = (entry.get(name) for name in ("file", "bytes", "sha256"))
    valid = (
        isinstance(file, str)
        and _FILE.fullmatch(file)
        and isinstance(size, int)
        and is_number(size, 1, 1e10)
        and isinstance(sha256, str)
        and _SHA256.fullmatch(sha256)
    )
    return FileSpec(str(file), int(str(size)), str(sha256)) if valid else None
