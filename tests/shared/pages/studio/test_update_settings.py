"""Style, speed, engine and size, and the painting that follows."""

from dataclasses import replace

import pytest

from app_py.pages.studio import events
from app_py.pages.studio.effects import Remember, StartPainting, StopPainting
from app_py.pages.studio.state import Adjustments
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.studio_states import ENGINES, MODELS, READY, done, paint_again, painting, play, with_photo


@pytest.mark.parametrize(("field", "value"), [("style", "mosaic-nc8"), ("size", "256"), ("engine", "ort:wasm")])
def test_a_changed_wish_restarts_a_run(field: str, value: str) -> None:
    state, effects = play(events.SettingChanged(field, value), state=painting())
    stop, start, remember = effects
    assert (stop, remember) == (StopPainting(), Remember())
    assert isinstance(start, StartPainting)
    assert getattr(start.job.paint_settings, field) == value
    assert state.job == start.job


def test_another_size_after_a_painting_asks_to_paint_again() -> None:
    state, effects = play(events.SettingChanged("size", "256"), state=done())
    assert effects == [Remember()]
    assert snapshot(state)["state"] == "ready"
    assert "Paint again" in snapshot(state)["status"]
    assert snapshot(state)["canDownload"]


def test_choosing_a_style_paints() -> None:
    state, effects = play(events.SettingChanged("style", "mosaic-nc8"), state=done())
    start, remember = effects
    assert isinstance(start, StartPainting)
    assert start.job.paint_settings.style == "mosaic-nc8"
    assert remember == Remember()
    assert snapshot(state)["state"] == "running"
    # The style that is chosen already, too, as long as there is no painting of it.
    _, effects = play(events.SettingChanged("style", "waves-nc8"), state=with_photo())
    assert isinstance(effects[0], StartPainting)


def test_choosing_a_style_paints_the_photo_that_opens_and_waits_for_one_that_is_not_there() -> None:
    state, effects = play(READY, events.SettingChanged("style", "mosaic-nc8"))
    assert effects == [Remember()]
    assert snapshot(state)["state"] == "ready"
    state, _ = play(events.PhotoArrived(1, "cat.jpg"), events.SettingChanged("style", "waves-nc8"), state=state)
    assert snapshot(state)["state"] == "running"
    _, effects = play(events.PhotoOpened(1, Size(300, 451)), state=state)
    assert any(isinstance(effect, StartPainting) for effect in effects)


def test_what_is_painted_already_comes_back_without_painting() -> None:
    state = paint_again(done(), "mosaic-nc8")
    assert state.result is not None
    jobs = state.last_id
    state, effects = play(events.SettingChanged("style", "waves-nc8"), state=state)
    assert state.last_id == jobs
    assert not any(isinstance(effect, StartPainting) for effect in effects)
    assert state.result is not None
    assert state.result.job.paint_settings.style == "waves-nc8"
    assert snapshot(state)["state"] == "done"
    state, effects = play(events.SettingChanged("style", "waves-nc8"), state=state)
    assert effects == [Remember()]
    # Nor is what was undone painted again.
    state, _ = play(events.UndoAsked(), events.SettingChanged("style", "waves-nc8"), state=state)
    assert state.last_id == jobs
    # At another size it is another painting.
    state, effects = play(
        events.SettingChanged("size", "256"), events.SettingChanged("style", "waves-nc8"), state=state
    )
    assert any(isinstance(effect, StartPainting) for effect in effects)


def test_another_style_is_first_seen_at_full_strength() -> None:
    state, _ = play(events.AdjustmentsChanged(Adjustments(40, True)), state=done())
    assert play(events.SettingChanged("style", "waves-nc8"), state=state)[0].adjustments == Adjustments(40, True)
    assert play(events.SettingChanged("style", "mosaic-nc8"), state=state)[0].adjustments == Adjustments(100, True)


def fast_and_fine() -> events.Ready:
    fine = tuple(replace(model, id=model.id.replace("nc8", "nc16"), width=16) for model in MODELS[:1])
    return events.Ready((*fine, *MODELS), ENGINES)


def test_one_switch_makes_every_style_fast_or_fine() -> None:
    state, _ = play(fast_and_fine(), events.PhotoArrived(1, "cat.jpg"), events.PhotoOpened(1, Size(300, 451)))
    assert (state.paint_settings.style, snapshot(state)["speed"]) == ("waves-nc16", "fine")
    state, effects = play(events.SettingChanged("speed", "fast"), state=state)
    assert (state.paint_settings.style, snapshot(state)["speed"]) == ("waves-nc8", "fast")
    assert isinstance(effects[0], StartPainting)
    # A style of one width follows no switch, and moves none.
    state, _ = play(events.SettingChanged("style", "mosaic-nc8"), events.SettingChanged("speed", "fine"), state=state)
    assert (state.paint_settings.style, snapshot(state)["speed"]) == ("mosaic-nc8", "fine")
    state, _ = play(events.SettingChanged("style", "waves-nc8"), state=state)
    assert snapshot(state)["speed"] == "fast"


