"""`benchmarks/history/`: one JSON file a run, with the machine, the versions and the commit it belongs to."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from build.bench.machine import Machine, commit
from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import ROOT

HISTORY = ROOT / "benchmarks" / "history"
VERSION = 1

Run = Mapping[str, Any]
"""`{version, created, commit, machine, note, suites: {name: {rows, ...}}}`."""


def write_run(suites: Mapping[str, Any], machine: Machine, note: str, folder: Path = HISTORY) -> Path:
    """Add a run to the ledger, with the machine as it was when the run began; returns its file."""
    now = datetime.now(UTC)
    run = {
        "version": VERSION,
        "created": now.isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": machine.to_json(),
        "note": note,
        "suites": dict(suites),
    }
    path = folder / f"{now:%Y%m%d-%H%M%S}-{'-'.join(suites)}.json"
    write_atomically(path, (json.dumps(run, indent=1) + "\n").encode())
    return path


def read_runs(folder: Path = HISTORY) -> list[Run]:
    """Every run, the oldest first; `BuildError` naming a file that is none."""
    runs = []
    for path in sorted(folder.glob("*.json")):
        try:
            run = json.loads(path.read_text(encoding="utf-8"))
            if run["version"] != VERSION or not isinstance(run["suites"], dict):
                raise ValueError(f"version {run['version']}")
        except (ValueError, KeyError, TypeError) as error:
            raise BuildError(f"{path} is not a run of this project ({error}); remove it or restore it") from error
        runs.append(run)
    return sorted(runs, key=lambda run: str(run["created"]))


def newest(runs: list[Run], suite: str) -> Run | None:
    """The last run that measured a suite."""
    return next((run for run in reversed(runs) if run["suites"].get(suite, {}).get("rows")), None)
