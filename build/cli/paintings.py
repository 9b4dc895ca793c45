"""`python -m build paintings FOLDER`: a folder of paintings becomes the gallery, vectors and thumbnails."""

import argparse
import os
from pathlib import Path

from build.cli.models import FOLDER, PHOTO
from build.common.errors import BuildError
from build.paintings.card import read_cards
from build.paintings.gallery import GALLERY, painting_styles, varied_styles, write_gallery
from build.paintings.scans import gather_scans


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="scans, and paintings.json that tells about them")
    parser.add_argument(
        "--gather", action="store_true", help="first fetch the scans of the project's own gallery into FOLDER"
    )
    parser.add_argument("--out", type=Path, default=GALLERY, help="folder of the gallery (default: %(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Read every painting's style, and write the gallery. Nothing is written where one cannot be read."""
    if arguments.gather:
        gather_scans(arguments.folder)
    cards = read_cards(arguments.folder)
    predictor, varied = (_network(name) for name in ("predictor.onnx", "varied.onnx"))
    styles = [*painting_styles(cards, predictor), *varied_styles(varied, PHOTO)]
    write_gallery(styles, arguments.out)
    size = sum(len(thumbnail.data) for _, thumbnail in styles)
    print(
        f"{len(cards)} paintings and {len(styles) - len(cards)} varied styles in {os.path.relpath(arguments.out)},"
        f" thumbnails {size:,} bytes; `python -m build models` lists them"
    )
    return 0


def _network(name: str) -> bytes:
    path = FOLDER / name
    if not path.is_file():
        raise BuildError(f"models/{name} is not there, which reads or paints the styles; run `python -m build models`")
    return path.read_bytes()
