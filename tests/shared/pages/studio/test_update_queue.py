"""Several photos chosen together."""

from app_py.pages.studio import events
from app_py.pages.studio.effects import StartQueue, StopPainting
from app_py.pages.studio.state import Failure, Progress, QueuedPhoto, QueueRun, State
from app_py.pages.studio.view_state import snapshot
from tests.shared.support.studio_states import READY, painting, play, with_photo

NO = Failure("photo-unreadable", "No.")


def queued(*names: str) -> State:
    return play(READY, *(events.QueuePhotoAdded(n, name, n == 1) for n, name in enumerate(names, 1)))[0]


def test_the_first_of_a_new_choice_takes_the_place_of_the_earlier_one() -> None:
    state = queued("a.jpg", "b.jpg")
    assert state.queue == (QueuedPhoto(1, "a.jpg"), QueuedPhoto(2, "b.jpg"))
    state, effects = play(events.QueuePhotoAdded(3, "c.jpg", True), state=state)
    assert (state.queue, effects) == ((QueuedPhoto(3, "c.jpg"),), [])
    busy, effects = play(events.QueuePhotoAdded(1, "a.jpg", True), state=painting())
    assert effects == [StopPainting()]
    assert busy.job is None
    more, effects = play(events.QueuePhotoAdded(2, "b.jpg", False), state=painting())
    assert effects == []
    assert more.job is not None


def test_all_of_them_are_painted_one_after_the_other() -> None:
    state, effects = play(events.QueueAsked(), state=queued("a.jpg", "b.jpg", "c.jpg"))
    run = QueueRun(1, (1, 2, 3))
    assert effects == [StartQueue(run, state.paint_settings, state.adjustments)]
    assert state.queue_run == run
    assert (snapshot(state)["state"], state.progress) == ("running", Progress(0, 3))
    assert snapshot(state)["status"] == "Painting your photos: 0 of 3. a.jpg"
    state, effects = play(events.QueuePhotoPainted(1, 1), state=state)
    assert effects == []
    assert snapshot(state)["status"] == "Painting your photos: 1 of 3. b.jpg"
    assert state.progress == Progress(1, 3)
    assert not state.queue_saved
    state, _ = play(events.QueuePhotoPainted(1, 2, NO), events.QueuePhotoPainted(1, 3), state=state)
    assert [photo.state for photo in state.queue] == ["done", "failed", "done"]
    assert snapshot(state)["status"] == "Painting your photos: 3 of 3."
    state, effects = play(events.QueueEnded(1), state=state)
    assert effects == []
    assert (state.queue_run, state.progress) == (None, None)
    said = snapshot(state)["status"]
    assert said == "2 photos are painted. Save them as one ZIP, or one by one. 1 could not be painted: b.jpg."
    assert snapshot(state)["unsaved"]
    saved, _ = play(events.Saved(None), state=state)
    assert not snapshot(saved)["unsaved"]


def test_of_many_that_failed_three_are_named() -> None:
    state, _ = play(events.QueueAsked(), state=queued(*(f"{n}.jpg" for n in range(1, 6))))
    state, _ = play(*(events.QueuePhotoPainted(1, n, NO) for n in range(1, 6)), events.QueueEnded(1), state=state)
    assert snapshot(state)["status"].endswith("5 could not be painted: 1.jpg, 2.jpg, 3.jpg.")
    assert state.queue_saved, "nothing was made that could be lost"


def test_nothing_that_is_painted_already_is_painted_again_by_the_same_settings() -> None:
    state, _ = play(events.QueueAsked(), state=queued("a.jpg", "b.jpg"))
    state, _ = play(
        events.QueuePhotoPainted(1, 1), events.QueuePhotoPainted(1, 2, NO), events.QueueEnded(1), state=state
    )
    again, effects = play(events.QueueAsked(), state=state)
    assert effects == [StartQueue(QueueRun(2, (2,)), state.paint_settings, state.adjustments)]
    whole, _ = play(events.QueuePhotoPainted(2, 2), events.QueueEnded(2), state=again)
    same, effects = play(events.QueueAsked(), state=whole)
    assert effects == []
    assert "All of them are painted" in snapshot(same)["status"]
    other, effects = play(events.SettingChanged("style", "mosaic-nc8"), events.QueueAsked(), state=whole)
    assert other.queue_run == QueueRun(3, (1, 2))
    assert [photo.state for photo in other.queue] == ["waiting", "waiting"]


def test_an_empty_strip_and_a_wish_that_cannot_be_granted() -> None:
    state, effects = play(READY, events.QueueAsked())
    assert effects == []
    assert state.queue_run is None
    refused, effects = play(events.SettingChanged("size", "3"), events.QueueAsked(), state=queued("a.jpg"))
    assert effects == []
    assert (snapshot(refused)["error"], refused.queue_run) == ("size-unknown", None)


def test_what_comes_of_a_run_before_counts_no_more() -> None:
    state, _ = play(events.QueueAsked(), state=queued("a.jpg"))
    other, effects = play(events.QueuePhotoPainted(9, 1), events.QueueEnded(9), state=state)
    assert (other, effects) == (state, [])
    idle, effects = play(events.QueuePhotoPainted(1, 1), events.QueueEnded(1), state=with_photo())
    assert (idle, effects) == (with_photo(), [])


def test_where_none_failed_nobody_is_named() -> None:
    state, _ = play(events.QueueAsked(), state=queued("a.jpg", "b.jpg"))
    state, _ = play(*(events.QueuePhotoPainted(1, n) for n in (1, 2)), events.QueueEnded(1), state=state)
    assert snapshot(state)["status"] == "2 photos are painted. Save them as one ZIP, or one by one."
