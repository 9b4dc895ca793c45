"""The row of scenes: undo, redo, and how much of it is kept."""

import pytest

from app_py.pages.studio import events, update_history
from app_py.pages.studio.effects import ShowPhoto, ShowResult
from app_py.pages.studio.state import PhotoInfo
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.studio_states import READY, done, paint_again, play


def test_undo_and_redo_walk_through_the_results() -> None:
    state = paint_again(done(), "mosaic-nc8")
    assert snapshot(state)["canUndo"]
    assert not snapshot(state)["canRedo"]

    state, effects = play(events.UndoAsked(), state=state)
    assert isinstance(effects[-1], ShowResult)
    assert effects[-1].result.job.paint_settings.style == "waves-nc8"
    assert snapshot(state)["style"] == "waves-nc8"
    assert snapshot(state)["state"] == "done"

    state, _ = play(events.RedoAsked(), state=state)
    assert snapshot(state)["style"] == "mosaic-nc8"
    assert not snapshot(state)["canRedo"]

    state, _ = play(events.UndoAsked(), events.UndoAsked(), state=state)
    assert state.result is None
    assert snapshot(state)["state"] == "ready"
    assert not snapshot(state)["canUndo"]

    # Painting anew ends the redo branch.
    state = paint_again(state, "mosaic-nc8")
    assert not snapshot(state)["canRedo"]


def test_undo_returns_to_the_painting_of_an_earlier_photo() -> None:
    state, _ = play(events.PhotoArrived(2, "dog.jpg"), events.PhotoOpened(2, Size(80, 80)), state=done())
    assert state.result is None
    state, effects = play(events.UndoAsked(), state=state)
    assert isinstance(effects[-1], ShowResult)
    assert state.photo is not None
    assert state.photo.name == "cat.jpg"
    # The photo that was never painted is not lost.
    state, effects = play(events.RedoAsked(), state=state)
    assert effects == [ShowPhoto(PhotoInfo(2, "dog.jpg", Size(80, 80)))]
    assert snapshot(state)["state"] == "ready"


def test_undo_leads_from_painting_to_painting_and_in_the_end_to_the_bare_photo() -> None:
    state, _ = play(events.PhotoArrived(2, "dog.jpg"), events.PhotoOpened(2, Size(80, 80)), state=done())
    state = paint_again(state, "mosaic-nc8")
    state, _ = play(events.UndoAsked(), state=state)
    assert state.result is not None
    assert state.result.job.photo.name == "cat.jpg"
    state, effects = play(events.UndoAsked(), state=state)
    assert effects == [ShowPhoto(PhotoInfo(1, "cat.jpg", Size(300, 451)))]
    assert not snapshot(state)["canUndo"]
    assert play(events.UndoAsked(), state=state) == (state, [])


def test_old_results_are_forgotten_when_they_grow_too_many() -> None:
    state, _ = play(
        READY,
        events.SettingChanged("size", "original"),
        events.PhotoArrived(1, "big.jpg"),
        events.PhotoOpened(1, Size(2000, 2000)),
    )
    for style in ("mosaic-nc8", "waves-nc8", "mosaic-nc8", "waves-nc8"):
        state = paint_again(state, style)
    # 4 megapixels of the photo, once, and 8 for each result: two fit into 24.
    assert [scene.result and scene.result.job.id for scene in state.past] == [5, 7]


@pytest.mark.parametrize(("room", "kept"), [(5, 3), (4.9, 1), (3, 1), (0.1, 1)])
def test_the_oldest_scenes_go_when_the_memory_is_full(monkeypatch: pytest.MonkeyPatch, room: float, kept: int) -> None:
    """A photo counts once, its bare scene nothing more, a painting twice; the one on show is always kept."""
    monkeypatch.setattr(update_history, "MAX_KEPT_PIXELS", room * 300 * 451)
    state = paint_again(done(), "mosaic-nc8")
    assert len(state.past) == kept
    assert state.result is not None
