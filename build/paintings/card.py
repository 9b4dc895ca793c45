"""What is known of the paintings in a folder: `paintings.json` beside them, or else their names."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from build.common.errors import BuildError

LISTING = "paintings.json"
PICTURES = (".jpg", ".jpeg", ".png", ".webp")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class PaintingCard:
    """A painting and its file; `source` says where the scan comes from, `group` under which heading it stands.

    `trim_px` is the width of a frame that is cut off all around.
    """

    path: Path
    id: str
    title: str
    painter: str = ""
    year: str = ""
    source: str = ""
    group: str = "Paintings"
    trim_px: int = 0


def read_cards(folder: Path) -> list[PaintingCard]:
    """The paintings of a folder in the listing's order, or by name where there is no listing.

    Raises `BuildError` where the folder holds none, or its listing names what is not there.
    """
    if not folder.is_dir():
        raise BuildError(f"{folder} is not a folder; give one that holds scans of paintings")
    listing = folder / LISTING
    cards = _listed(listing) if listing.is_file() else _found(folder)
    if not cards:
        raise BuildError(f"{folder} holds no painting; expected files ending in {', '.join(PICTURES)}")
    ids = [card.id for card in cards]
    twice = next((name for name in ids if ids.count(name) > 1), None)
    if twice is not None:
        raise BuildError(f"two paintings of {folder} are called {twice}; give each an id of its own in {LISTING}")
    return cards


def _found(folder: Path) -> list[PaintingCard]:
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
    return [
        PaintingCard(path, _id_of(path.stem), path.stem.replace("-", " ").replace("_", " ").title()) for path in files
    ]


def _id_of(stem: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-") or "painting"


def _listed(listing: Path) -> list[PaintingCard]:
    try:
        entries = json.loads(listing.read_text(encoding="utf-8"))
        return [_card(listing, entry) for entry in entries]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise BuildError(
            f"{listing} cannot be used ({type(error).__name__}: {error}); expected a JSON list of objects with file, id"
            " and title, and painter, year, source, group and trim where they are known"
        ) from error


def _card(listing: Path, entry: dict[str, Any]) -> PaintingCard:
    path = listing.parent / str(entry["file"])
    if not path.is_file():
        raise BuildError(f"{listing} names {entry['file']}, which is not beside it")
    name = str(entry["id"])
    if not ID.fullmatch(name):
        raise BuildError(f"{listing} has the id {name}; expected small letters, digits and hyphens")
    texts = {key: str(entry[key]) for key in ("painter", "year", "source", "group") if entry.get(key)}
    return PaintingCard(path, name, str(entry["title"]), **texts, trim_px=int(entry.get("trim", 0)))
