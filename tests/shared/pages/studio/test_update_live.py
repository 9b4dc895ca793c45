"""The reducer with the live camera."""

from dataclasses import replace

import pytest

from app_py.engines.device import EngineInfo
from app_py.pages.studio import events
from app_py.pages.studio.effects import Effect, Remember, ShowResult, StartLive, StopLive, TakeLivePicture, TuneLive
from app_py.pages.studio.state import Adjustments, Failure, PhotoInfo, State
from app_py.pages.studio.update_live import update
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.fake_models import spec, vector_style

A, B, OTHER = vector_style("a", "painting", 1, 0), vector_style("b", "painting", 0, 1), vector_style("c", "varied", 1)
READY = events.Ready(
    (spec(style="waves"), spec(style="mosaic"), A, B, OTHER),
    (EngineInfo("ort:wasm", True), EngineInfo("ort:webgpu", False)),
)
CAMERA = Size(480, 640)
PAINTED = Size(192, 256)
FAULT = Failure("context-lost", "The engine lost its context.")


def play(*happened: events.Event | events.LiveEvent, state: State | None = None) -> tuple[State, tuple[Effect, ...]]:
    """The state after all events, and the effects of the last."""
    state = state or play(READY, state=State())[0]
    effects: tuple[Effect, ...] = ()
    for event in happened:
        state, effects = update(state, event)
    return state, effects


def running() -> State:
    state, _ = play(events.LiveAsked(CAMERA))
    assert state.live is not None
    return play(events.LiveOpened(state.live.id, "ort:wasm", PAINTED), state=state)[0]


def test_a_camera_is_painted_when_the_engine_is_ready() -> None:
    state, effects = play(events.LiveAsked(CAMERA))
    assert state.live is not None
    assert effects == (StartLive(state.live),)
    assert snapshot(state)["state"] == "running"
    state = running()
    assert snapshot(state)["state"] == "live"
    assert snapshot(state)["live"] == {"id": 1, "open": True, "fps": 0.0, "width": 256, "height": 192}
    assert snapshot(state)["canCancel"]
    assert "256 × 192" in state.sentence


def test_pictures_a_second_are_shown_and_only_a_new_size_is_said() -> None:
    state = running()
    after, _ = play(events.LivePainted(1, 24.5, PAINTED), state=replace(state, sentence="as before"))
    assert snapshot(after)["live"]["fps"] == 24.5
    assert after.sentence == "as before"
    after, _ = play(events.LivePainted(1, 24.5, Size(240, 320)), state=state)
    assert "320 × 240" in after.sentence


def test_a_new_size_takes_no_other_words_away() -> None:
    kept = replace(running(), sentence="The picture is kept.")
    after, _ = play(events.LivePainted(1, 24.5, Size(240, 320)), state=kept)
    assert after.sentence == "The picture is kept."
    assert after.live is not None
    assert after.live.size == Size(240, 320)


@pytest.mark.parametrize(
    "event", [events.SettingChanged("style", "mosaic-nc8"), events.SettingChanged("engine", "ort:wasm")]
)
def test_another_style_or_engine_is_another_connection(event: events.SettingChanged) -> None:
    state, effects = play(event, state=running())
    assert state.live is not None
    assert (state.live.id, state.live.open, state.live.camera) == (2, False, CAMERA)
    assert StartLive(state.live) in effects
    # What the old one still tells is of no interest.
    assert play(events.LiveOpened(1, "ort:wasm", PAINTED), state=state)[0] == state
    assert play(events.LivePainted(1, 30.0, PAINTED), state=state)[0] == state
    assert play(events.LiveFailed(1, FAULT), state=state)[0] == state


def painting_live() -> State:
    return play(events.SettingChanged("style", A.id), events.LiveOpened(2, "ort:wasm", PAINTED), state=running())[0]


@pytest.mark.parametrize(
    "event",
    [
        events.SettingChanged("style", B.id),
        events.MixChanged(((A.id, 60), (B.id, 40))),
        events.AdjustmentsChanged(Adjustments(50)),
        events.OwnStyleAdded(vector_style("own-1", "painting", 0.5, 0.5), True),
    ],
)
def test_other_numbers_for_the_same_network_change_between_two_pictures(event: events.Event) -> None:
    state = painting_live()
    after, effects = play(event, state=state)
    assert after.live == state.live
    assert TuneLive() in effects
    assert not any(isinstance(effect, StartLive) for effect in effects)


@pytest.mark.parametrize("event", [events.SettingChanged("style", OTHER.id), events.MixChanged(((OTHER.id, 100),))])
def test_numbers_for_another_network_are_another_connection(event: events.Event) -> None:
    state, effects = play(event, state=painting_live())
    assert state.live is not None
    assert (state.live.id, state.live.open) == (3, False)
    assert StartLive(state.live) in effects


def test_a_mixture_that_cannot_be_is_said_and_the_camera_goes_on() -> None:
    state = painting_live()
    after, _ = play(events.MixChanged(((A.id, 60), (OTHER.id, 40))), state=state)
    assert (after.live, after.paint_settings) == (state.live, state.paint_settings)
    assert snapshot(after)["error"] == "mix-invalid"


