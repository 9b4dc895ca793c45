"""Operator test results as text: a Markdown report, and what the predecessor's page printed."""

from collections.abc import Iterator
from typing import Any

from app_py.i18n import format_number, tr, tr_noop, translated
from app_py.onnxruntime.engines import library
from app_py.pages.benchmark.predecessor_text import END, FENCE, device_lines, head_lines
from app_py.pages.operator_test.results import Document
from app_py.pages.report.choices import engine_words
from app_py.pages.report.table import Table, device_facts, ending, escape_markdown, to_markdown_rows

RULE = "-" * 70
WORDS = {
    "pass": tr_noop("pass"),
    "fail": tr_noop("FAIL"),
    "error": tr_noop("ERROR"),
    "refused": tr_noop("refused"),
    "unavailable": "–",
}
REMARK_COLUMNS = (
    tr_noop("Test"),
    tr_noop("Operators"),
    tr_noop("Engine"),
    tr_noop("Verdict"),
    tr_noop("Largest error"),
    tr_noop("Wrong values"),
    tr_noop("Remark"),
)


def make_tables(document: Document) -> list[Table]:
    """Tests by engines with a verdict each, and below what is to be said about those that did not pass."""
    if not document["results"]:
        return []
    engines = tuple(dict.fromkeys(result["engine"] for result in document["results"]))
    cells = {(result["case"], result["engine"]): _cell(result) for result in document["results"]}
    cases = {result["case"]: translated(result["title"]) for result in document["results"]}
    rows = tuple((title, *(cells.get((case, engine), "") for engine in engines)) for case, title in cases.items())
    tables = [Table(tr("Verdict and largest error"), (tr("Test"), *map(engine_words, engines)), rows)]
    if remarks := tuple(_remarks(document)):
        tables.append(Table(tr("What did not pass"), tuple(map(tr, REMARK_COLUMNS)), remarks))
    return tables


def to_markdown(document: Document) -> str:
    """The report for an issue: the device, then the tables."""
    title = [tr("Operator test"), document["created"][:16], *ending(document)]
    lines = [f"### {escape_markdown(', '.join(title))}", ""]
    lines += [f"- {label}: {escape_markdown(value)}" for label, value in device_facts(document["device"])]
    for table in make_tables(document):
        lines += ["", f"{table.caption}:", "", *to_markdown_rows(table.columns, table.rows)]
    return "\n".join([*lines, ""])


def predecessor_text(document: Document) -> str:
    """What the predecessor's test page printed, one report after the other.

    Source: gnsmrky/pytorch-fast-neural-style-onnxjs, branch gh-pages, utils.js and test_ops.html.
    """
    device = document["device"]
    if not document["results"]:
        return END.join([*head_lines(device, document["created"]), ""])
    return END.join(line for result in document["results"] for line in _report(device, result))


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


def _cell(result: Any) -> str:
    error = result["max_abs_error"]
    return tr(WORDS[result["verdict"]]) + ("" if error is None else f", {format_number(f'{error:.1g}')}")


def _remarks(document: Document) -> Iterator[tuple[str, ...]]:
    missing = set()
    for result in document["results"]:
        engine, said = result["engine"], result["error"]["message"] if result["error"] else ""
        if result["verdict"] == "unavailable" and engine not in missing:
            missing.add(engine)
            yield (tr("all"), "", engine_words(engine), tr("not on this device"), "", "", said)
        elif result["verdict"] in ("fail", "error"):
            error, wrong = result["max_abs_error"], result["wrong_values"]
            yield (
                translated(result["title"]),
                " → ".join(result["operators"]),
                engine_words(engine),
                tr(WORDS[result["verdict"]]),
                "" if error is None else format_number(f"{error:.2g}"),
                "" if wrong is None else format_number(f"{wrong:,}"),
                said or ("" if error is not None else tr("another shape, or values that are no numbers")),
            )
