"""Verdicts -> a table in Markdown and a contact sheet."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from build.common.errors import BuildError
from build.evaluate.verdict import Photo, Verdict

BEGIN, END = "<!-- judge: begin -->", "<!-- judge: end -->"
HEAD = (
    "| model | content | style left | recognised | checkerboard | shift | CPU ms at 256 px | KiB |",
    "| --- | --- | --- | --- | --- | --- | --- | --- |",
)
CELL_PX, LABEL_PX = 176, 18
INK, PAPER = "#222222", "#ffffff"


def table(verdicts: Sequence[Verdict]) -> str:
    """The verdicts as a Markdown table, in the order given; borrowed models are in italics."""
    return "\n".join([*HEAD, *(_row(verdict) for verdict in verdicts)])


def _row(verdict: Verdict) -> str:
    name = f"`{verdict.model_id}`" if verdict.own else f"*{verdict.model_id}* (borrowed)"
    style = "-" if verdict.style is None else f"{verdict.style:.2f}"
    recognised = "-" if verdict.recognised is None else f"{verdict.recognised} of {verdict.photos}"
    numbers = f"{verdict.checkerboard:.2f} | {verdict.shift:.1f} | {verdict.cpu_ms:.0f} | {verdict.size / 1024:.0f}"
    return f"| {name} | {verdict.content:.2f} | {style} | {recognised} | {numbers} |"


def replace_section(path: Path, text: str) -> None:
    """Put `text` between the two marks in a Markdown file; `BuildError` where it has no such marks."""
    page = path.read_text(encoding="utf-8") if path.is_file() else ""
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise BuildError(f"{path} has no line {BEGIN} followed by {END}; add both where the table belongs")
    path.write_text(f"{head}{BEGIN}\n{text}\n{END}{tail}", encoding="utf-8")


def contact_sheet(photos: Sequence[Photo], verdicts: Sequence[Verdict]) -> Image.Image:
    """One row a model, one column a photo; the photos themselves on top."""
    rows = [("photo", [photo.image for photo in photos]), *((v.model_id, list(v.painted)) for v in verdicts)]
    step = CELL_PX + LABEL_PX
    sheet = Image.new("RGB", (CELL_PX * len(photos), step * len(rows)), PAPER)
    draw = ImageDraw.Draw(sheet)
    for row, (label, images) in enumerate(rows):
        draw.text((4, row * step + 3), label, fill=INK)
        for column, image in enumerate(images):
            cell = image.copy()
            cell.thumbnail((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
            left, top = (CELL_PX - cell.width) // 2, (CELL_PX - cell.height) // 2
            sheet.paste(cell, (column * CELL_PX + left, row * step + LABEL_PX + top))
    return sheet
