"""`python -m build conformance`."""

import argparse
import json
import time
from pathlib import Path

from app_py.onnxruntime import engines as registry
from build.common.errors import BuildError
from build.common.files import write_atomically
from build.conformance.browser import open_page, run_cases
from build.conformance.cases import cases_for, collect_cases
from build.conformance.report import RESULTS, TABLE, Row, to_markdown, to_rows


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--engines", nargs="+", choices=registry.ids(), default=registry.ids(), help="default: all")
    parser.add_argument(
        "--tests", default="", metavar="TEXT", help="only tests whose name contains this; writes nothing"
    )
    parser.add_argument("--results", type=Path, default=RESULTS, help="default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    """Run the tests, print the counts, and write the results and the table made of them."""
    cases = collect_cases(arguments.tests)
    if not cases:
        raise BuildError(f"no test's name contains {arguments.tests!r}")
    print(f"{len(cases)} tests", flush=True)
    found: dict[str, dict[str, tuple[str, str]]] = {}
    with open_page() as page:
        for provider in arguments.engines:
            started = time.monotonic()
            found[provider] = dict(run_cases(page, provider, cases_for(provider, cases)))
            print(f"{provider}: {_counts(found[provider])} in {time.monotonic() - started:.0f} s", flush=True)
    rows = to_rows(cases, found)
    if arguments.tests:
        for row in rows:
            print(row.name, json.dumps(row.results))
        return 0
    rows = _with_earlier(arguments.results, rows)
    write_atomically(arguments.results, _to_json(rows).encode())
    write_atomically(TABLE, to_markdown(rows).encode())
    return 0


def _counts(results: dict[str, tuple[str, str]]) -> str:
    statuses = [status for status, _ in results.values()]
    return ", ".join(f"{statuses.count(status)} {status}" for status in ("pass", "wrong", "refused"))


def _with_earlier(path: Path, rows: list[Row]) -> list[Row]:
    """Results of engines that were not asked for this time stay."""
    if not path.exists():
        return rows
    earlier = {row["name"]: row["results"] for row in json.loads(path.read_text())["tests"]}
    return [row.merged(earlier.get(row.name, {})) for row in rows]


def _to_json(rows: list[Row]) -> str:
    lines = ",\n".join(json.dumps(row.to_json()) for row in rows)
    return f'{{"version": 1, "tests": [\n{lines}\n]}}\n'
