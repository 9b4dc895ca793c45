"""The gallery as it is committed: what is in it, what it weighs, and that `sources.json` is what it was made from."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app_py.styles.vectors import decode
from build.paintings.card import PaintingCard
from build.paintings.gallery import GALLERY, LISTING, VARIED_GROUP, painting_styles, read_gallery, write_gallery
from build.paintings.scans import SOURCES
from build.paintings.thumbnail import make_thumbnail
from tests.support.paths import ROOT

FIRST_VISIT_BYTES = 400_000
THUMBNAIL_BYTES = 6_000
LENGTHS = {"painting": 100, "varied": 26}


def test_the_gallery_is_what_its_sources_say_in_their_order() -> None:
    sources = json.loads(SOURCES.read_text(encoding="utf-8"))
    paintings = [style for style in read_gallery() if style["network"] == "painting"]
    facts = ("title", "painter", "year", "source", "group")
    assert [style["id"] for style in paintings] == [f"painting:{entry['id']}" for entry in sources]
    assert [[style[fact] for fact in facts] for style in paintings] == [[entry[f] for f in facts] for entry in sources]
    assert len(paintings) >= 40
    assert all("package" in entry or len(entry["sha256"]) == 64 for entry in sources)


def test_every_style_has_its_numbers_and_a_small_picture() -> None:
    styles = read_gallery()
    vectors = {style["vector"] for style in styles}
    assert len(vectors) == len(styles)
    for style in styles:
        assert decode(style["vector"], LENGTHS[style["network"]]).std() > 0
        thumbnail = ROOT / "models" / style["thumbnail"]["file"]
        assert thumbnail.stat().st_size <= THUMBNAIL_BYTES
        with Image.open(thumbnail) as opened:
            assert (opened.format, opened.size) == ("WEBP", (144, 144))


def test_all_of_it_is_a_small_part_of_the_first_visit() -> None:
    """The list is a part of the manifest and is counted as it stands there, not compressed."""
    thumbnails = sum(path.stat().st_size for path in GALLERY.glob("*.webp"))
    assert thumbnails + (GALLERY / LISTING).stat().st_size <= FIRST_VISIT_BYTES


@pytest.mark.skipif(not (ROOT / "models" / "predictor.onnx").is_file(), reason="the predictor was not built")
def test_a_folders_paintings_are_styles_with_thumbnails(tmp_path: Path) -> None:
    y, x = np.mgrid[0:300, 0:400]
    pixels = np.stack([np.sin(x / 9) * 120 + 120, np.cos(y / 17) * 120 + 120, x / 2], axis=-1)
    Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / "waves.png")
    card = PaintingCard(tmp_path / "waves.png", "waves", "Waves", painter="Nobody", year="2026", group="Modern")
    ((style, thumbnail),) = painting_styles([card], (ROOT / "models" / "predictor.onnx").read_bytes())
    assert (style["id"], style["painter"], style["group"]) == ("painting:waves", "Nobody", "Modern")
    assert "source" not in style
    assert decode(style["vector"], 100).std() > 0
    out = tmp_path / "gallery"
    out.mkdir()
    (out / "painting-gone.webp").write_bytes(b"of a style that is no longer there")
    write_gallery([(style, thumbnail)], out)
    assert [path.name for path in out.glob("*.webp")] == ["painting-waves.webp"]
    assert read_gallery(out) == [style]


def test_a_thumbnail_of_noise_is_small_as_well() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 300, 3)).astype(np.uint8)
    assert len(make_thumbnail(Image.fromarray(noise)).data) <= THUMBNAIL_BYTES


def test_kinds_have_names_for_translators() -> None:
    search = (ROOT / "www" / "studio" / "search.js").read_text(encoding="utf-8")
    kinds = {style["group"] for style in read_gallery()}
    assert VARIED_GROUP in kinds
    assert [kind for kind in kinds if f"tr('{kind}')" not in search] == []
