"""`python -m build check MODEL --target TARGET`: what the target runs, what is lowered by which rule, what cannot be.

Exit status: 0 the file runs as it is, 1 it runs after `lower`, 2 it cannot, or cannot be read.
"""

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import onnx_ir as ir

from build.compiler.explain import Problem, problem_of
from build.compiler.lowering import Lowered, attempt, serialise
from build.compiler.passes.prepare import declared_opset
from build.compiler.refusals import load_graph
from build.compiler.sizes import add_size_arguments, fixed_sides
from build.compiler.targets.catalogue import find_target
from build.compiler.targets.target import Target

SUPPORTED, LOWERED, IMPOSSIBLE = "supported", "lowered", "impossible"
EXIT = {SUPPORTED: 0, LOWERED: 1, IMPOSSIBLE: 2}


@dataclass(frozen=True)
class Row:
    """What becomes of one operator of the file: how many nodes, the verdict, and by which rules or why."""

    operator: str
    nodes: int
    verdict: str
    detail: str


@dataclass(frozen=True)
class Report:
    """The whole answer. `verdict` is the worst row's, or `lowered` where only the declarations are new."""

    target: str
    opset: int
    verdict: str
    rows: tuple[Row, ...]
    known_bugs: tuple[str, ...]

    @property
    def exit_status(self) -> int:
        return EXIT[self.verdict]


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", type=Path)
    parser.add_argument("--target", required=True, help="e.g. onnxjs-0.1.8:webgl or kernels:wasm")
    parser.add_argument("--json", action="store_true", help="machine-readable output")
    add_size_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Print the report; its verdict is the exit status."""
    target = find_target(args.target)
    model = load_graph(args.model)
    report = check(model, target, attempt(model, target, fixed_sides(model, args.size, args.shape)))
    print(json.dumps(asdict(report), indent=1) if args.json else render(report, args.model.name))
    return report.exit_status


def check(model: ir.Model, target: Target, lowered: Lowered) -> Report:
    """Compare a source with the attempt to lower it."""
    opset = declared_opset(model)
    readable = opset <= target.highest_opset
    planned = target.ask is None or target.ask(serialise(model)) is None
    direct = Counter(node.op_type for node in model.graph if readable and problem_of(node, target, opset) is None)
    counts = Counter(node.op_type for node in model.graph)
    problems = lowered.problems
    rows = [
        _row(op_type, count, direct[op_type] == count, problems, lowered) for op_type, count in sorted(counts.items())
    ]
    rows += [Row(p.op_type, p.count, IMPOSSIBLE, p.reason) for p in problems if p.op_type not in counts]
    worst = max((row.verdict for row in rows), key=lambda verdict: EXIT[verdict], default=SUPPORTED)
    if worst == SUPPORTED and not (readable and planned):
        worst = LOWERED
    bugs = (bug for bug in target.known_bugs if set(bug.operators) <= set(counts))
    return Report(target.name, opset, worst, tuple(rows), tuple(f"{bug.what}; {bug.remedy}" for bug in bugs))


def _row(op_type: str, count: int, direct: bool, problems: Sequence[Problem], lowered: Lowered) -> Row:
    reasons = [problem.reason for problem in problems if problem.op_type == op_type]
    if reasons:
        return Row(op_type, count, IMPOSSIBLE, "; ".join(reasons))
    rules = lowered.lowered_by.get(op_type, ())
    if rules:
        return Row(op_type, count, LOWERED, ", ".join(rules))
    if direct:
        return Row(op_type, count, SUPPORTED, "")
    if not lowered.counts:
        return Row(op_type, count, LOWERED, "not tried: what is impossible comes first")
    if op_type not in lowered.surviving:
        return Row(op_type, count, LOWERED, "computed or written out beforehand")
    return Row(op_type, count, LOWERED, "declared at an older opset, otherwise unchanged")


def render(report: Report, name: str) -> str:
    """A table for the terminal."""
    wide = max((len(row.operator) for row in report.rows), default=8)
    lines = [f"{name} (opset {report.opset}) on {report.target}: {report.verdict}"]
    lines += [
        f"  {row.operator:<{wide}} {row.nodes:>4}  {row.verdict:<10} {row.detail}".rstrip() for row in report.rows
    ]
    lines += [f"  known bug: {bug}" for bug in report.known_bugs]
    return "\n".join(lines)
