"""Results of browser verification, kept in `benchmarks/parity.json` by the sha256 of the model's file.

A file with the same bytes computes the same, so a machine that builds the same bytes may list what was measured before.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from build.common.files import write_atomically
from build.common.paths import BENCHMARKS

RECORD = BENCHMARKS / "parity.json"


@dataclass(frozen=True)
class Result:
    """One model, or one rule's case, on one backend in a real browser.

    `maximum` and `mean` are absolute differences on the scale of the output, None where the engine refused, which
    `refusal` tells. `shipped` is whether the file that was run is the one in `models/`, rather than one lowered for an
    older engine.
    """

    nodes: int
    bytes: int
    maximum: float | None
    mean: float | None
    refusal: str
    shipped: bool
    passed: bool

    @property
    def verdict(self) -> str:
        """One word for the table."""
        if self.passed:
            return "right"
        return "refused" if self.refusal else "wrong"


# Target with backend, e.g. `onnxjs-0.1.8:webgl` -> its result.
Results = dict[str, Result]


@dataclass(frozen=True)
class Record:
    """What was measured: models by sha256, cases of rules by name, and the browser that did it."""

    browser: str
    models: dict[str, Results]
    cases: dict[str, Results]


def read_record(path: Path = RECORD) -> Record:
    """The record; an empty one where there is none."""
    if not path.is_file():
        return Record("", {}, {})
    content = json.loads(path.read_text(encoding="utf-8"))
    return Record(content["browser"], _parse(content["models"]), _parse(content["cases"]))


def _parse(content: Mapping[str, Mapping[str, Any]]) -> dict[str, Results]:
    return {key: {target: Result(**result) for target, result in group.items()} for key, group in content.items()}


def write_record(record: Record, path: Path = RECORD) -> None:
    """Write the record, one result a line so that changes can be read."""
    lines = json.dumps(asdict(record), indent=1, sort_keys=True)
    write_atomically(path, (lines + "\n").encode())


def with_recorded_results(entry: Mapping[str, Any], path: Path = RECORD) -> Mapping[str, Any]:
    """A manifest entry whose `verified` also lists what was measured in browsers for these very bytes."""
    results = read_record(path).models.get(str(entry["sha256"]), {})
    measured = {target: result.maximum for target, result in results.items() if result.shipped and result.passed}
    return {**entry, "verified": {**entry["verified"], **measured}}
