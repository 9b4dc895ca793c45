"""`models/gallery/`: `gallery.json`, the styles that are vectors, and their thumbnails."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app_py.photo.edit import middle_square
from app_py.styles.vectors import encode, predictor_picture
from build.common.errors import BuildError
from build.common.files import write_atomically
from build.common.paths import ROOT
from build.compiler.verify.session import start_session
from build.models.style_networks.graph import PICTURE, STYLE
from build.paintings.card import PaintingCard
from build.paintings.thumbnail import Thumbnail, make_thumbnail
from build.paintings.varied import VARIED
from build.training.pictures import UNREADABLE, open_rgb

GALLERY = ROOT / "models" / "gallery"
LISTING = "gallery.json"
VERSION = 1
VARIED_GROUP = "Varied"
VARIED_PX = 192

Style = Mapping[str, Any]
Floats = NDArray[np.float32]


def read_gallery(folder: Path = GALLERY) -> list[Style]:
    """The styles of the gallery, in their order; none where there is no gallery."""
    path = folder / LISTING
    if not path.is_file():
        return []
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return list(content["styles"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BuildError(f"{path} cannot be read ({error}); restore it, or run `python -m build paintings`") from error


def write_gallery(styles: Sequence[tuple[Style, Thumbnail]], folder: Path) -> None:
    """Write the listing and the thumbnails, and take away those of styles that are gone."""
    for style, thumbnail in styles:
        write_atomically(folder / Path(style["thumbnail"]["file"]).name, thumbnail.data)
    document = {"version": VERSION, "styles": [style for style, _ in styles]}
    write_atomically(folder / LISTING, (json.dumps(document, indent=1, ensure_ascii=False) + "\n").encode())
    kept = {Path(style["thumbnail"]["file"]).name for style, _ in styles}
    for path in folder.glob("*.webp"):
        if path.name not in kept:
            path.unlink()


def painting_styles(cards: Sequence[PaintingCard], predictor: bytes) -> Iterator[tuple[Style, Thumbnail]]:
    """Each painting's vector and thumbnail."""
    session = start_session(predictor, "the predictor")
    for card in cards:
        try:
            picture = trim(open_rgb(card.path), card.trim_px)
        except UNREADABLE as error:
            raise BuildError(f"{card.path} is no picture that can be opened ({error})") from error
        (vector,) = session.run(None, {PICTURE: predictor_picture(np.asarray(picture))})
        facts = {"painter": card.painter, "year": card.year, "source": card.source, "group": card.group}
        yield _style("painting", card.id, card.title, vector, facts), make_thumbnail(picture)


def trim(picture: Image.Image, px: int) -> Image.Image:
    """The picture without a frame of that width."""
    return picture.crop((px, px, picture.width - px, picture.height - px))


def varied_styles(network: bytes, photo: Path) -> Iterator[tuple[Style, Thumbnail]]:
    """The styles of the network of 26, each as it paints the photo."""
    session = start_session(network, "the varied styles")
    with Image.open(photo) as opened:
        picture = opened.convert("RGB")
    square = Image.fromarray(middle_square(np.asarray(picture)))
    small = square.resize((VARIED_PX, VARIED_PX), Image.Resampling.LANCZOS)
    planes = np.ascontiguousarray(np.asarray(small, np.float32).transpose(2, 0, 1)[None])
    for place, title in VARIED:
        vector = np.zeros((1, len(VARIED)), np.float32)
        vector[0, place] = 1
        (painted,) = session.run(None, {PICTURE: planes, STYLE: vector})
        painting = Image.fromarray(np.clip(np.rint(painted[0]), 0, 255).astype(np.uint8).transpose(1, 2, 0))
        name = title.lower().replace(" ", "-")
        yield _style("varied", name, title, vector, {"group": VARIED_GROUP}), make_thumbnail(painting)


def _style(network: str, name: str, title: str, vector: Floats, facts: Mapping[str, str]) -> Style:
    file = f"gallery/{network}-{name}.webp"
    return {
        "id": f"{network}:{name}",
        "network": network,
        "title": title,
        **{key: value for key, value in facts.items() if value},
        "vector": encode(vector),
        "thumbnail": {"file": file, "width": 144, "height": 144},
    }
