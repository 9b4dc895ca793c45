"""The reducer: what a person does, in any order, and what the page then shows and does."""

from dataclasses import replace

import pytest

from app_py.engines.device import EngineInfo
from app_py.pages.studio.events import (
    AdjustmentsChanged,
    CancelAsked,
    Effect,
    Event,
    Failed,
    ForgetModel,
    ForgetResults,
    LargeAsked,
    OpenPhoto,
    OwnModelAdded,
    OwnModelOffered,
    OwnModelRefused,
    OwnModelRemoved,
    PaintAsked,
    Painted,
    PaintFailed,
    PhotoArrived,
    PhotoOpened,
    PhotoRefused,
    Ready,
    RedoAsked,
    Remember,
    SavePainting,
    SettingChanged,
    ShowPhoto,
    ShowPreview,
    ShowResult,
    SmallerAsked,
    StageReached,
    StartPainting,
    StartStyleBatch,
    StopPainting,
    StopTrial,
    StyleBatchAsked,
    StyleBatchEnded,
    ThumbnailPainted,
    UndoAsked,
)
from app_py.pages.studio.state import (
    Adjustments,
    Failure,
    PaintSettings,
    PhotoInfo,
    Progress,
    Remembered,
    Saving,
    State,
    StyleBatch,
)
from app_py.pages.studio.update import update
from app_py.pages.studio.view_state import snapshot
from app_py.photo.sizing import Size
from app_py.styles.manifest import FileSpec, ModelSpec

MODELS = tuple(
    ModelSpec(
        id=f"{style}-nc8",
        style=style,
        title=style.title(),
        width=8,
        padding="reflect",
        model=FileSpec(f"{style}-nc8.onnx", 10, "0" * 64),
        opset=7,
        licence="CC0-1.0",
        reference=None,
        preview=None,
    )
    for style in ("waves", "mosaic")
)
ENGINES = (EngineInfo("ort:wasm", True), EngineInfo("ort:webgpu", False, "This browser has no WebGPU."))
READY = Ready(MODELS, ENGINES)


def play(*events: Event, state: State | None = None) -> tuple[State, list[Effect]]:
    """The state after the events, and every effect on the way."""
    state = state or State()
    effects: list[Effect] = []
    for event in events:
        state, more = update(state, event)
        effects.extend(more)
    return state, effects


def with_photo() -> State:
    state, _ = play(READY, PhotoArrived(1, "cat.jpg"), PhotoOpened(1, Size(300, 451)))
    return state


def painting() -> State:
    state, effects = play(PaintAsked(), state=with_photo())
    assert isinstance(effects[-1], StartPainting)
    return state


def done() -> State:
    state, _ = play(Painted(1, "ort:wasm", 1234.0, Size(300, 451)), state=painting())
    return state


def test_from_nothing_to_a_painting() -> None:
    state = State()
    assert snapshot(state)["state"] == "loading"
    state, _ = play(READY, state=state)
    assert snapshot(state)["state"] == "ready"
    assert snapshot(state)["style"] == "waves-nc8"
    assert not snapshot(state)["canRun"]

    state, effects = play(PhotoArrived(1, "cat.jpg"), state=state)
    assert effects == [OpenPhoto(1)]
    assert snapshot(state)["canRun"]
    assert snapshot(state)["photo"] is None
    assert snapshot(state)["progress"] == {"done": 0, "total": 0}
    state, effects = play(PhotoOpened(1, Size(300, 451)), state=state)
    assert effects == [ShowPhoto(PhotoInfo(1, "cat.jpg", Size(300, 451))), ForgetResults(())]
    assert snapshot(state)["canRun"]
    assert snapshot(state)["progress"] is None
    assert "451 × 300" in snapshot(state)["status"]

    state, effects = play(PaintAsked(), state=state)
    (start,) = effects
    assert isinstance(start, StartPainting)
    assert start.job.size == Size(300, 451)
    assert snapshot(state)["state"] == "running"
    assert snapshot(state)["canCancel"]

    state, _ = play(StageReached(start.job.id, "paint", "ort:wasm"), state=state)
    assert "Painting 451 × 300 in Waves …" in snapshot(state)["status"]

    state, _ = play(Painted(start.job.id, "ort:wasm", 1234.0, Size(300, 451)), state=state)
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
    state, effects = play(READY, PhotoArrived(1, "a.jpg"), PaintAsked())
    assert effects == [OpenPhoto(1)]
    assert snapshot(state)["state"] == "running"
    _, effects = play(PhotoOpened(1, Size(90, 90)), state=state)
    assert isinstance(effects[-1], StartPainting)


