"""The ratios to native onnxruntime over the runs in the ledger, as a drawing."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from app_py.report.chart import STANDALONE_STYLE
from build.bench.history import Run
from build.bench.machine import ROOT
from build.errors import BuildError
from build.files import write_atomically

TREND = ROOT / "docs" / "performance-trend.svg"
WIDTH, HEIGHT, LEFT, TOP, LABELS = 720, 300, 44, 40, 30
SHOWN = ("ort:wasm", "ort:wasm, 1 thread", "onnxjs:webgl", "onnxjs:wasm")
MODEL, SIZE = "mosaic-nc16", 256


def write_trend(runs: Sequence[Run], path: Path = TREND) -> int:
    """Draw the trend; returns how many runs it shows. `BuildError` where there are none."""
    lines = series(runs)
    count = max((len(points) for points in lines.values()), default=0)
    if count == 0:
        raise BuildError("there is no run of the suite engines in benchmarks/history/; make one first")
    write_atomically(path, draw(lines).encode())
    return count


def series(runs: Sequence[Run]) -> dict[str, list[tuple[str, float]]]:
    """Engine -> (commit, times slower than native) of `MODEL` at `SIZE`, in the order of the runs."""
    lines: dict[str, list[tuple[str, float]]] = {}
    for run in runs:
        for row in run["suites"].get("engines", {}).get("rows", ()):
            if (row["model"], row["size"]) == (MODEL, SIZE) and row["engine"] in SHOWN and "ratio" in row:
                lines.setdefault(row["engine"], []).append((str(run["commit"])[:9], float(row["ratio"])))
    return lines


def draw(lines: dict[str, list[tuple[str, float]]]) -> str:
    """An SVG: every line is scaled to its own largest ratio, so that changes show whatever the engine's speed."""
    parts = [f'<text x="8" y="22">{escape(f"{MODEL}, {SIZE} px: times slower than native onnxruntime")}</text>']
    longest = max(len(points) for points in lines.values())
    colours = ("#a83a1c", "#3f78c4", "#3d7a3d", "#7a5b9c")
    for number, (name, points) in enumerate(lines.items()):
        top = max(value for _, value in points)
        places = [(_x(index, longest), _y(value / top)) for index, (_, value) in enumerate(points)]
        colour = colours[number % len(colours)]
        joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [_point(x, y, colour, point) for (x, y), point in zip(places, points, strict=True)]
        said = f"{name}: {points[-1][1]:g} now, {top:g} at most"
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


def _point(x: float, y: float, colour: str, point: Any) -> str:
    commit, value = point
    title = f"<title>{escape(f'{commit}: {value:g}')}</title>"
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}">{title}</circle>'
