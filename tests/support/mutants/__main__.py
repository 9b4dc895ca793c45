"""Tries a sample of changes of each package, and writes down how many its own tests noticed.

    python -m tests.support.mutants photo styles --sample 60 [--seed 1] [--all]

The sample is drawn by the seed, so that a run can be repeated and survivors be looked at again after tests were added.
Not part of CI: it runs the tests of a package once for each change. The figures go to `benchmarks/mutation.json`.
"""

import argparse
import importlib
import json
import random
import time
from dataclasses import dataclass
from pathlib import Path

from tests.support.mutants.changes import Change, changes
from tests.support.mutants.trial import run
from tests.support.paths import ROOT

FIGURES = ROOT / "benchmarks" / "mutation.json"
LIMIT_FACTOR, LEAST_LIMIT_S = 4.0, 20.0
PRELOADED = ("numpy", "PIL.Image", "onnx", "onnxruntime", "pytest", "hypothesis")


@dataclass(frozen=True)
class Package:
    """Sources by pattern, and the tests whose business they are."""

    sources: tuple[str, ...]
    tests: tuple[str, ...]


PACKAGES = {
    "photo": Package(("app_py/photo/*.py",), ("tests/shared/photo/test_*.py",)),
    "onnxruntime": Package(
        ("app_py/onnxruntime/*.py",),
        ("tests/shared/onnxruntime/test_*.py", "tests/host/onnxruntime/test_[ez]*.py"),
    ),
    "engines": Package(("app_py/engines/*.py",), ("tests/shared/engines/test_*.py",)),
    "update": Package(
        ("app_py/pages/studio/update*.py",),
        ("tests/shared/pages/studio/test_update*.py",),
    ),
    "styles": Package(
        ("app_py/styles/*.py",), ("tests/shared/styles/test_*.py", "tests/shared/pages/studio/test_user_model_store.py")
    ),
    "rules": Package(
        ("build/compiler/rules/*/*.py", "build/compiler/passes/*.py", "build/compiler/lowering.py"),
        (
            "tests/host/compiler/rules/test_*.py",
            "tests/host/compiler/passes/test_*.py",
            "tests/host/compiler/test_lowering*.py",
        ),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.support.mutants", description=__doc__)
    parser.add_argument("packages", nargs="+", choices=[*PACKAGES, "all"])
    parser.add_argument("--sample", type=int, default=60, help="how many changes of each package")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--file", help="only changes of files whose path holds this; the figures stay as they are")
    options = parser.parse_args()
    for name in PRELOADED:
        if importlib.util.find_spec(name.partition(".")[0]):
            importlib.import_module(name)
    for name in PACKAGES if "all" in options.packages else options.packages:
        sample = drawn(PACKAGES[name], options.sample, options.seed, options.file or "")
        survivors = try_all(PACKAGES[name], sample)
        print(f"{name}: {len(sample) - len(survivors)} of {len(sample)} noticed", flush=True)
        if not options.file:
            note(name, options.seed, len(sample), survivors)


def drawn(package: Package, count: int, seed: int, part: str) -> list[Change]:
    """A sample of a package's changes, in the order of the sources."""
    paths = sorted(path.relative_to(ROOT) for pattern in package.sources for path in ROOT.glob(pattern))
    everything = [change for path in paths if part in path.as_posix() for change in changes(path)]
    dice = random.Random(seed)
    return sorted(dice.sample(everything, min(count, len(everything))), key=lambda change: (change.path, change.index))


def try_all(package: Package, sample: list[Change]) -> list[Change]:
    """The changes that no test noticed."""
    began = time.monotonic()
    if not run(in_order(package, Path()), None, 600):
        raise SystemExit(f"the tests fail without a change: {' '.join(package.tests)}")
    limit_s = LIMIT_FACTOR * (time.monotonic() - began) + LEAST_LIMIT_S
    survivors = []
    for change in sample:
        if run(in_order(package, change.path), change, limit_s):
            survivors.append(change)
            print(f"not noticed: {change}", flush=True)
    return survivors


def in_order(package: Package, path: Path) -> list[str]:
    """The files of a package's tests; first those that are named as a module, which notice soonest."""
    files = sorted(file for pattern in package.tests for file in ROOT.glob(pattern))
    files.sort(key=lambda file: file.stem != f"test_{path.stem}")
    return [file.relative_to(ROOT).as_posix() for file in files]


def note(name: str, seed: int, tried: int, survivors: list[Change]) -> None:
    """Write a package's figures down beside the others'."""
    figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    figures[name] = {
        "tried": tried,
        "noticed": tried - len(survivors),
        "seed": seed,
        "not_noticed": [str(change) for change in survivors],
    }
    Path(FIGURES).write_text(json.dumps(dict(sorted(figures.items())), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
