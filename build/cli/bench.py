"""`python -m build bench`: measure in headless Chromium beside native onnxruntime, and keep what came out."""

import argparse
import os
from pathlib import Path

from app_py.onnxruntime.engines import ids
from app_py.pages.benchmark.plan import LARGEST_PX, SMALLEST_PX
from build.bench.history import HISTORY, read_runs, write_run
from build.bench.machine import this_machine
from build.bench.report import PAGE, write_report
from build.bench.suites import OF_MODELS, ON_DEMAND, SUITES, Options, Rows, run_suite
from build.bench.trend import TREND, write_trend
from build.cli.models import FOLDER
from build.common.errors import BuildError
from build.common.paths import ROOT

DOCS = ROOT / "docs"
MOST_RUNS = 1000
LEAST_BUDGET_S, MOST_BUDGET_S = 1, 3600
STEP_PX = 4
"""The networks halve a side twice; what is left over would be painted at another size."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--suite", nargs="+", choices=[*SUITES, "all"], default=[], help="what to measure")
    parser.add_argument("--runs", type=int, default=10, help="timed runs of each contestant (default: %(default)s)")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for one contestant (default: %(default)s)")
    parser.add_argument(
        "--models", nargs="+", default=["great-wave-nc8", "great-wave-nc16"], help="(default: %(default)s)"
    )
    parser.add_argument("--sizes", nargs="+", type=int, default=[128, 256, 512], help="pixels (default: %(default)s)")
    parser.add_argument("--engines", nargs="+", choices=ids(), default=[], help="these only (default: all)")
    parser.add_argument(
        "--against", type=Path, metavar="FOLDER", help="another copy of the project, opened in turns by suite startup"
    )
    parser.add_argument("--note", default="", help="a sentence about this run, for the report")
    parser.add_argument("--trend", action="store_true", help=f"draw the ratios over all runs: {TREND.name}")
    parser.add_argument("--report", action="store_true", help=f"write {PAGE.name} anew, without measuring")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="a ledger of your own: what is read and written lies there, not in benchmarks/history/ and docs/",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the suites, write the ledger and the report; a suite that cannot be run says why and is kept as skipped."""
    named = [suite for suite in dict.fromkeys(arguments.suite) if suite != "all"]
    suites = list(dict.fromkeys([*_usual(), *named])) if "all" in arguments.suite else named
    options = _options(arguments)
    ledger, documents = (arguments.out, arguments.out) if arguments.out else (HISTORY, DOCS)
    if ledger.exists() and not ledger.is_dir():
        raise BuildError(f"--out {ledger} is no folder; name one, which may be new")
    # A damaged ledger is better known before the measurement than after it.
    read_runs(ledger)
    if suites:
        if OF_MODELS.intersection(suites):
            _check_models(options)
        machine = this_machine()
        path = write_run({name: _run_one(name, options) for name in suites}, machine, arguments.note, ledger)
        print(f"kept in {os.path.relpath(path)}")
    runs = read_runs(ledger)
    if suites or arguments.report:
        write_report(runs, documents / PAGE.name)
        print(f"{os.path.relpath(documents / PAGE.name)} written")
    if arguments.trend:
        count = write_trend(runs, documents / TREND.name)
        print(f"{os.path.relpath(documents / TREND.name)}: {count} of the runs in the ledger")
    return 0


def _usual() -> list[str]:
    return [suite for suite in SUITES if suite not in ON_DEMAND]


def _options(arguments: argparse.Namespace) -> Options:
    """What was asked for; `BuildError` where it would give numbers that mean nothing."""
    if not 1 <= arguments.runs <= MOST_RUNS:
        raise BuildError(f"--runs {arguments.runs} measures nothing useful; choose 1 to {MOST_RUNS}")
    # NaN is within no bounds.
    if not LEAST_BUDGET_S <= arguments.budget <= MOST_BUDGET_S:
        raise BuildError(
            f"--budget {arguments.budget:g} measures nothing useful; choose {LEAST_BUDGET_S} to {MOST_BUDGET_S} seconds"
        )
    for size in arguments.sizes:
        if size % STEP_PX or not SMALLEST_PX <= size <= LARGEST_PX:
            raise BuildError(
                f"--sizes {size} cannot be measured; choose multiples of {STEP_PX} from {SMALLEST_PX} to {LARGEST_PX}"
            )
    if arguments.against and "startup" not in arguments.suite:
        raise BuildError("--against is for suite startup alone; name it with --suite startup")
    if arguments.against and not (arguments.against / "www" / "vendor" / "runtime.json").is_file():
        raise BuildError(
            f"--against {arguments.against} has no page that runs; name a copy of the project in which `make serve` ran"
        )
    if not (arguments.suite or arguments.trend or arguments.report):
        raise BuildError(f"nothing to do: name suites with --suite ({', '.join(SUITES)} or all), or ask for --trend")
    models, sizes = tuple(dict.fromkeys(arguments.models)), tuple(dict.fromkeys(arguments.sizes))
    return Options(arguments.runs, arguments.budget, models, sizes, tuple(arguments.engines), arguments.against)


def _check_models(options: Options) -> None:
    for model_id in options.models:
        if not (FOLDER / f"{model_id}.onnx").is_file():
            raise BuildError(
                f"there is no model {model_id}; run `python -m build models`, or name others with --models"
            )


def _run_one(name: str, options: Options) -> Rows:
    print(f"--- {name}: {SUITES[name]}", flush=True)
    rows = run_suite(name, options)
    if "skipped" in rows:
        print(f"skipped: {rows['skipped']}", flush=True)
    return rows
