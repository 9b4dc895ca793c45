"""Results of browser verification, kept in `docs/parity.json` by the sha256 of the file that was verified.

A file with the same bytes computes the same, so a machine that builds the same bytes may list what was measured before.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RECORD = Path(__file__).parents[2] / "docs" / "parity.json"


def read_record(path: Path = RECORD) -> dict[str, dict[str, float]]:
    """sha256 of a model -> target -> largest absolute error in a real browser, on the scale of the output."""
    if not path.is_file():
        return {}
    content: dict[str, dict[str, float]] = json.loads(path.read_text(encoding="utf-8"))["models"]
    return content


def with_recorded_results(entry: Mapping[str, Any], path: Path = RECORD) -> Mapping[str, Any]:
    """A manifest entry whose `verified` also lists what was measured in browsers for these very bytes."""
    measured = read_record(path).get(str(entry["sha256"]), {})
    return {**entry, "verified": {**entry["verified"], **measured}}
