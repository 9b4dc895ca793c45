"""`models/ops/ops.json`: which operator tests there are."""

import json
from dataclasses import dataclass
from typing import Any

from app_py.errors import ManifestError
from app_py.i18n import tr
from app_py.pages.operator_test.inputs import FILLS, Floats

VERSION = 1
URL = "../models/ops/"


@dataclass(frozen=True, slots=True)
class Tolerance:
    """A value may be off by `absolute + relative * |expected|`."""

    absolute: float
    relative: float


@dataclass(frozen=True, slots=True)
class Case:
    """One test. `model` and `expected` are addresses relative to the page."""

    id: str
    title: str
    operators: tuple[str, ...]
    fill: str
    shape: tuple[int, ...]
    model: str
    expected: str

    def input(self) -> Floats:
        """The input, float32 of `shape`."""
        return FILLS[self.fill](self.shape)


def parse_cases(text: str | bytes) -> tuple[tuple[Case, ...], Tolerance]:
    """Read the list; `ManifestError` (`ops-invalid`) where it is not one of ours."""
    try:
        document = json.loads(text)
        if document["version"] != VERSION:
            raise ValueError(f"version {document['version']}")
        cases = tuple(_case(entry) for entry in document["cases"])
        return cases, Tolerance(float(document["tolerance"]["absolute"]), float(document["tolerance"]["relative"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ManifestError(
            tr(
                "The list of operator tests (models/ops/ops.json) cannot be used. "
                "Run `python -m build ops` and reload the page."
            ),
            code="ops-invalid",
            detail=repr(error),
        ) from error


def _case(entry: Any) -> Case:
    fill = entry["input"]["fill"]
    if fill not in FILLS:
        raise ValueError(f"unknown fill {fill!r}")
    return Case(
        id=str(entry["id"]),
        title=str(entry["title"]),
        operators=tuple(map(str, entry["operators"])),
        fill=fill,
        shape=tuple(map(int, entry["input"]["shape"])),
        model=URL + entry["model"]["file"],
        expected=URL + entry["expected"]["file"],
    )
