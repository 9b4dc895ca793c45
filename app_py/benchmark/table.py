"""Results as rows of a table, and that table as Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app_py.benchmark.engines import library
from app_py.benchmark.results import Document

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


@dataclass(frozen=True, slots=True)
class Table:
    """Text only; the first row of `rows` belongs to the first result."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def make_table(document: Document, caption: str) -> Table:
    """A row for each combination; times in milliseconds."""
    return Table(caption, COLUMNS, tuple(_row(result) for result in document["results"]))


def device_facts(device: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(label, value) of everything that is known of a device."""
    cores, memory = device["cores"], device["memory_gb"]
    return (
        ("Device", f"{device['model']}{', mobile' if device['mobile'] else ''}"),
        ("System", device["os"]),
        ("Browser", f"{device['browser']} ({device['engine']})"),
        ("Processor", f"{device['cpu_arch']}, {'unknown' if cores is None else cores} cores"),
        ("Memory", "unknown" if memory is None else f"{memory:g} GB or more"),
        ("GPU (WebGL)", device["gpu"]),
        ("GPU (WebGPU)", device["webgpu"]),
        ("Cross-origin isolated", "yes" if device["isolated"] else "no"),
        ("Threads of onnxruntime-web", str(device["threads"])),
    )


def to_markdown(documents: Sequence[tuple[str, Document]]) -> str:
    """Every (name, document) with its device, as GitHub shows Markdown."""
    parts = []
    for name, document in documents:
        facts = [f"- {label}: {escape_markdown(value)}" for label, value in device_facts(document["device"])]
        rows = to_markdown_rows(COLUMNS, make_table(document, name).rows)
        title = f"### {escape_markdown(name)}, {escape_markdown(document['created'][:16])}"
        parts.append("\n".join([title, "", *facts, "", *rows, ""]))
    return "\n".join(parts)


def to_markdown_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table, every cell as it is."""
    lines = [columns, ("---",) * len(columns), *rows]
    return ["| " + " | ".join(escape_markdown(cell) for cell in line) + " |" for line in lines]


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
        "unknown" if memory is None else f"{memory / 2**20:.0f} MiB",
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


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, whoever wrote it."""
    flat = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_[]<>|#" else character for character in flat)
