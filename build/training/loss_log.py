"""The losses of a run as a CSV file and as a curve (SVG)."""

import csv
import io
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from build.training.state import write_or_explain

# The curve, in SVG units.
PLOT_WIDTH, PLOT_HEIGHT, PLOT_MARGIN = 640, 320, 48
COLOURS = {"content": "#1f6fb2", "style": "#c0392b"}


@dataclass(frozen=True)
class Row:
    """The means over the steps since the row before."""

    step: int
    rate: float
    total: float
    content: float
    style: float
    variation: float
    seconds_per_step: float


HEADER = tuple(field.name for field in fields(Row))


class LossLog:
    """The rows so far; rows after the step that a run resumes from are dropped, because they are trained again."""

    def __init__(self, folder: Path, resumed_at: int) -> None:
        self.csv_path = folder / "losses.csv"
        self.svg_path = folder / "losses.svg"
        self.rows = [row for row in read_rows(self.csv_path) if row.step <= resumed_at]

    def add(self, row: Row) -> None:
        self.rows.append(row)

    def save(self) -> None:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        for row in self.rows:
            writer.writerow([value if isinstance(value, int) else f"{value:.6g}" for value in astuple(row)])
        write_or_explain(self.csv_path, text.getvalue().encode())
        write_or_explain(self.svg_path, plot(self.rows).encode())


def read_rows(path: Path) -> list[Row]:
    """The rows of a CSV file of losses; none where there is no such file."""
    if not path.is_file():
        return []
    with path.open(newline="") as file:
        reader = csv.DictReader(file)
        return [Row(int(line["step"]), *(float(line[name]) for name in HEADER[1:])) for line in reader]


def plot(rows: list[Row]) -> str:
    """An SVG picture of the content and the style loss over the steps, each on its own scale from 0 to its largest."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {PLOT_WIDTH} {PLOT_HEIGHT}" font-family="sans-serif"'
        ' font-size="12"><rect width="100%" height="100%" fill="#fff"/>',
        f'<path d="M{PLOT_MARGIN},16V{PLOT_HEIGHT - PLOT_MARGIN}H{PLOT_WIDTH - 16}" fill="none" stroke="#888"/>',
    ]
    last = max((row.step for row in rows), default=1)
    for index, (name, colour) in enumerate(COLOURS.items()):
        values = [(row.step, float(getattr(row, name))) for row in rows]
        largest = max((value for _, value in values), default=0.0) or 1.0
        points = " ".join(f"{_x(step / last):.1f},{_y(value / largest):.1f}" for step, value in values)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        label = f"{name} loss, 0 to {largest:.3g}"
        parts.append(f'<text x="{PLOT_WIDTH - 220}" y="{32 + 18 * index}" fill="{colour}">{label}</text>')
    parts.append(f'<text x="{PLOT_MARGIN}" y="{PLOT_HEIGHT - 20}">0</text>')
    parts.append(f'<text x="{PLOT_WIDTH - 90}" y="{PLOT_HEIGHT - 20}">{last} steps</text></svg>')
    return "\n".join(parts) + "\n"


def _x(part: float) -> float:
    return PLOT_MARGIN + part * (PLOT_WIDTH - 16 - PLOT_MARGIN)


def _y(part: float) -> float:
    return PLOT_HEIGHT - PLOT_MARGIN - part * (PLOT_HEIGHT - PLOT_MARGIN - 16)
