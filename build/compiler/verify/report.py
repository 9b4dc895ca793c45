"""`docs/parity.md`: the measured tables, written by `python -m build verify`."""

from collections.abc import Mapping, Sequence
from typing import Any

from build.compiler.verify.record import Record, Result

INTRODUCTION = """# Parity: what real browsers compute

Written by `python -m build verify`; every number was measured in {browser}, headless, on a machine without a GPU
(WebGL and WebGPU run on SwiftShader). Models are run on the picture of their stored reference (32x48), whose output
torch computed, and, where that is fast, on a second one of 27x38; errors are absolute, on the 0..255 scale, and at most
{tolerance} is *right*.

The file in `models/` is the one that runs on the project's own kernels, on ONNX.js 0.1.8 and on onnxruntime-web 1.30.
For the older versions the same checkpoint is lowered anew, at a fixed size, which is all they take.
"""

CASES = """## The rules, one by one

Each rule's test graph, lowered and run. The error is a part of the largest output. A dash: lowering refuses that
backend, which lacks an operator.
"""


def render(record: Record, entries: Sequence[Mapping[str, Any]], targets: Sequence[str], tolerance: float) -> str:
    """The page in Markdown."""
    parts = [INTRODUCTION.format(browser=record.browser or "no browser yet", tolerance=tolerance), "## Models\n"]
    parts.append(_model_table(record, entries, targets))
    parts += [CASES, _case_table(record)]
    return "\n".join(parts)


def _model_table(record: Record, entries: Sequence[Mapping[str, Any]], targets: Sequence[str]) -> str:
    lines = [
        "| model | target | nodes | bytes | max error | mean error | verdict |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- |",
    ]
    for entry in entries:
        results = record.models.get(str(entry["sha256"]), {})
        lines += [_row(str(entry["id"]), target, results[target]) for target in targets if target in results]
    return "\n".join(lines) + "\n"


def _row(model: str, target: str, result: Result) -> str:
    maximum, mean = (("-" if n is None else f"{n:.2g}") for n in (result.maximum, result.mean))
    verdict = result.verdict + (f": {result.refusal}" if result.refusal else "")
    return f"| {model} | {target} | {result.nodes} | {result.bytes:,} | {maximum} | {mean} | {verdict} |"


def _case_table(record: Record) -> str:
    targets = sorted({target for results in record.cases.values() for target in results})
    lines = ["| case | " + " | ".join(targets) + " |", "| --- |" + " ---: |" * len(targets)]
    for name, results in sorted(record.cases.items()):
        lines.append(f"| {name} | " + " | ".join(_cell(results.get(target)) for target in targets) + " |")
    return "\n".join(lines) + "\n"


def _cell(result: Result | None) -> str:
    if result is None:
        return "-"
    if result.maximum is None:
        return f"**refused**: {result.refusal}"
    return f"{result.maximum:.1g}" if result.passed else f"**wrong**: {result.maximum:.2g}"
