"""`python -m build families`: networks in the manner of well-known ones, lowered, and run in a real Chromium.

Each is exported in several ways, lowered for every target and compared with its source. Results go into
`benchmarks/families.json` and, as a table, into `docs/pytorch-to-browser.md`. What was measured for the same bytes is
not measured again. Exit status 1 where anything is wrong.
"""

import argparse

import torch

from build.common.errors import BuildError
from build.compiler.verify.browser import Browser, open_browser
from build.compiler.verify.families import FAMILIES, Family, forms_of
from build.compiler.verify.families.outcome import TARGETS, Outcome, outcome, specimen
from build.compiler.verify.families.table import Families, Tried, read_families, write_families, write_guide


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--only", nargs="+", metavar="FAMILY", help="these families only")
    parser.add_argument("--missing", action="store_true", help="only families of which nothing is on record")
    parser.add_argument("--report", action="store_true", help="write the table anew, without measuring")


def run(args: argparse.Namespace) -> int:
    """Measure, and write record and guide after each family, so that what was measured is kept."""
    record = read_families()
    if not args.report:
        with open_browser() as browser:
            for family in _chosen(args, record):
                tried = _try(browser, family, record.tried.get(family.name, {}))
                found = {**read_families().tried, family.name: tried}
                record = Families(f"Chromium {browser.version}", _present(found))
                write_families(record)
    write_guide(record)
    outcomes = [found for tried in record.tried.values() for targets in tried.values() for found in targets.values()]
    wrong = sum(found.verdict == "wrong" for found in outcomes)
    print(f"{len(record.tried)} families, {len(outcomes)} results, {wrong} of them wrong")
    return 1 if wrong else 0


def _present(found: dict[str, Tried]) -> dict[str, Tried]:
    """What is on record of the families, forms and targets that there are, in their order."""
    return {
        family.name: {
            form.name: {target: found[family.name][form.name][target] for target in TARGETS}
            for form in forms_of(family)
            if form.name in found[family.name]
        }
        for family in FAMILIES
        if family.name in found
    }


def _chosen(args: argparse.Namespace, record: Families) -> list[Family]:
    known = {family.name for family in FAMILIES}
    unknown = next((name for name in args.only or () if name not in known), None)
    if unknown is not None:
        raise BuildError(f"there is no family {unknown!r}; there are {', '.join(sorted(known))}")
    wanted = [family for family in FAMILIES if args.only is None or family.name in args.only]
    return [family for family in wanted if not (args.missing and family.name in record.tried)]


def _try(browser: Browser, family: Family, known: Tried) -> Tried:
    tried: Tried = {}
    for form in forms_of(family):
        try:
            found = specimen(family, form)
        except torch.onnx.errors.OnnxExporterError as error:
            reason = f"torch cannot export it: {(str(error).strip().splitlines() or [''])[0][:100]}"
            tried[form.name] = dict.fromkeys(TARGETS, Outcome("refused", reason))
            continue
        before = known.get(form.name, {})
        tried[form.name] = {target: outcome(browser, found, target, before.get(target)) for target in TARGETS}
        said = ", ".join(f"{target} {one.verdict} {one.reason}".strip() for target, one in tried[form.name].items())
        print(f"{family.name}, {form.name}: {said}", flush=True)
    return tried