def test_a_photo_dropped_during_a_run_wins() -> None:
    running = painting()
    state, effects = play(PhotoArrived(2, "dog.jpg"), state=running)
    assert effects == [StopPainting(), OpenPhoto(2)]
    # The first one's result comes too late and is never shown.
    state, effects = play(Painted(1, "ort:wasm", 1.0, Size(300, 451)), state=state)
    assert state.result is None
    assert effects == []
    state, effects = play(PhotoOpened(2, Size(200, 100)), state=state)
    start = effects[-1]
    assert isinstance(start, StartPainting)
    assert start.job.photo.name == "dog.jpg"
    assert start.job.id == 2


def test_of_two_photos_the_later_wins_whatever_opens_first() -> None:
    state, _ = play(READY, PhotoArrived(1, "a.jpg"), PhotoArrived(2, "b.jpg"), PhotoOpened(2, Size(80, 80)))
    state, effects = play(PhotoOpened(1, Size(999, 999)), PhotoRefused(1, Failure("x", "No.")), state=state)
    assert effects == []
    assert state.photo is not None
    assert state.photo.name == "b.jpg"
    assert snapshot(state)["state"] == "ready"


@pytest.mark.parametrize(("field", "value"), [("style", "mosaic-nc8"), ("size", "256"), ("engine", "ort:wasm")])
def test_a_changed_wish_restarts_a_run(field: str, value: str) -> None:
    state, effects = play(SettingChanged(field, value), state=painting())
    stop, start, remember = effects
    assert (stop, remember) == (StopPainting(), Remember())
    assert isinstance(start, StartPainting)
    assert getattr(start.job.paint_settings, field) == value
    assert state.job == start.job


def test_another_size_after_a_painting_asks_to_paint_again() -> None:
    state, effects = play(SettingChanged("size", "256"), state=done())
    assert effects == [Remember()]
    assert snapshot(state)["state"] == "ready"
    assert "Paint again" in snapshot(state)["status"]
    assert snapshot(state)["canDownload"]


def test_choosing_a_style_paints() -> None:
    state, effects = play(SettingChanged("style", "mosaic-nc8"), state=done())
    start, remember = effects
    assert isinstance(start, StartPainting)
    assert start.job.paint_settings.style == "mosaic-nc8"
    assert remember == Remember()
    assert snapshot(state)["state"] == "running"
    # The style that is chosen already, too, as long as there is no painting of it.
    _, effects = play(SettingChanged("style", "waves-nc8"), state=with_photo())
    assert isinstance(effects[0], StartPainting)


def test_choosing_a_style_paints_the_photo_that_opens_and_waits_for_one_that_is_not_there() -> None:
    state, effects = play(READY, SettingChanged("style", "mosaic-nc8"))
    assert effects == [Remember()]
    assert snapshot(state)["state"] == "ready"
    state, _ = play(PhotoArrived(1, "cat.jpg"), SettingChanged("style", "waves-nc8"), state=state)
    assert snapshot(state)["state"] == "running"
    _, effects = play(PhotoOpened(1, Size(300, 451)), state=state)
    assert any(isinstance(effect, StartPainting) for effect in effects)


