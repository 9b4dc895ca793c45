"""What is on show: paintings, undo and redo, and a painting for a file."""

from app_py.pages.studio import events
from app_py.pages.studio.effects import ForgetResults, Remember, SavePainting, ShowResult, StartPainting
from app_py.pages.studio.state import Adjustments, Failure
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


def test_while_another_photo_opens_the_painting_on_show_is_not_saved_as_its_own() -> None:
    state, _ = play(events.PhotoArrived(2, "dog.jpg"), state=done())
    assert not snapshot(state)["canDownload"]
    state, _ = play(events.PhotoRefused(2, Failure("photo-unreadable", "No.")), state=state)
    assert snapshot(state)["canDownload"]
