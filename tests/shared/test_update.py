"""The reducer: what a person does, in any order, and what the page then shows and does."""

from dataclasses import replace

import pytest

from app_py.events import (
    CancelAsked,
    Effect,
    Event,
    Failed,
    OpenPhoto,
    PaintAsked,
    Painted,
    PaintFailed,
    PhotoArrived,
    PhotoOpened,
    PhotoRefused,
    Ready,
    StageReached,
    StartPainting,
    StopPainting,
    Wished,
)
from app_py.manifest import FileSpec, ModelSpec
from app_py.sizing import Size
from app_py.snapshot import snapshot
from app_py.state import EngineInfo, Failure, Progress, State
from app_py.update import update

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

    state, effects = play(PhotoArrived(1, "cat.jpg"), PhotoOpened(1, Size(300, 451)), state=state)
    assert effects == [OpenPhoto(1)]
    assert snapshot(state)["canRun"]
    assert "451 × 300" in snapshot(state)["status"]

    state, effects = play(PaintAsked(), state=state)
    (start,) = effects
    assert isinstance(start, StartPainting)
    assert start.job.size == Size(300, 451)
    assert snapshot(state)["state"] == "running"
    assert snapshot(state)["canCancel"]

    state, _ = play(StageReached(start.job.id, "paint", "ort:wasm"), state=state)
    assert "Painting 451 × 300 in Waves with onnxruntime-web" in snapshot(state)["status"]

    state, _ = play(Painted(start.job.id, "ort:wasm", 1234.0, Size(300, 451)), state=state)
    shown = snapshot(state)
    assert shown["state"] == "done"
    assert shown["result"] == {"engine": "ort:wasm", "runMs": 1234.0, "width": 451, "height": 300, "style": "waves-nc8"}
    assert "1.2 s" in shown["status"]
    assert shown["canDownload"]


def test_a_wish_made_before_python_was_ready_is_kept() -> None:
    state, _ = play(replace(READY), state=replace(State(), wish=replace(State().wish, style="mosaic-nc8")))
    assert snapshot(state)["style"] == "mosaic-nc8"


def test_paint_asked_while_the_photo_opens_is_done_when_it_is_open() -> None:
    state, effects = play(READY, PhotoArrived(1, "a.jpg"), PaintAsked())
    assert effects == [OpenPhoto(1)]
    assert snapshot(state)["state"] == "running"
    _, effects = play(PhotoOpened(1, Size(90, 90)), state=state)
    assert isinstance(effects[0], StartPainting)


def test_a_photo_dropped_during_a_run_wins() -> None:
    running = painting()
    state, effects = play(PhotoArrived(2, "dog.jpg"), state=running)
    assert effects == [StopPainting(1), OpenPhoto(2)]
    # The first one's result comes too late and is never shown.
    state, effects = play(Painted(1, "ort:wasm", 1.0, Size(300, 451)), state=state)
    assert state.result is None
    assert effects == []
    state, effects = play(PhotoOpened(2, Size(200, 100)), state=state)
    (start,) = effects
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
    state, effects = play(Wished(field, value), state=painting())
    stop, start = effects
    assert stop == StopPainting(1)
    assert isinstance(start, StartPainting)
    assert getattr(start.job.wish, field) == value
    assert state.job == start.job


def test_a_changed_wish_after_a_painting_asks_to_paint_again() -> None:
    state, effects = play(Wished("style", "mosaic-nc8"), state=done())
    assert effects == []
    assert snapshot(state)["state"] == "ready"
    assert "Paint again" in snapshot(state)["status"]
    assert snapshot(state)["canDownload"]


def test_cancel_stops_and_leaves_the_page_ready() -> None:
    state, effects = play(CancelAsked(), state=painting())
    assert effects == [StopPainting(1)]
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
    original = getattr(with_photo().wish, field)
    state, effects = play(Wished(field, value), PaintAsked(), state=with_photo())
    assert effects == []
    assert snapshot(state)["error"] == code
    assert words in snapshot(state)["status"]
    state, effects = play(Wished(field, original), PaintAsked(), state=state)
    assert isinstance(effects[-1], StartPainting)


def test_paint_without_a_photo_says_so() -> None:
    state, effects = play(READY, PaintAsked())
    assert effects == []
    assert snapshot(state)["error"] == "photo-missing"


def test_original_of_a_huge_photo_says_that_it_was_reduced() -> None:
    state, _ = play(READY, Wished("size", "original"), PhotoArrived(1, "big.jpg"), PhotoOpened(1, Size(5000, 8000)))
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
