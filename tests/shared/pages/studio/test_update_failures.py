"""What goes wrong, and the smaller size that is offered then."""

import pytest

from app_py.pages.studio import events
from app_py.pages.studio.effects import Remember, StartPainting
from app_py.pages.studio.state import Failure, State
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.studio_states import READY, done, painting, play, with_photo


def test_a_bad_photo_loses_nothing() -> None:
    before = done()
    state, _ = play(
        events.PhotoArrived(2, "notes.txt"),
        events.PhotoRefused(2, Failure("photo-unreadable", "No picture.")),
        state=before,
    )
    shown = snapshot(state)
    assert (shown["state"], shown["error"], shown["status"]) == ("error", "photo-unreadable", "No picture.")
    assert state.photo == before.photo
    assert state.result == before.result
    assert shown["canRun"]
    state, _ = play(events.PaintAsked(), state=state)
    assert snapshot(state)["state"] == "running"
    assert snapshot(state)["error"] is None


def test_a_failed_run_can_be_repeated() -> None:
    state, _ = play(events.PaintFailed(1, Failure("engine-failed", "Broken.")), state=painting())
    assert snapshot(state)["state"] == "error"
    _, effects = play(events.PaintAsked(), state=state)
    assert isinstance(effects[0], StartPainting)


LARGE = Size(3000, 4000)


def out_of_memory(size: str, photo: Size = LARGE) -> State:
    state, _ = play(
        READY,
        events.PhotoArrived(1, "cat.jpg"),
        events.PhotoOpened(1, photo),
        events.SettingChanged("size", size),
        events.PaintAsked(),
    )
    state, _ = play(events.PaintFailed(1, Failure("out-of-memory", "Too large.")), state=state)
    return state


@pytest.mark.parametrize(
    ("size", "photo", "smaller"),
    [
        ("original", LARGE, "1024"),
        ("1024", LARGE, "768"),
        ("512", LARGE, "384"),
        ("512", Size(300, 451), "384"),
        ("512", Size(150, 100), "128"),
        ("256", LARGE, "128"),
    ],
)
def test_where_the_engine_gives_in_the_next_smaller_size_is_offered_and_painted(
    size: str, photo: Size, smaller: str
) -> None:
    state = out_of_memory(size, photo)
    assert snapshot(state)["offer"] == f"Paint at {smaller} px"
    state, effects = play(events.SmallerAsked(), state=state)
    start, remember = effects
    assert isinstance(start, StartPainting)
    assert max(start.job.size) == int(smaller)
    assert remember == Remember()
    shown = snapshot(state)
    assert (shown["state"], shown["size"], shown["offer"]) == ("running", smaller, None)


def test_what_fails_again_is_offered_smaller_again() -> None:
    state, effects = play(events.SmallerAsked(), state=out_of_memory("512"))
    assert isinstance(effects[0], StartPainting)
    state, _ = play(events.PaintFailed(effects[0].job.id, Failure("engine-died", "Gone.")), state=state)
    assert snapshot(state)["offer"] == "Paint at 256 px"


@pytest.mark.parametrize(
    "later",
    [
        events.SettingChanged("style", "mosaic-nc8"),
        events.Failed(Failure("paste-empty", "Nothing there.")),
        events.PhotoArrived(2, "dog.jpg"),
        events.PaintAsked(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_offer_does_not_outlive_its_failure(later: events.Event) -> None:
    state, _ = play(later, state=out_of_memory("512"))
    assert snapshot(state)["offer"] is None
    assert play(events.SmallerAsked(), state=state) == (state, [])


@pytest.mark.parametrize(
    ("size", "code"), [("128", "out-of-memory"), ("512", "model-unavailable"), ("512", "internal")]
)
def test_nothing_is_offered_that_would_not_help(size: str, code: str) -> None:
    state, _ = play(events.SettingChanged("size", size), events.PaintAsked(), state=with_photo())
    state, _ = play(events.PaintFailed(1, Failure(code, "Broken.")), state=state)
    assert snapshot(state)["state"] == "error"
    assert snapshot(state)["offer"] is None


def test_a_failure_outside_a_job_is_shown() -> None:
    state, _ = play(events.Failed(Failure("manifest-invalid", "The list is broken.")))
    assert snapshot(state)["state"] == "error"
    assert snapshot(state)["error"] == "manifest-invalid"