def test_what_is_painted_already_comes_back_without_painting() -> None:
    state = paint_again(done(), "mosaic-nc8")
    assert state.result is not None
    jobs = state.last_id
    state, effects = play(SettingChanged("style", "waves-nc8"), state=state)
    assert state.last_id == jobs
    assert not any(isinstance(effect, StartPainting) for effect in effects)
    assert state.result is not None
    assert state.result.job.paint_settings.style == "waves-nc8"
    assert snapshot(state)["state"] == "done"
    state, effects = play(SettingChanged("style", "waves-nc8"), state=state)
    assert effects == [Remember()]
    # Nor is what was undone painted again.
    state, _ = play(UndoAsked(), SettingChanged("style", "waves-nc8"), state=state)
    assert state.last_id == jobs
    # At another size it is another painting.
    state, effects = play(SettingChanged("size", "256"), SettingChanged("style", "waves-nc8"), state=state)
    assert any(isinstance(effect, StartPainting) for effect in effects)


def test_another_style_is_first_seen_at_full_strength() -> None:
    state, _ = play(AdjustmentsChanged(Adjustments(40, True)), state=done())
    assert play(SettingChanged("style", "waves-nc8"), state=state)[0].adjustments == Adjustments(40, True)
    assert play(SettingChanged("style", "mosaic-nc8"), state=state)[0].adjustments == Adjustments(100, True)


def test_a_small_painting_of_the_style_is_shown_until_the_large_one_is_there() -> None:
    models = ("waves-nc8", "mosaic-nc8")
    state, _ = play(StyleBatchAsked(models), ThumbnailPainted(2), ThumbnailPainted(2), StyleBatchEnded(2), state=done())
    state, effects = play(SettingChanged("style", "mosaic-nc8"), state=state)
    assert isinstance(effects[0], ShowPreview)
    assert snapshot(state)["preview"]
    assert state.job is not None
    stopped, effects = play(CancelAsked(), state=state)
    assert isinstance(effects[-1], ShowResult)
    assert not snapshot(stopped)["preview"]
    failed, effects = play(PaintFailed(state.job.id, Failure("engine-failed", "No.")), state=state)
    assert isinstance(effects[-1], ShowResult)
    painted, _ = play(Painted(state.job.id, "ort:wasm", 1.0, Size(300, 451)), state=state)
    assert not snapshot(painted)["preview"]
    assert not snapshot(failed)["preview"]


def fast_and_fine() -> Ready:
    fine = tuple(replace(model, id=model.id.replace("nc8", "nc16"), width=16) for model in MODELS[:1])
    return Ready((*fine, *MODELS), ENGINES)


def test_one_switch_makes_every_style_fast_or_fine() -> None:
    state, _ = play(fast_and_fine(), PhotoArrived(1, "cat.jpg"), PhotoOpened(1, Size(300, 451)))
    assert (state.paint_settings.style, snapshot(state)["speed"]) == ("waves-nc16", "fine")
    state, effects = play(SettingChanged("speed", "fast"), state=state)
    assert (state.paint_settings.style, snapshot(state)["speed"]) == ("waves-nc8", "fast")
    assert isinstance(effects[0], StartPainting)
    # A style of one width follows no switch, and moves none.
    state, _ = play(SettingChanged("style", "mosaic-nc8"), SettingChanged("speed", "fine"), state=state)
    assert (state.paint_settings.style, snapshot(state)["speed"]) == ("mosaic-nc8", "fine")
    state, _ = play(SettingChanged("style", "waves-nc8"), state=state)
    assert snapshot(state)["speed"] == "fast"


def test_saving_large_paints_at_the_photos_size_and_shows_nothing_else() -> None:
    state, _ = play(READY, PhotoArrived(1, "big.jpg"), PhotoOpened(1, Size(1000, 2000)))
    state = paint_again(state, "waves-nc8")
    assert "2000 × 1000 pixels" in snapshot(state)["large"]
    before = state.result
    state, effects = play(LargeAsked(), state=state)
    (start,) = effects
    assert isinstance(start, StartPainting)
    assert start.job.size == Size(1000, 2000)
    state, effects = play(Painted(start.job.id, "ort:wasm", 4000.0, Size(1000, 2000)), state=state)
    (save,) = effects
    assert isinstance(save, SavePainting)
    assert save.result.size == Size(1000, 2000)
    assert state.result == before
    assert snapshot(state)["state"] == "done"
    assert "Saved at 2000 × 1000" in snapshot(state)["status"]


