"""docs/onnxruntime-names.md says of every public name of onnxruntime what it is here, and is right."""

import re
import types
from collections.abc import Iterator

import onnxruntime

from app_py import onnxruntime as ours
from tests.support.paths import ROOT

CLASSES = (
    "InferenceSession",
    "SessionOptions",
    "RunOptions",
    "OrtValue",
    "IOBinding",
    "OrtDevice",
    "NodeArg",
    "ModelMetadata",
)
ROW = re.compile(r"^\| `([\w.]+)` \| (there|differs|absent) \| (.*?) ?\|$", re.MULTILINE)


def public_names() -> Iterator[str]:
    for name in dir(onnxruntime):
        module = isinstance(getattr(onnxruntime, name), types.ModuleType)
        if not name.startswith("_") and (not module or name == "capi"):
            yield name
    for kind in CLASSES:
        yield from (f"{kind}.{name}" for name in dir(getattr(onnxruntime, kind)) if not name.startswith("_"))


def is_here(name: str) -> bool:
    found: object = ours
    for part in name.split("."):
        declared = {**getattr(found, "__annotations__", {}), **getattr(found, "__dataclass_fields__", {})}
        if part in declared:
            return True
        if not hasattr(found, part):
            return False
        found = getattr(found, part)
    return True


def test_the_table_has_every_name_once() -> None:
    text = (ROOT / "docs" / "onnxruntime-names.md").read_text(encoding="utf-8")
    rows = ROW.findall(text)
    assert [name for name, _, _ in rows] == list(dict.fromkeys(name for name, _, _ in rows))
    assert sorted(name for name, _, _ in rows) == sorted(public_names())
    assert f"(onnxruntime {onnxruntime.__version__})" in text


def test_the_table_says_what_is_here() -> None:
    rows = ROW.findall((ROOT / "docs" / "onnxruntime-names.md").read_text(encoding="utf-8"))
    assert [name for name, here, _ in rows if is_here(name) != (here != "absent")] == []
    assert [name for name, here, note in rows if bool(note) != (here != "there")] == []


def test_every_exception_of_onnxruntime_is_here() -> None:
    from onnxruntime.capi import onnxruntime_pybind11_state as native

    from app_py.onnxruntime.capi import onnxruntime_pybind11_state as here

    theirs = {name for name, kind in vars(native).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert {name for name in theirs if not issubclass(getattr(here, name, int), Exception)} == set()
