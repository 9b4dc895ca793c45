"""The ratios to native onnxruntime over the runs in the ledger, as a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from app_py.pages.report.chart import STANDALONE_STYLE
from build.bench.history import Run
from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import ROOT

TREND = ROOT / "docs" / "performance-trend.svg"
WIDTH, HEIGHT, LEFT, TOP, LABELS = 720, 300, 44, 40, 30
SHOWN = ("ort:wasm", "ort:wasm, 1 thread", "onnxjs:webgl", "onnxjs:wasm")
SUFFIX, SIZE = "-nc16", 256
"""Which models are shown: speed depends on a network's width, and not on the style that it paints."""


@dataclass(frozen=True)
class Point:
    """A measurement: the place of its run among all, its commit, and how many times slower than native it was."""

    run: int
    commit: str
    ratio: float


def write_trend(runs: Sequence[Run], path: Path = TREND) -> int:
    """Draw the trend; returns how many runs it shows. `BuildError` where there are none."""
    lines, count = series(runs)
    if count == 0:
        raise BuildError("the ledger has no run of the suite engines; make one first")
    write_atomically(path, draw(lines, count).encode())
    return count


def series(runs: Sequence[Run]) -> tuple[dict[str, list[Point]], int]:
    """The points of every engine, in the order of the runs, and the number of runs that have any."""
    lines: dict[str, list[Point]] = {}
    shown = [rows for run in runs if (rows := _rows(run))]
    for number, rows in enumerate(shown):
        for engine, point in rows.items():
            lines.setdefault(engine, []).append(Point(number, *point))
    return lines, len(shown)


def _rows(run: Run) -> dict[str, tuple[str, float]]:
    """Engine -> (commit, ratio) of the models of `SUFFIX` at `SIZE` in a run."""
    return {
        row["engine"]: (str(run["commit"])[:9], float(row["ratio"]))
        for row in run["suites"].get("engines", {}).get("rows", ())
        if row["model"].endswith(SUFFIX) and row["size"] == SIZE and row["engine"] in SHOWN and "ratio" in row
    }


def draw(lines: Mapping[str, Sequence[Point]], count: int) -> str:
    """An SVG of `count` runs: every line is scaled to its own largest ratio, so that changes show whatever the engine's
    speed. A run has its place whether an engine was measured in it or not."""
    parts = [f'<text x="8" y="22">{escape(f"Width 16, {SIZE} px: times slower than native onnxruntime")}</text>']
    colours = ("#a83a1c", "#3f78c4", "#3d7a3d", "#7a5b9c")
    for number, (name, points) in enumerate(lines.items()):
        top = max(point.ratio for point in points)
        places = [(_x(point.run, count), _y(point.ratio / top)) for point in points]
        colour = colours[number % len(colours)]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [_point(x, y, colour, point) for (x, y), point in zip(places, points, strict=True)]
        said = f"{name}: {points[-1].ratio:g} now, {top:g} at most"
        parts.append(f'<text x="{LEFT}" y="{HEIGHT + LABELS + 18 * number}" fill="{colour}">{escape(said)}</text>')
    height = HEIGHT + LABELS + 18 * len(lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" fill="currentColor">'
        f"<style>{escape(STANDALONE_STYLE)}</style>{''.join(parts)}</svg>\n"
    )


def _x(index: int, count: int) -> float:
    return LEFT + (WIDTH - 2 * LEFT) * (index / (count - 1) if count > 1 else 0.5)


def _y(share: float) -> float:
    return HEIGHT - (HEIGHT - TOP) * share * 0.9


def _point(x: float, y: float, colour: str, point: Point) -> str:
    title = f"<title>{escape(f'{point.commit}: {point.ratio:g}')}</title>"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">{title}</circle>'