def test_nothing_larger_is_offered_than_there_is() -> None:
    assert snapshot(done())["large"] is None
    assert play(LargeAsked(), state=with_photo())[1] == []


def test_cancel_stops_and_leaves_the_page_ready() -> None:
    state, effects = play(CancelAsked(), state=painting())
    assert effects == [StopPainting()]
    assert snapshot(state)["state"] == "ready"
    assert snapshot(state)["canRun"]
    state, effects = play(
        StageReached(1, "paint"),
        Painted(1, "ort:wasm", 1.0, Size(1, 1)),
        PaintFailed(1, Failure("x", "y")),
        state=state,
    )
    assert effects == []
    assert snapshot(state)["state"] == "ready"


def test_cancel_with_nothing_to_cancel_changes_nothing() -> None:
    state = done()
    assert update(state, CancelAsked()) == (state, ())


def test_a_bad_photo_loses_nothing() -> None:
    before = done()
    state, _ = play(
        PhotoArrived(2, "notes.txt"), PhotoRefused(2, Failure("photo-unreadable", "No picture.")), state=before
    )
    shown = snapshot(state)
    assert (shown["state"], shown["error"], shown["status"]) == ("error", "photo-unreadable", "No picture.")
    assert state.photo == before.photo
    assert state.result == before.result
    assert shown["canRun"]
    state, _ = play(PaintAsked(), state=state)
    assert snapshot(state)["state"] == "running"
    assert snapshot(state)["error"] is None


def test_a_failed_run_can_be_repeated() -> None:
    state, _ = play(PaintFailed(1, Failure("engine-failed", "Broken.")), state=painting())
    assert snapshot(state)["state"] == "error"
    _, effects = play(PaintAsked(), state=state)
    assert isinstance(effects[0], StartPainting)


LARGE = Size(3000, 4000)


def out_of_memory(size: str, photo: Size = LARGE) -> State:
    state, _ = play(
        READY, PhotoArrived(1, "cat.jpg"), PhotoOpened(1, photo), SettingChanged("size", size), PaintAsked()
    )
    state, _ = play(PaintFailed(1, Failure("out-of-memory", "Too large.")), state=state)
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
    state, effects = play(SmallerAsked(), state=state)
    start, remember = effects
    assert isinstance(start, StartPainting)
    assert max(start.job.size) == int(smaller)
    assert remember == Remember()
    shown = snapshot(state)
    assert (shown["state"], shown["size"], shown["offer"]) == ("running", smaller, None)


def test_what_fails_again_is_offered_smaller_again() -> None:
    state, effects = play(SmallerAsked(), state=out_of_memory("512"))
    assert isinstance(effects[0], StartPainting)
    state, _ = play(PaintFailed(effects[0].job.id, Failure("engine-died", "Gone.")), state=state)
    assert snapshot(state)["offer"] == "Paint at 256 px"


