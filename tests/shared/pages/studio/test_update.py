"""The reducer: what a person does, in any order, and what the page then shows and does."""

from dataclasses import replace

import pytest

from app_py.pages.studio import events
from app_py.pages.studio.effects import ForgetResults, OpenPhoto, ShowPhoto, StartPainting, StopPainting
from app_py.pages.studio.state import (
    Adjustments,
    Failure,
    PaintSettings,
    PhotoInfo,
    Progress,
    Remembered,
    Saving,
    State,
)
from app_py.pages.studio.update import update
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.studio_states import READY, done, painting, play


def test_from_nothing_to_a_painting() -> None:
    state = State()
    assert snapshot(state)["state"] == "loading"
    state, _ = play(READY, state=state)
    assert snapshot(state)["state"] == "ready"
    assert snapshot(state)["style"] == "waves-nc8"
    assert not snapshot(state)["canRun"]

    state, effects = play(events.PhotoArrived(1, "cat.jpg"), state=state)
    assert effects == [OpenPhoto(1)]
    assert snapshot(state)["canRun"]
    assert snapshot(state)["photo"] is None
    assert snapshot(state)["progress"] == {"done": 0, "total": 0, "unit": ""}
    state, effects = play(events.PhotoOpened(1, Size(300, 451)), state=state)
    assert effects == [ShowPhoto(PhotoInfo(1, "cat.jpg", Size(300, 451))), ForgetResults(())]
    assert snapshot(state)["canRun"]
    assert snapshot(state)["progress"] is None
    assert "451 × 300" in snapshot(state)["status"]

    state, effects = play(events.PaintAsked(), state=state)
    (start,) = effects
    assert isinstance(start, StartPainting)
    assert start.job.size == Size(300, 451)
    assert snapshot(state)["state"] == "running"
    assert snapshot(state)["canCancel"]

    state, _ = play(events.StageReached(start.job.id, "paint", "ort:wasm"), state=state)
    assert "Painting 451 × 300 in Waves …" in snapshot(state)["status"]

    state, _ = play(events.Painted(start.job.id, "ort:wasm", 1234.0, Size(300, 451)), state=state)
    shown = snapshot(state)
    assert shown["state"] == "done"
    assert shown["result"] == {
        "engine": "ort:wasm",
        "runMs": 1234.0,
        "width": 451,
        "height": 300,
        "style": "waves-nc8",
        "reasons": [],
    }
    assert "1.2 s" in shown["status"]
    assert shown["canDownload"]


def test_the_settings_of_the_last_visit_are_taken_up() -> None:
    remembered = Remembered(PaintSettings("mosaic-nc8", "ort:wasm", "256"), Adjustments(40, True), Saving("jpeg", 80))
    state, _ = play(replace(READY, remembered=remembered))
    shown = snapshot(state)
    assert (shown["style"], shown["engine"], shown["size"]) == ("mosaic-nc8", "ort:wasm", "256")
    assert shown["strength"] == 40
    assert shown["keepColours"]
    assert (shown["format"], shown["quality"]) == ("jpeg", 80)


@pytest.mark.parametrize(
    "paint_settings",
    [PaintSettings("gone-nc8"), PaintSettings("waves-nc8", "ort:webgpu"), PaintSettings("waves-nc8", "auto", "9000")],
)
def test_remembered_wishes_that_no_longer_fit_are_dropped(paint_settings: PaintSettings) -> None:
    state, _ = play(replace(READY, remembered=Remembered(paint_settings)))
    assert snapshot(state)["state"] == "ready"
    assert snapshot(state)["style"] == "waves-nc8"
    assert snapshot(state)["engine"] == "auto"


def test_paint_asked_while_the_photo_opens_is_done_when_it_is_open() -> None:
    state, effects = play(READY, events.PhotoArrived(1, "a.jpg"), events.PaintAsked())
    assert effects == [OpenPhoto(1)]
    assert snapshot(state)["state"] == "running"
    _, effects = play(events.PhotoOpened(1, Size(90, 90)), state=state)
    assert isinstance(effects[-1], StartPainting)


def test_a_photo_dropped_during_a_run_wins() -> None:
    running = painting()
    state, effects = play(events.PhotoArrived(2, "dog.jpg"), state=running)
    assert effects == [StopPainting(), OpenPhoto(2)]
    # The first one's result comes too late and is never shown.
    state, effects = play(events.Painted(1, "ort:wasm", 1.0, Size(300, 451)), state=state)
    assert state.result is None
    assert effects == []
    state, effects = play(events.PhotoOpened(2, Size(200, 100)), state=state)
    start = effects[-1]
    assert isinstance(start, StartPainting)
    assert start.job.photo.name == "dog.jpg"
    assert start.job.id == 2


