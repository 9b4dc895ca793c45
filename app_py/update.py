"""The reducer: `update(state, event)` is pure, and the only place where the page's state changes."""

from dataclasses import replace

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
from app_py.sizing import painted_size
from app_py.state import AUTO, ORIGINAL, SIZES_PX, Failure, Job, PhotoInfo, Result, State, Wish
from app_py.words import say

Next = tuple[State, tuple[Effect, ...]]


def update(state: State, event: Event) -> Next:
    """The next state and what must be done. Pure: no clock, no chance, no input or output."""
    match event:
        case Ready():
            return _on_ready(state, event)
        case PhotoArrived():
            return _on_photo_arrived(state, event)
        case PhotoOpened():
            return _on_photo_opened(state, event)
        case PhotoRefused():
            return _on_photo_refused(state, event)
        case Wished():
            return _on_wished(state, event)
        case PaintAsked():
            return _on_paint_asked(state)
        case CancelAsked():
            return _on_cancel_asked(state)
        case StageReached():
            return _on_stage_reached(state, event)
        case Painted():
            return _on_painted(state, event)
        case PaintFailed():
            return _on_paint_failed(state, event)
        case Failed():
            return replace(state, failure=event.failure, sentence=event.failure.sentence, progress=None), ()


def _on_ready(state: State, event: Ready) -> Next:
    wish = replace(state.wish, style=state.wish.style or event.models[0].id)
    state = replace(state, ready=True, models=event.models, engines=event.engines, wish=wish, progress=None)
    return _say(state, say("choose-photo")), ()


def _on_photo_arrived(state: State, event: PhotoArrived) -> Next:
    # A photo dropped while another is painted wins: the old job ends and the new photo is painted in its place.
    state, effects = _drop_job(state)
    state = replace(
        state,
        opening=event.token,
        opening_name=event.name,
        paint_when_open=state.paint_when_open or bool(effects),
    )
    return _say(state, say("opening", name=event.name)), (*effects, OpenPhoto(event.token))


def _on_photo_opened(state: State, event: PhotoOpened) -> Next:
    if event.token != state.opening:
        return state, ()
    photo = PhotoInfo(event.token, state.opening_name, event.size)
    state = replace(state, photo=photo, opening=None, result=None)
    if state.paint_when_open:
        return _start(replace(state, paint_when_open=False))
    sentence = say("photo-ready", name=photo.name, width=photo.size.width, height=photo.size.height)
    return _say(state, sentence), ()


def _on_photo_refused(state: State, event: PhotoRefused) -> Next:
    if event.token != state.opening:
        return state, ()
    return replace(_fail(state, event.failure), opening=None, paint_when_open=False), ()


def _on_wished(state: State, event: Wished) -> Next:
    wish = _with(state.wish, event)
    if wish == state.wish:
        return state, ()
    state = replace(state, wish=wish)
    if (refusal := _refusal(state)) is not None:
        state, effects = _drop_job(state)
        return _fail(state, refusal), effects
    if state.job is not None:
        return _start(state)
    if state.opening is not None:
        return state, ()
    if state.photo is None:
        return _say(state, say("choose-photo")), ()
    return _say(state, say("settings-changed") if state.result else _photo_sentence(state.photo)), ()


def _with(wish: Wish, event: Wished) -> Wish:
    match event.field:
        case "style":
            return replace(wish, style=event.value)
        case "engine":
            return replace(wish, engine=event.value)
        case _:
            return replace(wish, size=event.value)


def _refusal(state: State) -> Failure | None:
    """Why the wish cannot be granted here, whatever the photo. An address can wish for what no control offers."""
    wish = state.wish
    if state.model(wish.style) is None:
        return Failure("style-unknown", f"There is no style called “{wish.style}” here. Choose one of those shown.")
    if wish.size != ORIGINAL and wish.size not in map(str, SIZES_PX):
        sizes = ", ".join(map(str, SIZES_PX))
        sentence = f"“{wish.size}” is not a size this page paints; it knows {sizes} and {ORIGINAL}."
        return Failure("size-unknown", sentence)
    if wish.engine == AUTO:
        return None
    engine = next((info for info in state.engines if info.id == wish.engine), None)
    if engine is None:
        return Failure("engine-unknown", f"There is no engine called “{wish.engine}” here. Choose another.")
    if not engine.usable:
        sentence = f"{say('engine-' + engine.id)} cannot run here: {engine.why} Choose another engine."
        return Failure("engine-unavailable", sentence)
    return None


def _on_paint_asked(state: State) -> Next:
    if state.opening is not None:
        return _say(replace(state, paint_when_open=True), say("photo-waiting")), ()
    if state.photo is None:
        return _fail(state, Failure("photo-missing", "There is no photo yet. Choose one, then paint.")), ()
    return _start(state)


def _on_cancel_asked(state: State) -> Next:
    if state.job is None and not state.paint_when_open:
        return state, ()
    state, effects = _drop_job(state)
    return _say(replace(state, paint_when_open=False), say("cancelled")), effects


def _on_stage_reached(state: State, event: StageReached) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    job = replace(state.job, stage=event.stage, engine=event.engine or state.job.engine)
    return replace(state, job=job, sentence=_stage_sentence(state, job), progress=event.progress), ()


def _on_painted(state: State, event: Painted) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    result = Result(state.job, event.engine, event.run_ms, event.size, event.notes)
    return _say(replace(state, job=None, result=result, progress=None), _result_sentence(result)), ()


def _on_paint_failed(state: State, event: PaintFailed) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    return replace(_fail(state, event.failure), job=None), ()


def _start(state: State) -> Next:
    photo = state.photo
    if photo is None:
        return state, ()
    state, effects = _drop_job(state)
    if (refusal := _refusal(state)) is not None:
        return _fail(state, refusal), effects
    job = Job(state.last_id + 1, photo, state.wish)
    state = replace(state, job=job, last_id=job.id, failure=None, progress=None)
    return replace(state, sentence=_stage_sentence(state, job)), (*effects, StartPainting(job))


def _drop_job(state: State) -> Next:
    if state.job is None:
        return state, ()
    return replace(state, job=None, progress=None), (StopPainting(state.job.id),)


def _say(state: State, sentence: str) -> State:
    return replace(state, sentence=sentence, failure=None)


def _fail(state: State, failure: Failure) -> State:
    return replace(state, failure=failure, sentence=failure.sentence, progress=None)


def _photo_sentence(photo: PhotoInfo) -> str:
    return say("photo-ready", name=photo.name, width=photo.size.width, height=photo.size.height)


def _stage_sentence(state: State, job: Job) -> str:
    model = state.model(job.wish.style)
    return say(
        f"stage-{job.stage}",
        title=model.title if model else job.wish.style,
        engine=say(f"engine-{job.engine}") if job.engine else "",
        width=job.size.width,
        height=job.size.height,
    )


def _result_sentence(result: Result) -> str:
    asked = painted_size(result.job.photo.size, result.job.wish.longest_px, max_pixels=result.job.photo.size.pixels)
    sentence = say(
        "done" if asked == result.size else "done-reduced",
        seconds=f"{result.run_ms / 1000:.1f}",
        engine=say(f"engine-{result.engine}"),
        width=result.size.width,
        height=result.size.height,
    )
    return " ".join((sentence, *result.notes))
