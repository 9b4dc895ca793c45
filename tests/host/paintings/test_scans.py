"""The scans of the gallery: out of which files they are put together, where they come from, what cannot be fetched."""

import hashlib
import io
import json
import urllib.error
from pathlib import Path

import pytest
from PIL import Image

from build.common.errors import BuildError
from build.paintings.card import read_cards
from build.paintings.gallery import trim
from build.paintings.gcompris import assemble, fill_holes
from build.paintings.scans import gather_scans


def picture(kind: str = "PNG") -> bytes:
    buffer = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def listed(tmp_path: Path, sha256: str) -> Path:
    entry = {
        "file": "a.png",
        "id": "a",
        "title": "A Painting",
        "painter": "Somebody",
        "trim": 7,
        "repository": "somebody/paintings",
        "commit": "0123456789abcdef",
        "path": "scans/of paintings/a.png",
        "sha256": sha256,
    }
    sources = tmp_path / "sources.json"
    sources.write_text(json.dumps([entry, {**entry, "file": "b.png", "id": "b"}]))
    return sources


def test_pieces_become_the_picture_they_were_cut_from() -> None:
    whole = Image.radial_gradient("L").convert("RGB").crop((0, 0, 140, 100))
    boxes = [(0, 0, 60, 100), (60, 0, 140, 40), (60, 40, 140, 100)]
    pieces = [(whole.crop(b), (200 + (b[0] + b[2]) / 2) / 702, (100 + (b[1] + b[3]) / 2) / 515) for b in boxes]
    assert assemble(pieces).tobytes() == whole.tobytes()


def test_figures_fill_the_holes_they_were_cut_out_of() -> None:
    whole = Image.radial_gradient("L").convert("RGB")
    figure = whole.crop((40, 60, 100, 160))
    holed = whole.copy()
    holed.paste((255, 0, 255), (40, 60, 100, 160))
    assert fill_holes(holed, [(figure, 70 / 256, 110 / 256)]).tobytes() == whole.tobytes()


def test_scans_are_fetched_once_by_commit_and_path(tmp_path: Path) -> None:
    data, asked = picture(), []

    def fetch(address: str) -> bytes:
        asked.append(address)
        return data

    folder = tmp_path / "scans"
    sources = listed(tmp_path, hashlib.sha256(data).hexdigest())
    gather_scans(folder, sources, fetch)
    gather_scans(folder, sources, fetch)
    assert len(asked) == 2
    assert asked[0].endswith("somebody/paintings/0123456789abcdef/scans/of%20paintings/a.png")
    card, _ = read_cards(folder)
    assert (card.id, card.painter, card.trim_px) == ("a", "Somebody", 7)
    assert trim(Image.open(card.path), card.trim_px).size == (242, 242)


def test_what_cannot_be_fetched_is_named_so_that_it_can_be_had_by_hand(tmp_path: Path) -> None:
    def fetch(_address: str) -> bytes:
        raise urllib.error.URLError("no network")

    with pytest.raises(BuildError) as failure:
        gather_scans(tmp_path, listed(tmp_path, "f" * 64), fetch)
    told = str(failure.value)
    assert "no network" in told
    assert "a.png is scans/of paintings/a.png of github.com/somebody/paintings at 0123456789ab" in told
    assert "b.png is" in told
    assert not (tmp_path / "paintings.json").exists()


def test_another_scan_than_the_gallerys_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="another scan than the gallery's"):
        gather_scans(tmp_path / "scans", listed(tmp_path, "f" * 64), lambda _address: picture())
