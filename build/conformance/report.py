"""The results as data and as a table for people."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app_py.onnxruntime import engines as registry
from build.common.paths import BENCHMARKS, ROOT
from build.conformance.cases import SEVERAL, Case

RESULTS = BENCHMARKS / "conformance.json"
TABLE = ROOT / "docs" / "conformance.md"
API = "What became of each name of onnxruntime's Python API: [a table of its own](onnxruntime-names.md).\n"

KINDS = (
    "type",
    "unsupported-operator",
    "model-too-new",
    "model-invalid",
    "out-of-memory",
    "context-lost",
    "engine-hung",
    "engine-died",
)
"""Reasons that are words; anything else is what an engine said."""

INTRODUCTION = """# Conformance

Every engine, through `app_py.InferenceSession` in Pyodide in Chromium (graphics in software), on the tests of operators
that the ONNX project generates with its `onnx` package (`onnx.backend.test`), and on the same graphs declared for
opsets 7, 11 and 13 where ONNX's checker accepts them there and native onnxruntime computes the same. Made by
`python -m build conformance`, which also writes every single result to `benchmarks/conformance.json`.

*Pass*: types, shapes and values as expected, within the test's own tolerance. *Wrong*: something else came out.
*Refused*: an error, most often a missing operator or a type that a browser's engine does not pass in or out (strings,
sequences, bfloat16 and its like). Tests of random operators cannot pass anywhere.

`ort:webgpu` was tried on the operators for which it has kernels of its own, at their present opset; everything else
onnxruntime hands to the kernels of `ort:wasm`.
"""


@dataclass(frozen=True)
class Row:
    """One test and what each engine made of it: provider -> (status, reason)."""

    name: str
    operator: str
    opset: int
    results: Mapping[str, tuple[str, str]]

    def merged(self, earlier: Mapping[str, Any]) -> "Row":
        return Row(self.name, self.operator, self.opset, {**earlier, **self.results})

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "operator": self.operator, "opset": self.opset, "results": self.results}


def to_rows(cases: Sequence[Case], found: Mapping[str, Mapping[str, tuple[str, str]]]) -> list[Row]:
    return [
        Row(
            case.name,
            case.operator,
            case.opset,
            {provider: results[case.name] for provider, results in found.items() if case.name in results},
        )
        for case in cases
    ]


def to_markdown(rows: Sequence[Row]) -> str:
    """The whole page."""
    engines = [name for name in registry.ids() if any(name in row.results for row in rows)]
    parts = [INTRODUCTION, "## Counts\n", _totals(rows, engines), "## Why refused\n"]
    parts += [_reasons(rows, engines), "## Per operator and opset\n"]
    parts += ["Each cell: passed / wrong / refused. Tests of several operators at once are in the counts only.\n"]
    parts += [_matrix(rows, engines), "## Wrong results\n", _wrong(rows, engines), API]
    return "\n".join(parts)


def _totals(rows: Sequence[Row], engines: Sequence[str]) -> str:
    lines = ["| engine | tests | pass | wrong | refused |", "| --- | ---: | ---: | ---: | ---: |"]
    for engine in engines:
        counts = Counter(row.results[engine][0] for row in rows if engine in row.results)
        cells = [counts.total(), counts["pass"], counts["wrong"], counts["refused"]]
        lines.append(f"| `{engine}` | " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines) + "\n"


def _reasons(rows: Sequence[Row], engines: Sequence[str]) -> str:
    counts: dict[str, Counter[str]] = {
        engine: Counter(_kind(row.results[engine][1]) for row in rows if row.results.get(engine, ("",))[0] == "refused")
        for engine in engines
    }
    reasons = sorted({reason for counter in counts.values() for reason in counter})
    lines = ["| engine | " + " | ".join(reasons) + " |", "| --- |" + " ---: |" * len(reasons)]
    for engine, counter in counts.items():
        lines.append(f"| `{engine}` | " + " | ".join(str(counter[reason]) for reason in reasons) + " |")
    return "\n".join(lines) + "\n"


def _kind(reason: str) -> str:
    return reason if reason in KINDS else "engine-failed"


def _matrix(rows: Iterable[Row], engines: Sequence[str]) -> str:
    groups: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in rows:
        if row.operator != SEVERAL:
            groups[row.operator, row.opset].append(row)
    lines = ["| operator | opset | " + " | ".join(f"`{engine}`" for engine in engines) + " |"]
    lines.append("| --- | ---: |" + " --- |" * len(engines))
    for (operator, opset), group in sorted(groups.items()):
        cells = [_cell([row.results[engine][0] for row in group if engine in row.results]) for engine in engines]
        lines.append(f"| {operator} | {opset} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _cell(statuses: Sequence[str]) -> str:
    if not statuses:
        return ""
    return " / ".join(str(statuses.count(status)) for status in ("pass", "wrong", "refused"))


def _wrong(rows: Iterable[Row], engines: Sequence[str]) -> str:
    lines = ["| test | engine | what |", "| --- | --- | --- |"]
    for row in rows:
        for engine in engines:
            status, reason = row.results.get(engine, ("", ""))
            if status == "wrong":
                lines.append(f"| {row.name} | `{engine}` | {reason} |")
    return "\n".join(lines) + "\n"
