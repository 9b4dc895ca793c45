"""The paintings of GCompris' activities, out of Debian's `gcompris-qt-data`: shown whole, or cut into puzzles."""

import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from build.training.rcc import read_bundle

PACKAGE = "gcompris-qt-data"
PAINTING = re.compile(r"(Gogh|Tanguy|Auvers).*_background\.webp$")
# A puzzle of a painting: its pieces' names and where their centres lie, as parts of the board's sides.
PUZZLE = re.compile(r"paintings/resource/board/.*\.qml$")
PIECE = re.compile(r'"pixmapfile" : "image/([^"]+)",\s*"x" : "?([\d.]+)"?,\s*"y" : "?([\d.]+)"?')
PUZZLE_WIDTH, PUZZLE_HEIGHT = 702, 515
PIECE_NUMBER = re.compile(r"[_-]?[a-z]?\d+\.webp$")
# A painting with holes, and the figures that belong into them.
HOLED = re.compile(r"babyshapes/resource/.*\.qml$")
BACKGROUND = re.compile(r'"image/([^"]+)_background\.webp"')
FIGURE = re.compile(r'"image/([^"]+)",\s*"dropAreaSize"\s*:\s*"?\d+"?,\s*"x"\s*:\s*"([\d.]+)",\s*"y"\s*:\s*"([\d.]+)"')

Placed = tuple[Image.Image, float, float]
"""A piece, and the place of its centre as parts of the board's width and height."""


def read_paintings(root: Path) -> Iterator[tuple[str, bytes]]:
    """A file's name and bytes for each painting of the package that is unpacked below `root`."""
    yield from _puzzles(dict(bundle(root, "paintings")))
    for path, data in bundle(root, "details"):
        if PAINTING.search(path):
            yield Path(path).name.replace("_background", ""), data
    yield from _holed(dict(bundle(root, "babyshapes")))


def bundle(root: Path, activity: str) -> Iterator[tuple[str, bytes]]:
    """The files of one of GCompris' activities."""
    return read_bundle((root / "usr/share/gcompris-qt/rcc" / f"{activity}.rcc").read_bytes())


def assemble(pieces: Sequence[Placed]) -> Image.Image:
    """One picture of a puzzle's pieces."""
    corners = [(x * PUZZLE_WIDTH - i.width / 2, y * PUZZLE_HEIGHT - i.height / 2) for i, x, y in pieces]
    left, top = min(x for x, _ in corners), min(y for _, y in corners)
    placed = [(image, round(x - left), round(y - top)) for (image, _, _), (x, y) in zip(pieces, corners, strict=True)]
    size = (max(x + image.width for image, x, _ in placed), max(y + image.height for image, _, y in placed))
    picture = Image.new("RGB", size)
    for image, x, y in placed:
        picture.paste(image.convert("RGB"), (x, y), image.getchannel("A") if "A" in image.getbands() else None)
    return picture


def fill_holes(background: Image.Image, figures: Sequence[Placed]) -> Image.Image:
    """The painting, with each figure where it was cut out."""
    picture = background.convert("RGBA")
    for figure, x, y in figures:
        left, top = round(x * picture.width - figure.width / 2), round(y * picture.height - figure.height / 2)
        picture.alpha_composite(figure.convert("RGBA"), (max(0, left), max(0, top)))
    return picture.convert("RGB")


def _puzzles(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    pictures = _pictures(files)
    for path, data in sorted(files.items()):
        found = PIECE.findall(data.decode()) if PUZZLE.search(path) else []
        if found:
            pieces = [(_open(pictures[name]), float(x), float(y)) for name, x, y in found]
            yield f"{PIECE_NUMBER.sub('', found[0][0])}.png", _png(assemble(pieces))


def _holed(files: dict[str, bytes]) -> Iterator[tuple[str, bytes]]:
    pictures = _pictures(files)
    for path, data in sorted(files.items()):
        text = data.decode() if HOLED.search(path) else ""
        painting = BACKGROUND.search(text)
        if painting:
            background = _open(pictures[f"{painting[1]}_background.webp"])
            figures = [(_open(pictures[name]), float(x), float(y)) for name, x, y in FIGURE.findall(text)]
            yield f"{painting[1]}.png", _png(fill_holes(background, figures))


def _pictures(files: dict[str, bytes]) -> dict[str, bytes]:
    return {Path(path).name: data for path, data in files.items() if path.endswith(".webp")}


def _open(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def _png(picture: Image.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()
