"""What is kept from visit to visit, and what is made of it when it is odd."""

import json
from dataclasses import asdict

import pytest

from app_py.pages.studio.settings import Settings, read_settings
from app_py.pages.studio.state import Adjustments, PaintSettings, Remembered, Saving
from app_py.styles.manifest import FileSpec, ModelSpec

OWN = ModelSpec(
    id="own-1",
    style="own-1",
    title="Grandma",
    width=16,
    padding="reflect",
    model=FileSpec("own-1.onnx", 3, "ab" * 32),
    opset=17,
    licence="your own",
    reference=FileSpec("own-1.reference.npz", 4, "cd" * 32),
    preview=None,
)


def test_settings_come_back_as_they_were() -> None:
    remembered = Remembered(
        PaintSettings("own-1", "ort:wasm", "768"), Adjustments(35, True), Saving("webp", 70), speed="fast"
    )
    assert read_settings(Settings(remembered).to_json()) == Settings(remembered)


def test_models_that_an_earlier_version_listed_are_read() -> None:
    text = json.dumps({"own": [asdict(OWN), {"id": "x"}, 3]})
    assert read_settings(text).own_models == (OWN,)


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "[]",
        "3",
        "{",
        '{"wish": 3}',
        '{"look": {"strength_percent": "much"}}',
        '{"own": [{"id": "x"}]}',
        '{"wish": {"colour": 1}}',
        '{"wish": {"style": ["a"], "engine": 3, "size": "1e999"}}',
        '{"look": {"strength_percent": 1e999}, "saving": {"quality": -1e999, "format": ["png"]}}',
        '{"own": {"id": "own-1"}, "speed": {}}',
        '{"own": [[[]], null]}',
        "[" * 100_000,
        '{"wish":' * 50_000,
        '{"speed": "fast"' + " " * 1_000_000 + "}",
    ],
)
def test_what_cannot_be_understood_is_left_at_its_default(text: str | None) -> None:
    assert read_settings(text) == Settings()


def test_values_out_of_range_are_brought_back() -> None:
    text = json.dumps({"look": {"strength_percent": 900, "keep_colours": 1}, "saving": {"format": "bmp", "quality": 9}})
    settings = read_settings(text)
    assert settings.remembered.adjustments == Adjustments(100, True)
    assert settings.remembered.saving == Saving("png", 9)