@pytest.mark.parametrize(
    "later",
    [
        SettingChanged("style", "mosaic-nc8"),
        Failed(Failure("paste-empty", "Nothing there.")),
        PhotoArrived(2, "dog.jpg"),
        PaintAsked(),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_offer_does_not_outlive_its_failure(later: Event) -> None:
    state, _ = play(later, state=out_of_memory("512"))
    assert snapshot(state)["offer"] is None
    assert play(SmallerAsked(), state=state) == (state, [])


@pytest.mark.parametrize(
    ("size", "code"), [("128", "out-of-memory"), ("512", "model-unavailable"), ("512", "internal")]
)
def test_nothing_is_offered_that_would_not_help(size: str, code: str) -> None:
    state, _ = play(SettingChanged("size", size), PaintAsked(), state=with_photo())
    state, _ = play(PaintFailed(1, Failure(code, "Broken.")), state=state)
    assert snapshot(state)["state"] == "error"
    assert snapshot(state)["offer"] is None


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
    state, effects = play(SettingChanged(field, value), PaintAsked(), state=with_photo())
    assert effects == []
    assert snapshot(state)["error"] == code
    assert words in snapshot(state)["status"]
    state, effects = play(SettingChanged(field, original), PaintAsked(), state=state)
    assert isinstance(effects[-1], StartPainting)


def test_paint_without_a_photo_says_so() -> None:
    state, effects = play(READY, PaintAsked())
    assert effects == []
    assert snapshot(state)["error"] == "photo-missing"


def test_original_of_a_huge_photo_says_that_it_was_reduced() -> None:
    state, _ = play(
        READY, SettingChanged("size", "original"), PhotoArrived(1, "big.jpg"), PhotoOpened(1, Size(8000, 10_000))
    )
    state, effects = play(PaintAsked(), state=state)
    (start,) = effects
    assert isinstance(start, StartPainting)
    state, _ = play(Painted(start.job.id, "ort:wasm", 9.0, start.job.size), state=state)
    assert "was reduced to" in snapshot(state)["status"]


def test_progress_is_shown_and_then_gone() -> None:
    state, _ = play(StageReached(1, "model", progress=Progress(10, 20)), state=painting())
    assert snapshot(state)["progress"] == {"done": 10, "total": 20}
    state, _ = play(StageReached(1, "paint"), state=state)
    assert snapshot(state)["progress"] is None


def test_a_failure_outside_a_job_is_shown() -> None:
    state, _ = play(Failed(Failure("manifest-invalid", "The list is broken.")))
    assert snapshot(state)["state"] == "error"
    assert snapshot(state)["error"] == "manifest-invalid"


def test_a_finished_painting_is_drawn_with_the_look_of_the_moment() -> None:
    state, effects = play(AdjustmentsChanged(Adjustments(60, True)), state=painting())
    assert effects == [Remember()]
    state, effects = play(Painted(1, "ort:wasm", 1.0, Size(300, 451)), state=state)
    show, forget = effects
    assert isinstance(show, ShowResult)
    assert show.adjustments == Adjustments(60, True)
    assert forget == ForgetResults((1,))
    _, effects = play(AdjustmentsChanged(Adjustments(10)), state=state)
    assert effects == [ShowResult(show.result, Adjustments(10)), Remember()]


def paint_again(state: State, style: str) -> State:
    state, effects = play(SettingChanged("style", style), PaintAsked(), state=state)
    start = effects[-1]
    assert isinstance(start, StartPainting)
    return play(Painted(start.job.id, "ort:wasm", 5.0, start.job.size), state=state)[0]


def test_undo_and_redo_walk_through_the_results() -> None:
    state = paint_again(done(), "mosaic-nc8")
    assert snapshot(state)["canUndo"]
    assert not snapshot(state)["canRedo"]

    state, effects = play(UndoAsked(), state=state)
    assert isinstance(effects[-1], ShowResult)
    assert effects[-1].result.job.paint_settings.style == "waves-nc8"
    assert snapshot(state)["style"] == "waves-nc8"
    assert snapshot(state)["state"] == "done"

    state, _ = play(RedoAsked(), state=state)
    assert snapshot(state)["style"] == "mosaic-nc8"
    assert not snapshot(state)["canRedo"]

    state, _ = play(UndoAsked(), UndoAsked(), state=state)
    assert state.result is None
    assert snapshot(state)["state"] == "ready"
    assert not snapshot(state)["canUndo"]

    # Painting anew ends the redo branch.
    state = paint_again(state, "mosaic-nc8")
    assert not snapshot(state)["canRedo"]


def test_undo_returns_to_the_painting_of_an_earlier_photo() -> None:
    state, _ = play(PhotoArrived(2, "dog.jpg"), PhotoOpened(2, Size(80, 80)), state=done())
    assert state.result is None
    state, effects = play(UndoAsked(), state=state)
    assert isinstance(effects[-1], ShowResult)
    assert state.photo is not None
    assert state.photo.name == "cat.jpg"
    # The photo that was never painted is not lost.
    state, effects = play(RedoAsked(), state=state)
    assert effects == [ShowPhoto(PhotoInfo(2, "dog.jpg", Size(80, 80)))]
    assert snapshot(state)["state"] == "ready"


def test_undo_leads_from_painting_to_painting_and_in_the_end_to_the_bare_photo() -> None:
    state, _ = play(PhotoArrived(2, "dog.jpg"), PhotoOpened(2, Size(80, 80)), state=done())
    state = paint_again(state, "mosaic-nc8")
    state, _ = play(UndoAsked(), state=state)
    assert state.result is not None
    assert state.result.job.photo.name == "cat.jpg"
    state, effects = play(UndoAsked(), state=state)
    assert effects == [ShowPhoto(PhotoInfo(1, "cat.jpg", Size(300, 451)))]
    assert not snapshot(state)["canUndo"]
    assert play(UndoAsked(), state=state) == (state, [])


def test_while_another_photo_opens_the_painting_on_show_is_not_saved_as_its_own() -> None:
    state, _ = play(PhotoArrived(2, "dog.jpg"), state=done())
    assert not snapshot(state)["canDownload"]
    state, _ = play(PhotoRefused(2, Failure("photo-unreadable", "No.")), state=state)
    assert snapshot(state)["canDownload"]


def test_old_results_are_forgotten_when_they_grow_too_many() -> None:
    state, _ = play(
        READY, SettingChanged("size", "original"), PhotoArrived(1, "big.jpg"), PhotoOpened(1, Size(2000, 2000))
    )
    for style in ("mosaic-nc8", "waves-nc8", "mosaic-nc8", "waves-nc8"):
        state = paint_again(state, style)
    # 4 megapixels of the photo, once, and 8 for each result: two fit into 24.
    assert [scene.result and scene.result.job.id for scene in state.past] == [5, 7]


def test_a_sheet_of_every_style() -> None:
    models = ("waves-nc8", "mosaic-nc8", "unknown-nc8")
    state, effects = play(StyleBatchAsked(models), state=with_photo())
    assert effects == [StartStyleBatch(StyleBatch(1, ("waves-nc8", "mosaic-nc8")))]
    assert snapshot(state)["state"] == "running"
    assert snapshot(state)["canCancel"]
    state, _ = play(ThumbnailPainted(1), state=state)
    assert snapshot(state)["progress"] == {"done": 1, "total": 2}
    assert snapshot(state)["tiles"] == ["waves-nc8"]
    state, _ = play(ThumbnailPainted(1), StyleBatchEnded(1), state=state)
    assert snapshot(state)["state"] == "ready"
    assert "choose one" in snapshot(state)["status"]
    assert snapshot(state)["tiles"] == ["waves-nc8", "mosaic-nc8"]


def test_the_tiles_of_another_photo_are_not_shown() -> None:
    state, _ = play(StyleBatchAsked(("waves-nc8",)), ThumbnailPainted(1), StyleBatchEnded(1), state=with_photo())
    state, _ = play(PhotoArrived(2, "dog.jpg"), PhotoOpened(2, Size(80, 80)), state=state)
    assert snapshot(state)["tiles"] == []
    back, _ = play(UndoAsked(), state=state)
    assert snapshot(back)["tiles"] == ["waves-nc8"]
    state, _ = play(StyleBatchAsked(("waves-nc8", "mosaic-nc8")), ThumbnailPainted(2), CancelAsked(), state=state)
    assert snapshot(state)["tiles"] == ["waves-nc8"]


def test_the_welcome_gives_way_to_a_photo() -> None:
    state, _ = play(replace(READY, first_visit=True))
    assert snapshot(state)["welcome"]
    state, _ = play(PhotoArrived(1, "cat.jpg"), state=state)
    assert not snapshot(state)["welcome"]
    state, _ = play(PhotoRefused(1, Failure("photo-unreadable", "No.")), state=state)
    assert snapshot(state)["welcome"]


def test_a_sheet_gives_way_to_a_painting_and_can_be_cancelled() -> None:
    state, _ = play(StyleBatchAsked(("waves-nc8",)), state=with_photo())
    painting_now, effects = play(PaintAsked(), state=state)
    assert effects[0] == StopPainting()
    assert painting_now.batch is None
    cancelled, effects = play(CancelAsked(), ThumbnailPainted(1), StyleBatchEnded(1, Failure("x", "y")), state=state)
    assert effects == [StopPainting()]
    assert snapshot(cancelled)["state"] == "ready"


def test_a_sheet_needs_a_photo() -> None:
    state, effects = play(READY, StyleBatchAsked(("waves-nc8",)))
    assert effects == []
    assert snapshot(state)["error"] == "photo-missing"


def test_a_model_of_ones_own_joins_and_leaves_the_gallery() -> None:
    own = replace(MODELS[0], id="own-1", title="Grandma")
    state, effects = play(OwnModelAdded(own), state=with_photo())
    assert effects == [Remember()]
    assert snapshot(state)["style"] == "own-1"
    assert snapshot(state)["ownModels"] == [{"id": "own-1", "title": "Grandma"}]
    state, effects = play(OwnModelRemoved("own-1"), state=state)
    assert effects == [ForgetModel("own-1"), Remember()]
    assert snapshot(state)["style"] == "waves-nc8"
    assert snapshot(state)["ownModels"] == []
    assert play(OwnModelRemoved("waves-nc8"), state=state) == (state, [])


def test_what_the_browser_could_not_keep_is_not_said_to_be_kept() -> None:
    own = replace(MODELS[0], id="own-1", title="Grandma")
    assert "kept in this browser" in snapshot(play(OwnModelAdded(own), state=with_photo())[0])["status"]
    told = snapshot(play(OwnModelAdded(own, kept=False), state=with_photo())[0])["status"]
    assert "for this visit" in told
    assert "is kept" not in told


def test_a_trial_of_a_model_can_be_stopped_and_its_late_end_is_not_told() -> None:
    state, effects = play(OwnModelOffered("big.onnx"), state=with_photo())
    assert effects == []
    shown = snapshot(state)
    assert (shown["state"], shown["canCancel"], shown["canRun"]) == ("running", True, True)
    assert "big.onnx" in shown["status"]
    stopped, effects = play(CancelAsked(), state=state)
    assert effects == [StopTrial()]
    assert snapshot(stopped)["state"] == "ready"
    assert play(OwnModelRefused(Failure("own-model-unfit", "No.")), state=stopped) == (stopped, [])
    refused, _ = play(OwnModelRefused(Failure("own-model-unfit", "No.")), state=state)
    assert (snapshot(refused)["state"], snapshot(refused)["canCancel"]) == ("error", False)


def test_a_late_result_of_an_older_job_is_not_taken_for_the_present_one() -> None:
    restarted, _ = play(SettingChanged("style", "mosaic-nc8"), state=painting())
    assert restarted.job is not None
    assert restarted.job.id == 2
    late = (
        StageReached(1, "finish"),
        Painted(1, "ort:wasm", 1.0, Size(300, 451)),
        PaintFailed(1, Failure("engine-failed", "Broken.")),
    )
    assert play(*late, state=restarted) == (restarted, [])


def test_a_panorama_says_what_size_it_will_have() -> None:
    state, _ = play(READY, PhotoArrived(1, "alps.jpg"), PhotoOpened(1, Size(1000, 8000)))
    assert "Painted, it will be 512 × 64." in snapshot(state)["status"]
    state, _ = play(SettingChanged("size", "original"), state=state)
    assert "Painted, it will be" not in snapshot(state)["status"]
    state, _ = play(READY, PhotoArrived(1, "cat.jpg"), PhotoOpened(1, Size(3000, 4000)))
    assert "Painted, it will be" not in snapshot(state)["status"]
