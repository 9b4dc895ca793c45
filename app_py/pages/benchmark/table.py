"""Results as rows of a table, and that table as Markdown."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from app_py.i18n import format_number, tr, tr_noop
from app_py.onnxruntime.engines import library
from app_py.pages.benchmark.results import STOPPED, Document
from app_py.pages.report.table import Table, device_facts, ending, escape_markdown, to_markdown_rows

COLUMNS = (
    tr_noop("Model"),
    tr_noop("Size, px"),
    tr_noop("Engine"),
    tr_noop("Right"),
    tr_noop("Median, ms"),
    tr_noop("Mean, ms"),
    tr_noop("p90, ms"),
    tr_noop("Min, ms"),
    tr_noop("Max, ms"),
    tr_noop("SD, ms"),
    tr_noop("MP/s"),
    tr_noop("Runs"),
    tr_noop("Engine start, ms"),
    tr_noop("Load, ms"),
    tr_noop("Warm-up, ms"),
    tr_noop("Memory"),
    tr_noop("Remark"),
)
NOT_KNOWN = "–"


def make_table(document: Document, caption: str, titles: Mapping[str, str] = MappingProxyType({})) -> Table:
    """A row for each combination; models without one of the `titles` are called by their ids."""
    return Table(caption, tuple(map(tr, COLUMNS)), tuple(_row(result, titles) for result in document["results"]))


def make_device_table(documents: Sequence[tuple[str, Document]]) -> Table:
    """What is known of the device of every (name, document), side by side, and when it was measured."""
    columns = [
        (*device_facts(document["device"]), (tr("Measured"), document["created"][:16].replace("T", " ")))
        for _, document in documents
    ]
    rows = tuple((facts[0][0], *(value for _, value in facts)) for facts in zip(*columns, strict=True))
    return Table(tr("The devices"), (tr("Fact"), *(name for name, _ in documents)), rows)


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


def _row(result: Mapping[str, Any], titles: Mapping[str, str]) -> tuple[str, ...]:
    summary, memory = result["summary"], result["memory_bytes"]
    times = ("median_ms", "mean_ms", "p90_ms", "min_ms", "max_ms", "sd_ms")
    name, version = library(result["engine"])
    return (
        titles.get(result["model"], result["model"]),
        f"{result['width']} × {result['height']}",
        f"{name} {result['engine_version'] or version} {result['engine'].partition(':')[2]}",
        _verdict(result["check"]),
        *(NOT_KNOWN if summary is None else _ms(summary[time]) for time in times),
        NOT_KNOWN if summary is None else format_number(f"{summary['megapixels_per_s']:.3g}"),
        str(len(result["times_ms"])),
        *(_ms(result[time]) for time in ("start_ms", "load_ms", "warmup_ms")),
        NOT_KNOWN if memory is None else f"{memory / 2**20:.0f} MiB",
        _remark(result),
    )


def _verdict(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return tr("not checked")
    if found["max_abs_error"] is None:
        return tr("WRONG: no numbers")
    sentence = tr_noop("yes, off by {error} of 255") if found["right"] else tr_noop("WRONG, off by {error} of 255")
    return tr(sentence, error=format_number(f"{found['max_abs_error']:.2g}"))


def _remark(result: Mapping[str, Any]) -> str:
    words = []
    if result["error"] is not None and result["error"]["code"] == STOPPED:
        words.append(tr("stopped"))
    elif result["error"] is not None:
        words.append(tr("failed: {error}", error=result["error"]["message"]))
    if result["hidden_runs"]:
        words.append(tr("{count} runs while the tab was in the background", count=len(result["hidden_runs"])))
    return "; ".join(words)


def _ms(time: float | None) -> str:
    if time is None:
        return NOT_KNOWN
    return format_number(f"{time:.1f}" if time < 1000 else f"{time:,.0f}")
