"""`python -m build bench`: measure in headless Chromium beside native onnxruntime, and keep what came out."""

import argparse
import os

from build.bench.history import read_runs, write_run
from build.bench.machine import this_machine
from build.bench.report import write_report
from build.bench.suites import SUITES, Options, Rows, run_suite
from build.bench.trend import write_trend
from build.errors import BuildError

MOST_RUNS = 1000


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--suite", nargs="+", choices=[*SUITES, "all"], default=[], help="what to measure")
    parser.add_argument("--runs", type=int, default=10, help="timed runs of each contestant (default: %(default)s)")
    parser.add_argument("--budget", type=float, default=20.0, help="seconds for one contestant (default: %(default)s)")
    parser.add_argument("--models", nargs="+", default=["mosaic-nc8", "mosaic-nc16"], help="(default: %(default)s)")
    parser.add_argument("--sizes", nargs="+", type=int, default=[128, 256, 512], help="pixels (default: %(default)s)")
    parser.add_argument("--note", default="", help="a sentence about this run, for the report")
    parser.add_argument("--trend", action="store_true", help="draw the ratios over all runs in benchmarks/history/")
    parser.add_argument("--report", action="store_true", help="write docs/performance.md anew, without measuring")


def run(arguments: argparse.Namespace) -> int:
    """Run the suites, write the ledger and the report; a suite that cannot be run says why and is kept as skipped."""
    if not 1 <= arguments.runs <= MOST_RUNS:
        raise BuildError(f"--runs {arguments.runs} measures nothing useful; choose 1 to {MOST_RUNS}")
    if not (arguments.suite or arguments.trend or arguments.report):
        raise BuildError(f"nothing to do: name suites with --suite ({', '.join(SUITES)} or all), or ask for --trend")
    suites = list(SUITES) if "all" in arguments.suite else list(dict.fromkeys(arguments.suite))
    options = Options(arguments.runs, arguments.budget, tuple(arguments.models), tuple(arguments.sizes))
    if suites:
        machine = this_machine()
        path = write_run({name: _run_one(name, options) for name in suites}, machine, arguments.note)
        print(f"kept in {os.path.relpath(path)}")
    runs = read_runs()
    if suites or arguments.report:
        write_report(runs)
        print("docs/performance.md written")
    if arguments.trend:
        print(f"docs/performance-trend.svg: {write_trend(runs)} of the runs in the ledger")
    return 0


def _run_one(name: str, options: Options) -> Rows:
    print(f"--- {name}: {SUITES[name]}", flush=True)
    rows = run_suite(name, options)
    if "skipped" in rows:
        print(f"skipped: {rows['skipped']}", flush=True)
    return rows