def test_of_two_photos_the_later_wins_whatever_opens_first() -> None:
    state, _ = play(
        READY, events.PhotoArrived(1, "a.jpg"), events.PhotoArrived(2, "b.jpg"), events.PhotoOpened(2, Size(80, 80))
    )
    state, effects = play(
        events.PhotoOpened(1, Size(999, 999)), events.PhotoRefused(1, Failure("x", "No.")), state=state
    )
    assert effects == []
    assert state.photo is not None
    assert state.photo.name == "b.jpg"
    assert snapshot(state)["state"] == "ready"


def test_cancel_stops_and_leaves_the_page_ready() -> None:
    state, effects = play(events.CancelAsked(), state=painting())
    assert effects == [StopPainting()]
    assert snapshot(state)["state"] == "ready"
    assert snapshot(state)["canRun"]
    state, effects = play(
        events.StageReached(1, "paint"),
        events.Painted(1, "ort:wasm", 1.0, Size(1, 1)),
        events.PaintFailed(1, Failure("x", "y")),
        state=state,
    )
    assert effects == []
    assert snapshot(state)["state"] == "ready"


def test_cancel_with_nothing_to_cancel_changes_nothing() -> None:
    state = done()
    assert update(state, events.CancelAsked()) == (state, ())


def test_paint_without_a_photo_says_so() -> None:
    state, effects = play(READY, events.PaintAsked())
    assert effects == []
    assert snapshot(state)["error"] == "photo-missing"


def test_original_of_a_huge_photo_says_that_it_was_reduced() -> None:
    state, _ = play(
        READY,
        events.SettingChanged("size", "original"),
        events.PhotoArrived(1, "big.jpg"),
        events.PhotoOpened(1, Size(8000, 10_000)),
    )
    state, effects = play(events.PaintAsked(), state=state)
    (start,) = effects
    assert isinstance(start, StartPainting)
    state, _ = play(events.Painted(start.job.id, "ort:wasm", 9.0, start.job.size), state=state)
    assert "was reduced to" in snapshot(state)["status"]


def test_progress_is_shown_and_then_gone() -> None:
    state, _ = play(events.StageReached(1, "model", progress=Progress(10, 20, "bytes")), state=painting())
    assert snapshot(state)["progress"] == {"done": 10, "total": 20, "unit": "bytes"}
    state, _ = play(events.StageReached(1, "paint"), state=state)
    assert snapshot(state)["progress"] is None


def test_the_welcome_gives_way_to_a_photo() -> None:
    state, _ = play(replace(READY, first_visit=True))
    assert snapshot(state)["welcome"]
    state, _ = play(events.PhotoArrived(1, "cat.jpg"), state=state)
    assert not snapshot(state)["welcome"]
    state, _ = play(events.PhotoRefused(1, Failure("photo-unreadable", "No.")), state=state)
    assert snapshot(state)["welcome"]


def test_a_late_result_of_an_older_job_is_not_taken_for_the_present_one() -> None:
    restarted, _ = play(events.SettingChanged("style", "mosaic-nc8"), state=painting())
    assert restarted.job is not None
    assert restarted.job.id == 2
    late = (
        events.StageReached(1, "finish"),
        events.Painted(1, "ort:wasm", 1.0, Size(300, 451)),
        events.PaintFailed(1, Failure("engine-failed", "Broken.")),
    )
    assert play(*late, state=restarted) == (restarted, [])


def test_a_panorama_says_what_size_it_will_have() -> None:
    state, _ = play(READY, events.PhotoArrived(1, "alps.jpg"), events.PhotoOpened(1, Size(1000, 8000)))
    assert "Painted, it will be 512 × 64." in snapshot(state)["status"]
    state, _ = play(events.SettingChanged("size", "original"), state=state)
    assert "Painted, it will be" not in snapshot(state)["status"]
    state, _ = play(READY, events.PhotoArrived(1, "cat.jpg"), events.PhotoOpened(1, Size(3000, 4000)))
    assert "Painted, it will be" not in snapshot(state)["status"]


def test_a_copy_is_said_to_be_in_the_clipboard() -> None:
    state, effects = play(events.Copied(), state=done())
    assert snapshot(state)["status"] == "The painting is in the clipboard."
    assert effects == []
