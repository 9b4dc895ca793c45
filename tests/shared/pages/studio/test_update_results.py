"""What is on show: paintings, undo and redo, and a painting for a file."""

import pytest

from app_py.pages.studio import events, update_results
from app_py.pages.studio.effects import ForgetResults, Remember, SavePainting, ShowPhoto, ShowResult, StartPainting
from app_py.pages.studio.state import Adjustments, Failure, PhotoInfo
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.studio_states import READY, done, paint_again, painting, play, with_photo


def test_saving_large_paints_at_the_photos_size_and_shows_nothing_else() -> None:
    state, _ = play(READY, events.PhotoArrived(1, "big.jpg"), events.PhotoOpened(1, Size(1000, 2000)))
    state = paint_again(state, "waves-nc8")
    assert "2000 × 1000 pixels" in snapshot(state)["large"]
    before = state.result
    state, effects = play(events.LargeAsked(), state=state)
    (start,) = effects
    assert isinstance(start, StartPainting)
    assert start.job.size == Size(1000, 2000)
    state, effects = play(events.Painted(start.job.id, "ort:wasm", 4000.0, Size(1000, 2000)), state=state)
    (save,) = effects
    assert isinstance(save, SavePainting)
    assert save.result.size == Size(1000, 2000)
    assert state.result == before
    assert snapshot(state)["state"] == "done"
    assert "Saved at 2000 × 1000" in snapshot(state)["status"]


def test_nothing_larger_is_offered_than_there_is() -> None:
    assert snapshot(done())["large"] is None
    assert play(events.LargeAsked(), state=with_photo())[1] == []


def test_a_finished_painting_is_drawn_with_the_look_of_the_moment() -> None:
    state, effects = play(events.AdjustmentsChanged(Adjustments(60, True)), state=painting())
    assert effects == [Remember()]
    state, effects = play(events.Painted(1, "ort:wasm", 1.0, Size(300, 451)), state=state)
    show, forget = effects
    assert isinstance(show, ShowResult)
    assert show.adjustments == Adjustments(60, True)
    assert forget == ForgetResults((1,))
    _, effects = play(events.AdjustmentsChanged(Adjustments(10)), state=state)
    assert effects == [ShowResult(show.result, Adjustments(10)), Remember()]


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


def test_while_another_photo_opens_the_painting_on_show_is_not_saved_as_its_own() -> None:
    state, _ = play(events.PhotoArrived(2, "dog.jpg"), state=done())
    assert not snapshot(state)["canDownload"]
    state, _ = play(events.PhotoRefused(2, Failure("photo-unreadable", "No.")), state=state)
    assert snapshot(state)["canDownload"]


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
    monkeypatch.setattr(update_results, "MAX_KEPT_PIXELS", room * 300 * 451)
    state = paint_again(done(), "mosaic-nc8")
    assert len(state.past) == kept
    assert state.result is not None
