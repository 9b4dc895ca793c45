"""Mixtures, and a strength that is painted."""

from dataclasses import replace
from typing import Any

import pytest

from app_py.pages.studio import events
from app_py.pages.studio.effects import Remember, Repaint
from app_py.pages.studio.state import Adjustments, State
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from app_py.styles.manifest import FileSpec
from tests.shared.support.studio_states import ENGINES, MODELS, play

FILE = FileSpec("predictor.onnx", 10, "1" * 64)
PAINTINGS = tuple(
    replace(
        MODELS[0], id=f"painting:{name}", style=f"painting:{name}", network="any", vector=(1.0, 2.0), predictor=FILE
    )
    for name in ("rain", "snow", "fog", "hail", "sun")
)
VARIED = replace(PAINTINGS[0], id="varied:a", style="varied:a", network="varied", predictor=None)
READY = events.Ready((*MODELS, *PAINTINGS, VARIED), ENGINES)
MIX = (("painting:rain", 60), ("painting:snow", 40))


def with_photo() -> State:
    return play(READY, events.PhotoArrived(1, "cat.jpg"), events.PhotoOpened(1, Size(300, 451)))[0]


def test_a_mixture_is_painted_small_at_once() -> None:
    state, effects = play(events.MixChanged(MIX), state=with_photo())
    assert effects == [Remember(), Repaint()]
    assert (state.paint_settings.style, state.paint_settings.mix) == ("painting:rain", MIX)
    same, effects = play(events.MixChanged(MIX), state=state)
    assert (same, effects) == (state, [])
    none, effects = play(events.MixChanged(()), state=state)
    assert effects == [Remember()]
    assert (none.paint_settings.style, none.paint_settings.mix) == ("painting:rain", ())


def test_without_a_photo_it_is_remembered_alone() -> None:
    state, effects = play(READY, events.MixChanged(MIX))
    assert effects[-1:] == [Remember()]
    assert state.paint_settings.mix == MIX
    opening, _ = play(READY, events.PhotoArrived(1, "cat.jpg"))
    _, effects = play(events.MixChanged(MIX), state=opening)
    assert effects == [Remember()]


@pytest.mark.parametrize(
    ("parts", "code", "words"),
    [
        ((("painting:none", 1),), "style-unknown", "no style called “painting:none”"),
        ((("waves-nc8", 1),), "mix-invalid", "a style with a network of its own paints alone"),
        ((("waves-nc8", 1), ("painting:rain", 1)), "mix-invalid", "paints alone"),
        ((("varied:a", 1), ("painting:rain", 1)), "mix-invalid", "of two networks"),
        (tuple((style.id, 1) for style in PAINTINGS), "mix-invalid", "one to 4 styles"),
        ((("painting:rain", -1), ("painting:snow", 5)), "mix-invalid", "0 or more"),
        ((("painting:rain", 0), ("painting:snow", 0)), "mix-invalid", "not all 0"),
    ],
)
def test_mixtures_that_are_none(parts: Any, code: str, words: str) -> None:
    before = with_photo()
    state, effects = play(events.MixChanged(parts), state=before)
    assert effects == []
    assert (snapshot(state)["state"], snapshot(state)["error"]) == ("error", code)
    assert words in snapshot(state)["status"]
    assert state.paint_settings == before.paint_settings


def test_four_styles_and_a_weight_of_nothing_are_a_mixture() -> None:
    parts = tuple((style.id, weight) for style, weight in zip(PAINTINGS, (0, 1, 2, 3), strict=False))
    state, _ = play(events.MixChanged(parts), state=with_photo())
    assert state.failure is None
    assert state.paint_settings.mix == parts


def test_the_strength_of_a_painting_is_painted_and_that_of_a_network_blended() -> None:
    chosen, _ = play(events.MixChanged(MIX[:1]), state=with_photo())
    look = Adjustments(60, keep_colours=True)
    state, effects = play(events.AdjustmentsChanged(look), state=chosen)
    assert effects == [Remember(), Repaint()]
    assert (state.paint_settings.strength_percent, state.adjustments) == (60, look)
    _, effects = play(events.AdjustmentsChanged(replace(look, keep_colours=False)), state=state)
    assert Repaint() not in effects, "colours are not painted"
    plain, effects = play(events.AdjustmentsChanged(look), state=with_photo())
    assert effects == [Remember()]
    assert plain.paint_settings.strength_percent == 100
