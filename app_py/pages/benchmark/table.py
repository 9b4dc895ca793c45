"""Results as rows of a table, and that table as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from app_py.benchmark.engines import library
from app_py.benchmark.results import STOPPED, Document
from app_py.report.table import Table, device_facts, ending, escape_markdown, to_markdown_rows
from app_py.words import figures, mark, say

COLUMNS = (
    mark("Model"),
    mark("Size, px"),
    mark("Engine"),
    mark("Right"),
    mark("Median, ms"),
    mark("Mean, ms"),
    mark("p90, ms"),
    mark("Min, ms"),
    mark("Max, ms"),
    mark("SD, ms"),
    mark("MP/s"),
    mark("Runs"),
    mark("Engine start, ms"),
    mark("Load, ms"),
    mark("Warm-up, ms"),
    mark("Memory"),
    mark("Remark"),
)
NOT_KNOWN = "–"


def make_table(document: Document, caption: str) -> Table:
    """A row for each combination."""
    return Table(caption, tuple(map(say, COLUMNS)), tuple(_row(result) for result in document["results"]))


def make_device_table(documents: Sequence[tuple[str, Document]]) -> Table:
    """What is known of the device of every (name, document), side by side, and when it was measured."""
    columns = [
        (*device_facts(document["device"]), (say("Measured"), document["created"][:16].replace("T", " ")))
        for _, document in documents
    ]
    rows = tuple((facts[0][0], *(value for _, value in facts)) for facts in zip(*columns, strict=True))
    return Table(say("The devices"), (say("Fact"), *(name for name, _ in documents)), rows)


def to_markdown(documents: Sequence[tuple[str, Document]]) -> str:
    """Every (name, document) with its device, as GitHub shows Markdown."""
    parts = []
    for name, document in documents:
        facts = [f"- {label}: {escape_markdown(value)}" for label, value in device_facts(document["device"])]
        table = make_table(document, name)
        rows = to_markdown_rows(table.columns, table.rows)
        title = ", ".join([name, document["created"][:16], *ending(document)])
        parts.append("\n".join([f"### {escape_markdown(title)}", "", *facts, "", *rows, ""]))
    return "\n".join(parts)


def _row(result: Mapping[str, Any]) -> tuple[str, ...]:
    summary, memory = result["summary"], result["memory_bytes"]
    times = ("median_ms", "mean_ms", "p90_ms", "min_ms", "max_ms", "sd_ms")
    name, version = library(result["engine"])
    return (
        result["model"],
        f"{result['width']} × {result['height']}",
        f"{name} {result['engine_version'] or version} {result['engine'].partition(':')[2]}",
        _verdict(result["check"]),
        *(NOT_KNOWN if summary is None else _ms(summary[time]) for time in times),
        NOT_KNOWN if summary is None else figures(f"{summary['megapixels_per_s']:.3g}"),
        str(len(result["times_ms"])),
        *(_ms(result[time]) for time in ("start_ms", "load_ms", "warmup_ms")),
        NOT_KNOWN if memory is None else f"{memory / 2**20:.0f} MiB",
        _remark(result),
    )


def _verdict(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return say("not checked")
    if found["max_abs_error"] is None:
        return say("WRONG: no numbers")
    sentence = mark("yes, off by {error} of 255") if found["right"] else mark("WRONG, off by {error} of 255")
    return say(sentence, error=figures(f"{found['max_abs_error']:.2g}"))


def _remark(result: Mapping[str, Any]) -> str:
    words = []
    if result["error"] is not None and result["error"]["code"] == STOPPED:
        words.append(say("stopped"))
    elif result["error"] is not None:
        words.append(say("failed: {error}", error=result["error"]["message"]))
    if result["hidden_runs"]:
        words.append(say("{count} runs while the tab was in the background", count=len(result["hidden_runs"])))
    return "; ".join(words)


def _ms(time: float | None) -> str:
    if time is None:
        return NOT_KNOWN
    return figures(f"{time:.1f}" if time < 1000 else f"{time:,.0f}")