@pytest.mark.parametrize(
    ("field", "value", "code", "words"),
    [
        ("style", "nothing-nc8", "style-unknown", "nothing-nc8"),
        ("size", "4096", "size-unknown", "4096"),
        ("size", "big", "size-unknown", "big"),
        ("engine", "onnxjs:gpu", "engine-unknown", "onnxjs:gpu"),
        ("engine", "ort:webgpu", "engine-unavailable", "no WebGPU"),
    ],
)
def test_a_wish_that_cannot_be_granted_is_refused_until_it_is_changed(
    field: str, value: str, code: str, words: str
) -> None:
    original = getattr(with_photo().paint_settings, field)
    state, effects = play(events.SettingChanged(field, value), events.PaintAsked(), state=with_photo())
    assert effects == []
    assert snapshot(state)["error"] == code
    assert words in snapshot(state)["status"]
    state, effects = play(events.SettingChanged(field, original), events.PaintAsked(), state=state)
    assert isinstance(effects[-1], StartPainting)


@pytest.mark.parametrize(
    ("field", "value", "code", "words"),
    [
        ("size", "3", "size-unknown", "“3” is not a size this page paints; it knows 128, 256, 384, 512, 768, 1024 and"),
        ("style", "none-nc8", "style-unknown", "There is no style called “none-nc8” here"),
        ("engine", "warp", "engine-unknown", "There is no engine called “warp” here"),
        ("engine", "ort:webgpu", "engine-unavailable", "This browser has no WebGPU. Choose another engine"),
    ],
)
def test_a_wish_that_no_control_offers_ends_the_painting_and_says_why(
    field: str, value: str, code: str, words: str
) -> None:
    for before, stops in ((painting(), [StopPainting()]), (with_photo(), [])):
        state, effects = play(events.SettingChanged(field, value), state=before)
        assert effects == stops
        assert state.job is None
        assert (snapshot(state)["state"], snapshot(state)["error"]) == ("error", code)
        assert words in snapshot(state)["status"]


def test_the_same_wish_again_changes_nothing() -> None:
    for field, value in (("size", "512"), ("engine", "auto"), ("speed", "splendid")):
        state, effects = play(events.SettingChanged(field, value), state=done())
        assert (state, effects) == (done(), [])


def test_a_speed_changes_the_style_that_comes_in_both() -> None:
    fine = replace(MODELS[0], id="waves-nc16", width=16, model=replace(MODELS[0].model, file="waves-nc16.onnx"))
    state, _ = play(
        events.Ready((*MODELS, fine), ENGINES), events.PhotoArrived(1, "cat.jpg"), events.PhotoOpened(1, Size(300, 451))
    )
    state, effects = play(events.SettingChanged("speed", "fast"), state=state)
    assert state.speed == "fast"
    assert effects == [Remember()]
    quick, effects = play(events.SettingChanged("speed", "fine"), state=state)
    assert quick.paint_settings.style == "waves-nc16"
    assert isinstance(effects[0], StartPainting)
    back, _ = play(events.SettingChanged("style", "waves-nc8"), state=quick)
    assert back.speed == "fast"
    alone, effects = play(events.SettingChanged("style", "mosaic-nc8"), state=quick)
    assert alone.speed == "fine", "of a style in one speed nobody can tell"
    same, effects = play(events.SettingChanged("speed", "fast"), state=alone)
    assert (same.paint_settings.style, effects) == ("mosaic-nc8", [Remember()])


def test_another_style_is_first_seen_whole() -> None:
    look = events.AdjustmentsChanged(Adjustments(40, keep_colours=True))
    state, _ = play(look, events.SettingChanged("style", "waves-nc8"), state=done())
    assert state.adjustments == Adjustments(40, keep_colours=True)
    state, _ = play(events.SettingChanged("style", "mosaic-nc8"), state=state)
    assert state.adjustments == Adjustments(100, keep_colours=True)


def test_what_comes_next_is_said_after_a_setting() -> None:
    said = [
        snapshot(play(events.SettingChanged("size", "256"), state=state)[0])["status"]
        for state in (play(READY)[0], with_photo(), done())
    ]
    assert said[0] == "Choose a photo to paint."
    assert said[1].startswith("cat.jpg, 451 × 300.")
    assert said[2] == "Paint again to see the change."
    opening, _ = play(READY, events.PhotoArrived(1, "cat.jpg"))
    state, effects = play(events.SettingChanged("size", "256"), state=opening)
    assert (state.sentence, effects) == (opening.sentence, [Remember()])


def test_a_painting_for_a_file_is_of_the_photos_own_size() -> None:
    state, effects = play(events.LargeAsked(), state=done())
    (start,) = effects
    assert isinstance(start, StartPainting)
    assert start.job.for_file
    assert start.job.paint_settings.size == "original"
    assert start.job.size == Size(300, 451)
    assert state.job == start.job
    for other in (with_photo(), painting(), state):
        assert play(events.LargeAsked(), state=other) == (other, [])
