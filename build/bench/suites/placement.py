"""Whether kernels that differ only in where their code lies differ in speed, more than one build does from itself.

Each build has some code more that does nothing and is run first, so that everything else lies further on. Every build
is opened several times, since browsers place compiled code themselves, anew for each instance.
"""

from collections.abc import Callable
from statistics import median
from typing import Any

from build.bench.lab import Entry, open_lab, write_picture
from build.bench.rounds import take_turns
from build.bench.suites import Options, Rows
from build.cli.models import FOLDER
from build.kernels.compile import compile_variant

PLACEMENTS = (0, 24, 100, 400)
"""Stores that are put before all other code."""

OPENINGS = 3
ENGINE = "kernels:wasm"
VARIANT = "relaxed-threads"


def run(options: Options) -> Rows:
    """Rows of `{model, size, placement, medians_ms}`, a median for each opening of a build, at the largest size."""
    builds = {stores: compile_variant(VARIANT, placement=stores) for stores in PLACEMENTS}
    size = max(options.sizes)
    picture, _ = write_picture(size)
    rows: list[dict[str, Any]] = []
    for model_id in options.models:
        names = [(stores, opening) for opening in range(OPENINGS) for stores in PLACEMENTS]
        with open_lab() as lab:
            contestants: dict[str, Callable[[], float]] = {}
            for stores, opening in names:
                name = f"{stores}/{opening}"
                lab.open(Entry(name, FOLDER / f"{model_id}.onnx", ENGINE, kernels=builds[stores]))
                contestants[name] = lambda name=name: lab.run(name, picture, size)  # type: ignore[misc]
            series = take_turns(contestants, options.runs, options.budget_s)
        for stores in PLACEMENTS:
            medians = [round(series[f"{stores}/{opening}"].median_ms, 1) for opening in range(OPENINGS)]
            rows.append({"model": model_id, "size": size, "placement": stores, "medians_ms": medians})
            print(f"{model_id:<20} {size} px, {stores:>4} stores: {median(medians):,.1f} ms  {medians}", flush=True)
    return {"rows": rows}
