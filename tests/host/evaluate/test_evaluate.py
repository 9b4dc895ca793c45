"""The judge's measures, table and sheet."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from build.cli.judge import select, select_subjects
from build.common.errors import BuildError
from build.compiler.verify.host import sample_picture
from build.evaluate.independent_network import Observer, content_loss, style_loss
from build.evaluate.measures import checkerboard, shift_change
from build.evaluate.report import BEGIN, END, contact_sheet, replace_section, table
from build.evaluate.subject import of_gallery
from build.evaluate.verdict import Photo, Verdict, load_photos
from build.models.manifest import read_shared
from build.models.sources import Source
from build.runtime.pinned import UnreachableError
from tests.host.training.training import write_picture
from tests.support.paths import ROOT


def noise(seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(128, 20, (160, 192, 1)).repeat(3, 2)


def pixels(values: np.ndarray) -> np.ndarray:
    return values.clip(0, 255).round().astype(np.uint8)


@pytest.mark.parametrize(("period", "amplitude"), [(2, 6.0), (4, 6.0), (4, 12.0)])
def test_a_checkerboard_is_measured_in_grey_levels(period: int, amplitude: float) -> None:
    wave = amplitude * np.cos(2 * np.pi * np.arange(192) / period)
    rms = float(np.sqrt(np.mean(wave**2)))
    assert checkerboard(pixels(noise() + wave[None, :, None])) == pytest.approx(rms, rel=0.25)


def test_other_patterns_are_no_checkerboard() -> None:
    plain = checkerboard(pixels(noise()))
    assert plain < 3
    for period in (3, 5, 7, 16):
        wave = 12 * np.cos(2 * np.pi * np.arange(192) / period)
        assert checkerboard(pixels(noise() + wave[None, :, None])) < plain + 1


def test_only_what_depends_on_the_grid_changes_under_a_shift() -> None:
    photo = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 255
    assert shift_change(nn.Identity(), photo) == 0
    coarse = nn.Sequential(nn.AvgPool2d(4), nn.Upsample(scale_factor=4))
    assert shift_change(coarse, photo) > 5


def verdict(name: str, own: bool = True) -> Verdict:
    picture = Image.new("RGB", (64, 32), "red")
    return Verdict(
        name, own, 0.5, None if not own else 0.25, None if not own else 2, 2, 1.5, 9.0, 70.0, 2048, (picture,) * 2
    )


def test_the_table_replaces_its_section_and_nothing_else(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    text = table([verdict("wave-nc16"), verdict("candy-nc8", own=False)])
    replace_section(page, text)
    assert page.read_text() == f"before\n{BEGIN}\n{text}\n{END}\nafter\n"
    assert "| `wave-nc16` | 0.50 | 0.25 | 2 of 2 | 1.50 | 9.0 | 70 | 2 |" in text
    assert "| *candy-nc8* (borrowed) | 0.50 | - | - |" in text
    page.write_text("no marks")
    with pytest.raises(BuildError, match="has no line"):
        replace_section(page, text)


def test_the_sheet_has_a_row_for_each_model_and_the_photos() -> None:
    photos = [Photo("a", Image.new("RGB", (64, 64), "blue")), Photo("b", Image.new("RGB", (64, 64), "blue"))]
    sheet = contact_sheet(photos, [verdict("x-nc8"), verdict("y-nc8")])
    colours = {colour for _, colour in sheet.getcolors(maxcolors=100_000) or []}
    assert {(255, 0, 0), (0, 0, 255)} <= colours
    assert sheet.width * 3 == pytest.approx(sheet.height * 2, rel=0.2)


def test_models_and_photos_that_are_not_there_are_named(tmp_path: Path) -> None:
    source = Source("wave", 16, "Wave", "CC0-1.0", tmp_path / "wave-nc16.pth", True)
    assert select([source], ["wave-nc16"]) == [source]
    with pytest.raises(BuildError, match=r"wave-nc8 is at hand.*wave-nc16"):
        select([source], ["wave-nc8"])
    with pytest.raises(BuildError, match="no checkpoint is at hand"):
        select([], [])
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(BuildError, match="no picture to judge on"):
        load_photos(tmp_path, 128)
    write_picture(tmp_path / "photo.png", 333, 250)
    assert load_photos(tmp_path, 128)[0].image.size == (128, 96)


def test_the_observer_tells_content_and_style_apart() -> None:
    try:
        observer = Observer()
    except UnreachableError as reason:
        pytest.skip(str(reason))
    folder = ROOT / "www" / "photos"
    cat, pagoda = (observer.look(Image.open(folder / name)) for name in ("cat.jpg", "pagoda.jpg"))
    tinted = observer.look(Image.open(folder / "cat.jpg").convert("L").convert("RGB"))
    assert content_loss(cat, cat) == 0
    assert content_loss(cat, tinted) < content_loss(cat, pagoda)
    assert style_loss(pagoda, cat, pagoda) == pytest.approx(0, abs=1e-2)
    assert style_loss(pagoda, cat, cat) == pytest.approx(1)


def test_a_style_of_the_gallery_is_a_subject_as_well() -> None:
    entries = {name: read_shared(ROOT / "models", name) for name in ("networks", "styles")}
    style = next((style for style in entries["styles"] if style["network"] == "varied"), None)
    network = next((network for network in entries["networks"] if network["id"] == "varied"), None)
    if style is None or network is None:
        pytest.skip("the shared networks were not at hand when models were built")
    subject = of_gallery(style, network, ROOT / "models")
    picture = torch.from_numpy(sample_picture(32, 48))
    assert subject.network(picture).shape == picture.shape
    assert subject.size == 4 * 26
    with pytest.raises(BuildError, match="the gallery has no style varied:nothing"):
        select_subjects(["varied:nothing"])
