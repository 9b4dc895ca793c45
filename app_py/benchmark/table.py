"""Results as rows of a table, and that table as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from app_py.benchmark.engines import library
from app_py.benchmark.results import Document
from app_py.report.table import Table, device_facts, escape_markdown, to_markdown_rows
from app_py.words import figures, mark, say

COLUMNS = (
    mark("Model"),
    mark("Size"),
    mark("Engine"),
    mark("Right"),
    mark("Median"),
    mark("Mean"),
    mark("p90"),
    mark("Min"),
    mark("Max"),
    mark("SD"),
    mark("MP/s"),
    mark("Runs"),
    mark("Engine start"),
    mark("Load"),
    mark("Warm-up"),
    mark("Memory"),
    mark("Remark"),
)
NOT_KNOWN = "–"


def make_table(document: Document, caption: str) -> Table:
    """A row for each combination; times in milliseconds."""
    return Table(caption, tuple(map(say, COLUMNS)), tuple(_row(result) for result in document["results"]))


def to_markdown(documents: Sequence[tuple[str, Document]]) -> str:
    """Every (name, document) with its device, as GitHub shows Markdown."""
    parts = []
    for name, document in documents:
        facts = [f"- {label}: {escape_markdown(value)}" for label, value in device_facts(document["device"])]
        table = make_table(document, name)
        rows = to_markdown_rows(table.columns, table.rows)
        title = f"### {escape_markdown(name)}, {escape_markdown(document['created'][:16])}"
        parts.append("\n".join([title, "", *facts, "", *rows, ""]))
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
    if result["error"] is not None:
        words.append(say("failed: {error}", error=result["error"]["message"]))
    if result["hidden_runs"]:
        words.append(say("{count} runs while the tab was in the background", count=len(result["hidden_runs"])))
    return "; ".join(words)


def _ms(time: float | None) -> str:
    if time is None:
        return NOT_KNOWN
    return figures(f"{time:.1f}" if time < 1000 else f"{time:,.0f}")
