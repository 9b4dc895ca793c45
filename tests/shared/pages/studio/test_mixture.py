"""Mixtures: which are possible, what is painted, and how the page follows them."""

from dataclasses import replace

import pytest

from app_py.pages.studio import events
from app_py.pages.studio.effects import Repaint
from app_py.pages.studio.mixture import style_of
from app_py.pages.studio.state import Adjustments, PaintSettings, PhotoInfo, Remembered, Scene, State
from app_py.pages.studio.update import update
from app_py.photo.sizing import Size
from app_py.styles.mixtures import read_parts
from tests.shared.support.fake_models import spec, vector_style

STYLES = (
    spec(),
    vector_style("a", "painting", 1, 0),
    vector_style("b", "painting", 0, 1),
    vector_style("c", "varied", 1, 0, 0),
)
PHOTO = PhotoInfo(1, "photo.jpg", Size(30, 40))


def _ready() -> State:
    state, _ = update(State(), events.Ready(STYLES, ()))
    return replace(state, past=(Scene(PHOTO),))


def test_a_mixture_is_painted_with_the_weighted_numbers() -> None:
    state, effects = update(_ready(), events.MixChanged((("painting:a", 75), ("painting:b", 25))))
    style = style_of(state, state.paint_settings)
    assert style is not None
    assert (style.vector, style.title) == ((0.75, 0.25), "a + b")
    assert Repaint() in effects
    assert state.failure is None


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        ((("painting:a", 50), ("varied:c", 50)), "mix-invalid", "two networks"),
        ((("painting:a", 0), ("painting:b", 0)), "mix-invalid", "not all 0"),
        ((("painting:a", -1), ("painting:b", 5)), "mix-invalid", "not all 0"),
        ((("painting:a", 50), ("mosaic-nc8", 50)), "mix-invalid", "paints alone"),
        ((("painting:nobody", 50),), "style-unknown", "painting:nobody"),
        ((("painting:a", 1),) * 5, "mix-invalid", "one to 4 styles"),
    ],
)
def test_a_mixture_that_means_nothing_is_refused(parts: tuple[tuple[str, int], ...], code: str, words: str) -> None:
    before = _ready()
    state, effects = update(before, events.MixChanged(parts))
    assert state.failure is not None
    assert (state.failure.code, effects) == (code, ())
    assert words in state.sentence
    assert state.paint_settings == before.paint_settings


def test_choosing_a_style_ends_the_mixture() -> None:
    state, _ = update(_ready(), events.MixChanged((("painting:a", 50), ("painting:b", 50))))
    state, _ = update(state, events.SettingChanged("style", "painting:a"))
    assert state.paint_settings.mix == ()
    assert style_of(state, state.paint_settings) == STYLES[1]


def test_strength_of_a_painting_is_painted_and_of_other_styles_blended() -> None:
    state, _ = update(_ready(), events.SettingChanged("style", "painting:a"))
    state, effects = update(state, events.AdjustmentsChanged(Adjustments(40)))
    assert state.paint_settings.strength_percent == 40
    assert Repaint() in effects
    state, _ = update(_ready(), events.SettingChanged("style", "varied:c"))
    state, effects = update(state, events.AdjustmentsChanged(Adjustments(40)))
    assert state.paint_settings.strength_percent == 100
    assert Repaint() not in effects


def test_a_mixture_is_as_strong_as_the_slider_says() -> None:
    state = replace(_ready(), adjustments=Adjustments(40))
    state, _ = update(state, events.MixChanged((("painting:a", 50), ("painting:b", 50))))
    assert state.paint_settings.strength_percent == 40


def test_the_strength_of_the_last_visit_is_painted_in_this_one() -> None:
    remembered = Remembered(PaintSettings("painting:a"), Adjustments(40))
    state, _ = update(State(), events.Ready(STYLES, (), remembered))
    assert state.paint_settings == PaintSettings("painting:a", strength_percent=40)


def test_an_own_style_is_chosen_renamed_and_said_not_to_be_kept() -> None:
    own = vector_style("own-1", "painting", 3, 4)
    state, _ = update(_ready(), events.OwnStyleAdded(own, kept=False))
    assert state.paint_settings.style == own.id
    assert "no room to keep it" in state.sentence
    state, _ = update(state, events.StyleRenamed(own.id, "  My   sea "))
    renamed = state.model(own.id)
    assert renamed is not None
    assert renamed.title == "My sea"
    unchanged, _ = update(state, events.StyleRenamed("painting:a", "Not mine"))
    assert unchanged == state


@pytest.mark.parametrize(
    ("text", "parts"), [("a*60,b*40", (("a", 60), ("b", 40))), ("a", (("a", 100),)), ("a*x", None)]
)
def test_a_mixture_in_an_address(text: str, parts: object) -> None:
    assert read_parts(text) == parts
