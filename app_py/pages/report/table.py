"""Tables of text, for the page and for Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app_py.i18n import format_number, tr, translated


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of text under columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """As `www/report/table.js` shows it."""
        return {"caption": self.caption, "columns": list(self.columns), "rows": [list(row) for row in self.rows]}


def shorten(text: str, most: int) -> str:
    """The text in at most `most` characters: what is too long loses its middle, since names differ at their ends.

    >>> shorten("benchmark-2026-11-20.json", 16)
    'benchmar…20.json'
    """
    if len(text) <= most:
        return text
    tail = (most - 1) // 2
    return f"{text[: most - 1 - tail]}…{text[-tail:]}"


def device_facts(device: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(label, value) of everything that is known of a device, given as `device.schema.json` says."""
    # Words among the facts, "unknown" say, are in the page's language; names stay as they are.
    fact = {name: translated(value) if isinstance(value, str) else value for name, value in device.items()}
    cores = tr("unknown") if fact["cores"] is None else fact["cores"]
    memory = fact["memory_gb"]
    return (
        (tr("Device"), tr("{model}, mobile", model=fact["model"]) if fact["mobile"] else fact["model"]),
        (tr("System"), fact["os"]),
        (tr("Browser"), f"{fact['browser']} ({fact['engine']})"),
        (tr("Processor"), tr("{architecture}, {cores} cores", architecture=fact["cpu_arch"], cores=cores)),
        (
            tr("Memory"),
            tr("unknown") if memory is None else tr("{memory} GB or more", memory=format_number(f"{memory:g}")),
        ),
        (tr("GPU (WebGL)"), fact["gpu"]),
        (tr("GPU (WebGPU)"), fact["webgpu"]),
        (tr("Cross-origin isolated"), tr("yes") if fact["isolated"] else tr("no")),
        (tr("Threads of onnxruntime-web"), str(fact["threads"])),
    )


def ending(document: Mapping[str, Any]) -> tuple[str, ...]:
    """What a document's title says of how it ended, where that is not at its end."""
    return (tr("stopped before the end"),) if document["stopped"] else ()


def to_markdown_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table, every cell shown as it is."""
    lines = [columns, ("---",) * len(columns), *rows]
    return ["| " + " | ".join(escape_markdown(cell) for cell in line) + " |" for line in lines]


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, whoever wrote it."""
    flat = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_[]<>|#" else character for character in flat)
