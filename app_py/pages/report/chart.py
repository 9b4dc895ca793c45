"""Bars with their spread, drawn as SVG.

Lengths are percentages of the width, so the drawing fits a phone and a desktop without its letters shrinking; colours
are the page's (`currentColor` and the classes `bar` and `spread`), so it is readable in both themes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

LABEL_PX, BAR_PX, GAP_PX, TITLE_PX = 18, 12, 14, 34
WIDEST_PER_CENT = 100.0

STANDALONE_STYLE = (
    "svg{color:#221d16;background:#fffdf8;font:14px system-ui,sans-serif}"
    ".bar{fill:#a83a1c}.bar[data-series='1']{fill:#1f4f8f}"
    ".bar[data-series='2']{fill:#3d7a3d}.bar[data-series='3']{fill:#7a5b9c}"
    "@media(prefers-color-scheme:dark){svg{color:#f2ecdf;background:#201d17}.bar{fill:#f0875f}"
    ".bar[data-series='1']{fill:#9cc3ff}.bar[data-series='2']{fill:#93c793}.bar[data-series='3']{fill:#c5a8e6}}"
)
"""For a drawing that is a file of its own; inside a page, the page's style sheet says the same."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`value` with its spread from `low` to `high`, all in one unit. `series` 0 to 3 chooses the colour.

    `above` are lines above the label, for what is too long to stand beside `text` on a phone.
    """

    label: str
    text: str
    value: float
    low: float
    high: float
    series: int = 0
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that are drawn on one scale, which begins at zero."""

    title: str
    bars: tuple[Bar, ...]


def draw_bars(groups: Sequence[Group], title: str, *, standalone: bool = False) -> str:
    """The chart as SVG text, everything in it escaped."""
    parts: list[str] = []
    y = 0
    for group in groups:
        y += TITLE_PX
        parts.append(f'<text class="group" x="0" y="{y - 12}" font-weight="600">{escape(group.title)}</text>')
        longest = max((bar.high for bar in group.bars), default=0.0) or 1.0
        for bar in group.bars:
            for line in bar.above:
                parts.append(f'<text x="0" y="{y + 12}" opacity="0.8">{escape(line)}</text>')
                y += LABEL_PX
            parts.append(_draw_bar(bar, y, WIDEST_PER_CENT / longest))
            y += LABEL_PX + BAR_PX + GAP_PX
    style = f"<style>{escape(STANDALONE_STYLE)}</style>" if standalone else ""
    size = f'width="{720 if standalone else "100%"}" height="{max(y, 1)}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(title)} {size} fill="currentColor">'
        f"<title>{escape(title)}</title>{style}{''.join(parts)}</svg>"
    )


def _draw_bar(bar: Bar, y: int, scale: float) -> str:
    top, middle = y + LABEL_PX, y + LABEL_PX + BAR_PX / 2
    stroke = f'y1="{middle}" y2="{middle}" stroke="currentColor" stroke-width="2"'
    width, low, high = (round(number * scale, 2) for number in (bar.value, bar.low, bar.high))
    return (
        f'<text x="0" y="{y + 12}">{escape(bar.label)}</text>'
        f'<text x="100%" y="{y + 12}" text-anchor="end">{escape(bar.text)}</text>'
        f'<rect class="bar" data-series="{bar.series}" x="0" y="{top}" width="{width}%" height="{BAR_PX}" rx="2"/>'
        f'<line class="spread" x1="{low}%" x2="{high}%" {stroke}/>'
    )
