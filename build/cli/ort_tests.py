"""`python -m build ort-tests`."""

import argparse
from collections import Counter
from pathlib import Path

from build.common.files import write_atomically
from build.common.paths import ROOT
from build.conformance.onnxruntime_tests import run_tests, to_markdown


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="onnxruntime's tests and their data, as in onnxruntime/test/python")
    parser.add_argument("--files", default="onnxruntime_test_python*.py", help="which of them (default: %(default)s)")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "onnxruntime-tests.md", help="default: %(default)s")


def run(arguments: argparse.Namespace) -> int:
    """Run the tests, print the counts and write the page of results."""
    outcomes = run_tests(arguments.folder, arguments.files)
    counts = Counter(outcome.status for outcome in outcomes)
    print(", ".join(f"{count} {status}" for status, count in counts.most_common()))
    names = sorted(path.name for path in arguments.folder.glob(arguments.files))
    write_atomically(arguments.out, to_markdown(outcomes, names).encode())
    return 0