@pytest.mark.parametrize(
    "event",
    [
        events.SettingChanged("style", "mosaic-nc8"),
        events.SettingChanged("style", A.id),
        events.MixChanged(((A.id, 60), (B.id, 40))),
        events.AdjustmentsChanged(Adjustments(50)),
        events.SettingChanged("size", "256"),
    ],
)
def test_the_photo_that_was_there_before_is_let_be(event: events.Event) -> None:
    photo = PhotoInfo(7, "camera photo", PAINTED)
    state, _ = play(events.LivePictureTaken(1, photo, 20.0), state=running())
    after, effects = play(event, state=state)
    assert (after.past, after.job) == (state.past, None)
    assert {type(effect) for effect in effects} <= {Remember, StartLive, TuneLive}
    # Off again, the painting is shown with the look of now.
    stopped, effects = play(events.LiveStopped(), state=after)
    assert stopped.result is not None
    assert effects == (StopLive(), ShowResult(stopped.result, stopped.adjustments))


def test_the_same_style_again_changes_nothing() -> None:
    state = running()
    after, effects = play(events.SettingChanged("style", "waves-nc8"), state=state)
    assert after.live == state.live
    assert not any(isinstance(effect, StartLive | TuneLive) for effect in effects)


def test_size_look_and_steadiness_change_between_two_pictures() -> None:
    state, effects = play(events.SettingChanged("size", "384"), state=running())
    assert TuneLive() in effects
    assert state.live is not None
    assert (state.live.id, state.live.longest_px) == (1, 384)
    state, _ = play(events.SettingChanged("size", "original"), state=state)
    assert state.live is not None
    assert state.live.longest_px is None
    assert TuneLive() in play(events.AdjustmentsChanged(Adjustments(50)), state=state)[1]
    state, effects = play(events.SteadyChanged(False), state=state)
    assert TuneLive() in effects
    assert not state.steady


def test_the_size_that_was_chosen_for_photos_does_not_fix_the_cameras() -> None:
    state, _ = play(events.SettingChanged("size", "1024"), events.LiveAsked(CAMERA))
    assert state.live is not None
    assert state.live.longest_px is None


@pytest.mark.parametrize("event", [events.LiveStopped(), events.CancelAsked()])
def test_it_stops(event: events.Event | events.LiveEvent) -> None:
    state, effects = play(event, state=running())
    assert state.live is None
    assert effects == (StopLive(),)
    assert play(event, state=state)[1] == ()


@pytest.mark.parametrize(
    "event",
    [events.PaintAsked(), events.PhotoArrived(1, "a.png"), events.StyleBatchAsked(("waves-nc8",)), events.UndoAsked()],
)
def test_what_needs_the_engine_or_the_place_ends_it(event: events.Event) -> None:
    state, effects = play(event, state=running())
    assert state.live is None
    assert effects[0] == StopLive()


def test_a_wish_that_cannot_be_granted_ends_it_with_a_sentence() -> None:
    state, effects = play(events.SettingChanged("engine", "ort:webgpu"), state=running())
    assert state.live is None
    assert effects[-1] == StopLive()
    assert snapshot(state)["error"] == "engine-unavailable"


def test_a_failure_is_said_and_another_engine_may_go_on() -> None:
    state, effects = play(events.LiveFailed(1, FAULT, again=True), state=running())
    assert state.live is not None
    assert (state.live.id, state.live.open) == (2, False)
    assert effects == (StartLive(state.live),)
    state, effects = play(events.LiveFailed(2, FAULT), state=state)
    assert state.live is None
    assert effects == (StopLive(),)
    assert state.sentence == FAULT.sentence


def test_a_picture_becomes_a_painting_like_any_other_and_the_camera_goes_on() -> None:
    state, effects = play(events.LivePictureAsked(), state=running())
    assert state.live is not None
    assert effects == (TakeLivePicture(state.live),)
    photo = PhotoInfo(7, "camera photo", PAINTED)
    state, effects = play(events.LivePictureTaken(1, photo, 20.0), state=state)
    assert state.live is not None
    assert state.result is not None
    assert (state.result.job.id, state.result.engine, state.photo) == (2, "ort:wasm", photo)
    assert ShowResult(state.result, state.adjustments) in effects
    state, _ = play(events.LiveStopped(), state=state)
    assert snapshot(state)["state"] == "done"
    assert snapshot(state)["canDownload"]


def test_steadiness_is_remembered_without_a_camera() -> None:
    state, effects = play(events.SteadyChanged(False))
    assert not state.steady
    assert TuneLive() not in effects


def test_no_picture_is_taken_before_the_engine_is_ready_or_without_a_camera() -> None:
    opening, _ = play(events.LiveAsked(CAMERA))
    assert play(events.LivePictureAsked(), state=opening) == (opening, ())
    without, _ = play(READY, state=State())
    assert play(events.LivePictureAsked(), state=without) == (without, ())


def test_a_video_that_ended_early_says_why_and_not_that_it_is_done() -> None:
    failed = replace(running(), failure=FAULT, sentence=FAULT.sentence)
    state, effects = play(events.LiveStopped(12, (), ""), state=failed)
    assert effects == (StopLive(),)
    assert (state.live, state.failure, state.sentence) == (None, FAULT, FAULT.sentence)
    ended, _ = play(events.LiveStopped(12, (), ""), state=running())
    assert "12 pictures" in ended.sentence
