"""Work that is not to be lost."""

from dataclasses import replace

from app_py.pages.studio import events
from app_py.pages.studio.effects import ShowPhoto, ShowResult
from app_py.pages.studio.state import Job, PaintSettings, PhotoInfo, Result, Scene, State
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from tests.shared.support.studio_states import READY, done, painting, play, with_photo

PHOTO = PhotoInfo(7, "old.jpg", Size(20, 30))
RESULTS = tuple(
    Result(Job(number, PHOTO, PaintSettings("mosaic-nc8", size=size)), "ort:wasm", 1.0, Size(20, 30))
    for number, size in ((3, "128"), (9, "256"))
)
BACK = "Your last photo is back. It was kept in this browser only."


def restored(*results: Result, painted: bool = True) -> tuple[State, list[object]]:
    state, effects = play(READY, events.SessionRestored(PHOTO, results, painted))
    return state, list(effects)


def test_the_last_painting_is_on_show_again_with_its_settings() -> None:
    state, effects = restored(*RESULTS)
    assert state.past == (Scene(PHOTO), Scene(PHOTO, RESULTS[0]), Scene(PHOTO, RESULTS[1]))
    assert effects[-1] == ShowResult(RESULTS[1], state.adjustments)
    assert state.paint_settings == RESULTS[1].job.paint_settings
    assert state.last_id == 9, "numbers go on after those that were kept"
    assert snapshot(state)["status"] == BACK
    assert not snapshot(state)["unsaved"], "it is kept"


def test_paintings_that_were_undone_can_be_redone() -> None:
    state, effects = restored(*RESULTS, painted=False)
    assert state.past == (Scene(PHOTO),)
    assert effects[-1] == ShowPhoto(PHOTO)
    assert state.result is None
    redone, _ = play(events.RedoAsked(), state=state)
    assert redone.result == RESULTS[0]


def test_a_photo_without_paintings() -> None:
    state, effects = restored()
    assert effects[-1] == ShowPhoto(PHOTO)
    assert state.photo == PHOTO


def test_a_photo_that_was_chosen_meanwhile_stays() -> None:
    opening, _ = play(READY, events.PhotoArrived(1, "cat.jpg"))
    for state in (with_photo(), opening):
        same, effects = play(events.SessionRestored(PHOTO, RESULTS, True), state=state)
        assert (same, effects) == (state, [])


def test_what_is_kept_is_known_and_what_is_erased_is_said() -> None:
    state, _ = play(events.SessionKept(2), state=done())
    assert (state.kept, state.sentence) == (2, done().sentence)
    assert snapshot(state)["kept"] == 2
    state, effects = play(events.SessionKept(None), state=state)
    assert (state.kept, effects) == (None, [])
    assert snapshot(state)["status"] == "What this browser kept of your photos is erased."


def test_leaving_loses_a_painting_that_was_not_saved() -> None:
    assert not snapshot(with_photo())["unsaved"]
    assert snapshot(painting())["unsaved"]
    state = done()
    assert snapshot(state)["unsaved"]
    saved, _ = play(events.Saved(1), state=state)
    assert saved.saved_job == 1
    assert saved.queue_saved
    assert not snapshot(saved)["unsaved"]
    assert snapshot(play(events.Saved(99), state=state)[0])["unsaved"], "another one was saved"
    strip = replace(state, queue_saved=False)
    assert not play(events.Saved(1), state=strip)[0].queue_saved
    assert play(events.Saved(None), state=strip)[0].queue_saved
