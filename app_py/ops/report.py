"""Operator test results as text: a Markdown report, and what the predecessor's page printed."""

from collections.abc import Iterator
from typing import Any

from app_py.benchmark.engines import library
from app_py.benchmark.predecessor_text import END, FENCE, device_lines
from app_py.benchmark.table import device_facts, escape_markdown, to_markdown_rows
from app_py.ops.results import Document

RULE = "-" * 70
COLUMNS = ("Test", "Operators", "Engine", "Verdict", "Largest error", "Wrong values", "Time", "Remark")
WORDS = {"pass": "pass", "fail": "FAIL", "error": "ERROR", "unavailable": "not on this device"}


def rows(document: Document) -> list[tuple[str, ...]]:
    """A row of text for each result, under `COLUMNS`."""
    return [_row(result) for result in document["results"]]


def to_markdown(document: Document) -> str:
    """The report for an issue: the device, then every result."""
    facts = [f"- {label}: {escape_markdown(value)}" for label, value in device_facts(document["device"])]
    return "\n".join(
        [
            f"### Operator test, {escape_markdown(document['created'][:16])}",
            "",
            *facts,
            "",
            *to_markdown_rows(COLUMNS, rows(document)),
            "",
        ]
    )


def predecessor_text(document: Document) -> str:
    """What the predecessor's test page printed, one report after the other.

    Source: gnsmrky/pytorch-fast-neural-style-onnxjs, branch gh-pages, utils.js and test_ops.html.
    """
    return END.join(line for result in document["results"] for line in _report(document["device"], result))


def _report(device: Any, result: Any) -> Iterator[str]:
    name, version = library(result["engine"])
    yield "Description: [describe the result here]"
    yield from list(device_lines(device))[:1]
    yield ""
    yield f"{name} Op Test - {result['title']}"
    yield RULE
    yield f"{name} v{version}"
    yield f"backend: {result['engine'].partition(':')[2]}"
    yield f"model file: {result['file']}"
    yield ""
    yield from list(device_lines(device))[1:]
    yield ""
    yield FENCE
    if result["rows"] is None:
        yield f"!!!inference error!!! {result['error']['message'] if result['error'] else ''}"
    else:
        yield from _values(result)
    yield FENCE
    yield ""


def _values(result: Any) -> Iterator[str]:
    size = 1
    for side in result["dims"]:
        size *= side
    yield "output:"
    yield RULE
    yield f"output tensor dimension:{','.join(map(str, result['dims']))}"
    yield f"output tensor size:{size}"
    for number, row in enumerate(result["rows"]):
        if number:
            yield "... ... ..."
        yield f"row {row['row']}:"
        # Its two loops put a blank after the comma in the first row only.
        blank = "" if number else " "
        for place, value in enumerate(row["values"]):
            yield f"output.data[{row['row']},{blank}{place}]: {'NaN' if value is None else f'{value:g}'}"


def _row(result: Any) -> tuple[str, ...]:
    name, version = library(result["engine"])
    error, wrong, time = result["max_abs_error"], result["wrong_values"], result["run_ms"]
    return (
        result["title"],
        " → ".join(result["operators"]),
        f"{name} {version} {result['engine'].partition(':')[2]}",
        WORDS[result["verdict"]],
        "–" if error is None else f"{error:.2g}",
        "–" if wrong is None else f"{wrong:,}",
        "–" if time is None else f"{time:.1f} ms",
        result["error"]["message"] if result["error"] else "",
    )
