"""Results as rows of a table, and that table as Markdown."""

from collections.abc import Mapping, Sequence
from typing import Any

from app_py.benchmark.engines import library
from app_py.benchmark.results import Document
from app_py.report.table import Table, device_facts, escape_markdown, to_markdown_rows

COLUMNS = (
    "Model",
    "Size",
    "Engine",
    "Right",
    "Median",
    "Mean",
    "p90",
    "Min",
    "Max",
    "SD",
    "MP/s",
    "Runs",
    "Engine start",
    "Load",
    "Warm-up",
    "Memory",
    "Remark",
)
NOT_KNOWN = "–"


def make_table(document: Document, caption: str) -> Table:
    """A row for each combination; times in milliseconds."""
    return Table(caption, COLUMNS, tuple(_row(result) for result in document["results"]))


def to_markdown(documents: Sequence[tuple[str, Document]]) -> str:
    """Every (name, document) with its device, as GitHub shows Markdown."""
    parts = []
    for name, document in documents:
        facts = [f"- {label}: {escape_markdown(value)}" for label, value in device_facts(document["device"])]
        rows = to_markdown_rows(COLUMNS, make_table(document, name).rows)
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
        NOT_KNOWN if summary is None else f"{summary['megapixels_per_s']:.3g}",
        str(len(result["times_ms"])),
        *(_ms(result[time]) for time in ("start_ms", "load_ms", "warmup_ms")),
        NOT_KNOWN if memory is None else f"{memory / 2**20:.0f} MiB",
        _remark(result),
    )


def _verdict(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return "not checked"
    if found["max_abs_error"] is None:
        return "WRONG: no numbers"
    return f"{'yes' if found['right'] else 'WRONG'}, off by {found['max_abs_error']:.2g} of 255"


def _remark(result: Mapping[str, Any]) -> str:
    words = []
    if result["error"] is not None:
        words.append(f"failed: {result['error']['message']}")
    if result["hidden_runs"]:
        words.append(f"{len(result['hidden_runs'])} runs while the tab was in the background")
    return "; ".join(words)


def _ms(time: float | None) -> str:
    if time is None:
        return NOT_KNOWN
    return f"{time:.1f}" if time < 1000 else f"{time:,.0f}"
