"""The photo in every style."""

from app_py.pages.studio import events
from app_py.pages.studio.effects import ShowPreview, ShowResult, StartStyleBatch, StopPainting
from app_py.pages.studio.state import Failure, StyleBatch
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.studio_states import READY, done, play, with_photo


def test_a_small_painting_of_the_style_is_shown_until_the_large_one_is_there() -> None:
    models = ("waves-nc8", "mosaic-nc8")
    state, _ = play(
        events.StyleBatchAsked(models),
        events.ThumbnailPainted(2),
        events.ThumbnailPainted(2),
        events.StyleBatchEnded(2),
        state=done(),
    )
    state, effects = play(events.SettingChanged("style", "mosaic-nc8"), state=state)
    assert isinstance(effects[0], ShowPreview)
    assert snapshot(state)["preview"]
    assert state.job is not None
    stopped, effects = play(events.CancelAsked(), state=state)
    assert isinstance(effects[-1], ShowResult)
    assert not snapshot(stopped)["preview"]
    failed, effects = play(events.PaintFailed(state.job.id, Failure("engine-failed", "No.")), state=state)
    assert isinstance(effects[-1], ShowResult)
    painted, _ = play(events.Painted(state.job.id, "ort:wasm", 1.0, Size(300, 451)), state=state)
    assert not snapshot(painted)["preview"]
    assert not snapshot(failed)["preview"]


def test_a_sheet_of_every_style() -> None:
    models = ("waves-nc8", "mosaic-nc8", "unknown-nc8")
    state, effects = play(events.StyleBatchAsked(models), state=with_photo())
    assert effects == [StartStyleBatch(StyleBatch(1, ("waves-nc8", "mosaic-nc8")))]
    assert snapshot(state)["state"] == "running"
    assert snapshot(state)["canCancel"]
    state, _ = play(events.ThumbnailPainted(1), state=state)
    assert snapshot(state)["progress"] == {"done": 1, "total": 2, "unit": ""}
    assert snapshot(state)["tiles"] == ["waves-nc8"]
    state, _ = play(events.ThumbnailPainted(1), events.StyleBatchEnded(1), state=state)
    assert snapshot(state)["state"] == "ready"
    assert "choose one" in snapshot(state)["status"]
    assert snapshot(state)["tiles"] == ["waves-nc8", "mosaic-nc8"]


def test_the_tiles_of_another_photo_are_not_shown() -> None:
    state, _ = play(
        events.StyleBatchAsked(("waves-nc8",)),
        events.ThumbnailPainted(1),
        events.StyleBatchEnded(1),
        state=with_photo(),
    )
    state, _ = play(events.PhotoArrived(2, "dog.jpg"), events.PhotoOpened(2, Size(80, 80)), state=state)
    assert snapshot(state)["tiles"] == []
    back, _ = play(events.UndoAsked(), state=state)
    assert snapshot(back)["tiles"] == ["waves-nc8"]
    state, _ = play(
        events.StyleBatchAsked(("waves-nc8", "mosaic-nc8")),
        events.ThumbnailPainted(2),
        events.CancelAsked(),
        state=state,
    )
    assert snapshot(state)["tiles"] == ["waves-nc8"]


def test_a_sheet_gives_way_to_a_painting_and_can_be_cancelled() -> None:
    state, _ = play(events.StyleBatchAsked(("waves-nc8",)), state=with_photo())
    painting_now, effects = play(events.PaintAsked(), state=state)
    assert effects[0] == StopPainting()
    assert painting_now.batch is None
    cancelled, effects = play(
        events.CancelAsked(), events.ThumbnailPainted(1), events.StyleBatchEnded(1, Failure("x", "y")), state=state
    )
    assert effects == [StopPainting()]
    assert snapshot(cancelled)["state"] == "ready"


def test_a_sheet_needs_a_photo() -> None:
    state, effects = play(READY, events.StyleBatchAsked(("waves-nc8",)))
    assert effects == []
    assert snapshot(state)["error"] == "photo-missing"


def test_a_sheet_that_fails_says_so_and_keeps_what_it_painted() -> None:
    models = ("waves-nc8", "mosaic-nc8")
    failure = Failure("engine-failed", "No engine of this browser paints it.")
    state, _ = play(events.StyleBatchAsked(models), events.ThumbnailPainted(1), state=with_photo())
    other, effects = play(events.StyleBatchEnded(99, failure), events.ThumbnailPainted(99), state=state)
    assert (other, effects) == (state, []), "of a sheet before"
    failed, effects = play(events.StyleBatchEnded(1, failure), state=state)
    assert effects == []
    shown = snapshot(failed)
    assert (shown["state"], shown["error"], shown["status"]) == ("error", "engine-failed", failure.sentence)
    assert shown["progress"] is None
    assert shown["tiles"] == ["waves-nc8"]
    assert failed.batch is None
    assert shown["canTryAll"]
