"""`docs/performance.md`, written from the newest run of each suite in the ledger."""

from pathlib import Path

from build.bench.history import Run, newest
from build.bench.sections import SECTIONS
from build.bench.suites import SUITES
from build.common.files import write_atomically
from build.common.paths import ROOT

PAGE = ROOT / "docs" / "performance.md"

INTRODUCTION = """# Performance, measured

Written by `python -m build bench` from the newest run of each suite in `benchmarks/history/`; do not edit. What it
means for a visitor is in [performance-for-users.md](performance-for-users.md), what was made faster and what was only
tried in [design/performance-changes.md](design/performance-changes.md), how to add a run in the last section.

Absolute times belong to the machine that is named with them. Contestants took turns in one run, so the ratios hold
even where something else was running. **WebGL here is SwiftShader, a graphics processor imitated by the processor**:
it says whether a graph is right and which of two graphs is cheaper, and nothing about the speed of a real graphics
processor, which was not at hand. WebGPU needs one, too, and was not measured.
"""

AFTERWORD = """## How to add a run

```sh
python -m build bench --suite engines        # or several; --help lists them
python -m build bench --suite engines --out /a/folder   # to look at only: nothing here is changed
python -m build bench --trend                # draws docs/performance-trend.svg from the ledger
```

A run is one file in `benchmarks/history/`: machine, versions, commit, and every single time.
Times of a contestant begin after its first run, which is listed apart, and three more that are not counted, because
browsers go on compiling while WebAssembly runs. Each time includes reading the result back.
"""


def write_report(runs: list[Run], path: Path = PAGE) -> None:
    """Write the page; suites that were never run are named as such."""
    parts = [INTRODUCTION]
    for suite, summary in SUITES.items():
        run = newest(runs, suite)
        name = suite.replace("_", " ").capitalize()
        parts.append(f"## {name}: {summary}\n")
        if run is None:
            parts.append(f"Not measured yet{_why(runs, suite)}.\n")
            continue
        parts.append(_origin(run))
        parts.append("\n".join(SECTIONS[suite](run["suites"][suite])) + "\n")
    write_atomically(path, "\n".join([*parts, AFTERWORD]).encode())


def _why(runs: list[Run], suite: str) -> str:
    reasons = [run["suites"][suite].get("skipped") for run in runs if suite in run["suites"]]
    return f" ({reasons[-1]})" if reasons and reasons[-1] else ""


def _origin(run: Run) -> str:
    machine = run["machine"]
    note = f" {run['note']}" if run["note"] else ""
    return (
        f"{run['created'][:10]}, commit {run['commit']}, {machine['cpu']}, {machine['cores']} cores,"
        f" {machine['memory_gb']} GB; Chromium {machine['chromium']}, onnxruntime {machine['onnxruntime']};"
        f" load before the run {machine['load']}.{note}\n"
    )
