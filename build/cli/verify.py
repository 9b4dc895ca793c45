"""`python -m build verify`: every model, and every rule's test graph, on every backend, in a real Chromium.

Results are kept by the sha256 of the model's file: what was measured for these very bytes is not measured again unless
`--force` asks for it. Exit status 1 where anything is wrong or refused.
"""

import argparse
import time
from collections.abc import Iterator, Sequence

from build.cli.models import FOLDER
from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import ROOT
from build.compiler.verify.browser import Browser, open_browser
from build.compiler.verify.measure import measure
from build.compiler.verify.plan import (
    ALL_TARGETS,
    MODEL_TOLERANCE,
    Job,
    ModelJobs,
    all_case_jobs,
)
from build.compiler.verify.record import Record, Results, read_record, with_recorded_results, write_record
from build.compiler.verify.report import render
from build.models.manifest import Entry, read_entries, read_shared, write_manifest

PAGE = ROOT / "docs" / "parity.md"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", nargs="+", metavar="ID", help="these models only")
    parser.add_argument("--targets", nargs="+", metavar="TARGET", choices=ALL_TARGETS, help="these targets only")
    parser.add_argument("--no-rules", action="store_true", help="leave out the rules' test graphs")
    parser.add_argument(
        "--force", action="store_true", help="measure anew what is on record for the same bytes as well"
    )


def run(args: argparse.Namespace) -> int:
    """Measure what is not on record, print and write the table."""
    entries = _entries(args.only)
    targets = args.targets or ALL_TARGETS
    record = read_record()
    with open_browser() as browser:
        record = Record(f"Chromium {browser.version}", record.models, record.cases)
        for job in _jobs(entries, targets, record, force=args.force):
            _measure(browser, job, record.models)
            write_record(record)
        if not args.no_rules:
            _measure_cases(browser, record, force=args.force)
    return _finish(record, entries, targets)


def _entries(only: Sequence[str] | None) -> list[Entry]:
    entries = _all_entries()
    if not entries:
        raise BuildError("there are no models yet; run `python -m build models` first")
    unknown = next((name for name in only or () if name not in entries), None)
    if unknown is not None:
        raise BuildError(f"there is no model {unknown}; there are {', '.join(entries)}")
    return [entry for name, entry in entries.items() if only is None or name in only]


def _all_entries() -> dict[str, Entry]:
    """Models and shared networks by id."""
    return {**read_entries(FOLDER), **{entry["id"]: entry for entry in read_shared(FOLDER, "networks")}}


def _jobs(entries: Sequence[Entry], targets: Sequence[str], record: Record, *, force: bool) -> Iterator[Job]:
    """Fast backends of all models first, so that an interrupted run has measured the most."""
    for target in targets:
        for entry in entries:
            jobs = ModelJobs(entry, FOLDER)
            if target in jobs.targets and (force or target not in record.models.get(str(entry["sha256"]), {})):
                yield jobs.job(target)


def _measure(browser: Browser, job: Job, results: dict[str, Results]) -> None:
    start = time.perf_counter()
    result = measure(browser, job)
    results.setdefault(job.key, {})[job.target.name] = result
    error = result.refusal or f"max {result.maximum:.2g} mean {result.mean:.2g}"
    print(
        f"{job.label:<34} {job.target.name:<28} {result.nodes:>4} nodes {result.bytes:>9,} bytes  {result.verdict:<7}"
        f" {error}  {time.perf_counter() - start:.1f} s",
        flush=True,
    )


def _measure_cases(browser: Browser, record: Record, *, force: bool) -> None:
    current: dict[str, Results] = {}
    for job in all_case_jobs():
        known = record.cases.get(job.key, {}).get(job.target.name)
        if force or known is None or known.bytes != len(job.data):
            _measure(browser, job, current)
        else:
            current.setdefault(job.key, {})[job.target.name] = known
    record.cases.clear()
    record.cases.update(current)


def _finish(record: Record, entries: Sequence[Entry], targets: Sequence[str]) -> int:
    """Write the record, the page and the manifest's `verified`. Returns the exit status."""
    listed = _all_entries().values()
    known = {str(entry["sha256"]) for entry in listed}
    for sha256 in set(record.models) - known:
        # Models that are gone. Those of other machines' checkpoints would be measured again there.
        del record.models[sha256]
    write_record(record)
    write_atomically(PAGE, render(record, list(listed), ALL_TARGETS, MODEL_TOLERANCE).encode())
    models, networks = read_entries(FOLDER).values(), read_shared(FOLDER, "networks")
    write_manifest(FOLDER, map(with_recorded_results, models), map(with_recorded_results, networks))
    wanted = ((entry, target) for entry in entries for target in targets if target in ModelJobs(entry, FOLDER).targets)
    found = [record.models[str(entry["sha256"])][target] for entry, target in wanted]
    cases = [result for results in record.cases.values() for result in results.values()]
    wrong = sum(not result.passed for result in (*found, *cases))
    print(f"{len(found)} results of models and {len(cases)} of rules, {wrong} of them not right; see docs/parity.md")
    return 1 if wrong else 0
