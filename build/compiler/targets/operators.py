"""Tables of supported operators, as `extract.py` read them out of the published packages."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import onnx_ir as ir

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True, order=True)
class Versions:
    """Opset versions `first`..`last`, both included; `last` is None where the range is open."""

    first: int
    last: int | None

    @classmethod
    def parse(cls, text: str) -> "Versions":
        """Read `7+`, `6-10` or `7`, the notation of ONNX.js.

        >>> Versions.parse("6-10"), Versions.parse("7+"), Versions.parse("8")
        (Versions(first=6, last=10), Versions(first=7, last=None), Versions(first=8, last=8))
        """
        if text.endswith("+"):
            return cls(int(text[:-1]), None)
        first, _, last = text.partition("-")
        return cls(int(first), int(last or first))

    def __contains__(self, opset: int) -> bool:
        return self.first <= opset and (self.last is None or opset <= self.last)

    def __str__(self) -> str:
        if self.last is None:
            return f"{self.first}+"
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


Operators = Mapping[str, tuple[Versions, ...]]


@lru_cache
def load_table(name: str) -> Mapping[str, Any]:
    """The content of `tables/<name>.json`."""
    content: Mapping[str, Any] = json.loads((TABLES / f"{name}.json").read_text())
    return content


def load_operators(table: str, backend: str) -> Operators:
    """Operators of one backend: its own and those it hands on to the backend it falls back to."""
    content = load_table(table)
    own = _parse(content["backends"][backend])
    fallback = content.get("fallback", {}).get(backend)
    return own if fallback is None else union(own, load_operators(table, fallback))


def _parse(operators: Mapping[str, Iterable[str]]) -> Operators:
    return {name: tuple(Versions.parse(text) for text in ranges) for name, ranges in operators.items()}


def union(one: Operators, other: Operators) -> Operators:
    """What at least one of two tables supports."""
    return {name: tuple(sorted({*one.get(name, ()), *other.get(name, ())}, key=str)) for name in {*one, *other}}


def key_of(node: ir.Node) -> str:
    """The name of a node's operator in the tables: `Conv`, and `com.microsoft:Gelu` for those of other domains."""
    return node.op_type if node.domain in ("", "ai.onnx") else f"{node.domain}:{node.op_type}"


def supports(operators: Operators, op_type: str, opset: int) -> bool:
    """Whether the table has `op_type` for a model that imports `opset`."""
    return any(opset in versions for versions in operators.get(op_type, ()))


def common_operators(*tables: Operators) -> Operators:
    """What every one of several tables has, in the version ranges that all of them share."""
    first, *others = tables
    shared = {
        name: set(ranges).intersection(*(other.get(name, ()) for other in others)) for name, ranges in first.items()
    }
    return {name: tuple(sorted(ranges, key=str)) for name, ranges in shared.items() if ranges}
