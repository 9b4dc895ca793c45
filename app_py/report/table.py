"""Tables of text, for the page and for Markdown."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of text under columns."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_json(self) -> dict[str, Any]:
        """As `www/report/table.js` shows it."""
        return {"caption": self.caption, "columns": list(self.columns), "rows": [list(row) for row in self.rows]}


def device_facts(device: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(label, value) of everything that is known of a device, given as `device.schema.json` says."""
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


def to_markdown_rows(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a Markdown table, every cell shown as it is."""
    lines = [columns, ("---",) * len(columns), *rows]
    return ["| " + " | ".join(escape_markdown(cell) for cell in line) + " |" for line in lines]


def escape_markdown(text: str) -> str:
    """Text that Markdown shows as it is, whoever wrote it."""
    flat = " ".join(text.split())
    return "".join(f"\\{character}" if character in "\\`*_[]<>|#" else character for character in flat)
