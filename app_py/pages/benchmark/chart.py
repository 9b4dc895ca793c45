"""The chart of results: for every model and size, the engines of all devices on one scale."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from app_py.i18n import format_number, tr
from app_py.onnxruntime import engines
from app_py.pages.benchmark.results import Document
from app_py.pages.report.chart import Bar, Group, draw_bars
from app_py.pages.report.table import shorten

SERIES = 4

LONGEST_MODEL, LONGEST_ENGINE, LONGEST_SOURCE = 28, 22, 36
"""Characters, of which a line has room for some 45 on a phone. An engine shares its line with its time."""


def draw_results(
    documents: Sequence[tuple[str, Document]], titles: Mapping[str, str] = MappingProxyType({})
) -> str | None:
    """Median times as bars, from the fastest to the slowest run as spread; None where there is nothing to draw.

    Models without one of the `titles` are called by their ids.
    """
    groups: dict[tuple[str, int], list[Bar]] = {}
    for number, (name, document) in enumerate(documents):
        for result in document["results"]:
            if result["summary"] is not None:
                bar = _bar(result, "" if len(documents) == 1 else name, number % SERIES)
                groups.setdefault((result["model"], result["width"]), []).append(bar)
    if not groups:
        return None
    return draw_bars(
        [Group(_title(titles.get(model, model), side), tuple(bars)) for (model, side), bars in groups.items()],
        tr("Median time of a run, with the fastest and the slowest"),
    )


def _title(model: str, side: int) -> str:
    return f"{shorten(model, LONGEST_MODEL)}, {side} × {side} px"


def _bar(result: Any, source: str, series: int) -> Bar:
    summary, found = result["summary"], result["check"]
    wrong = "" if found is None or found["right"] else tr("wrong picture")
    return Bar(
        label=shorten(_engine(result["engine"]), LONGEST_ENGINE),
        text=format_number(f"{summary['median_ms']:,.1f}") + " ms",
        value=summary["median_ms"],
        low=summary["min_ms"],
        high=summary["max_ms"],
        series=series,
        above=tuple(filter(None, (shorten(source, LONGEST_SOURCE), wrong))),
    )


def _engine(engine_id: str) -> str:
    """In few letters: what it computes with, and the library's short name."""
    engine = engines.find(engine_id)
    return f"{engine.api} · {engine.library}" if engine else engine_id
