"""The whole reducer: `update(state, event)`, what `update.py` does and what the live camera changes about it."""

from dataclasses import replace

from app_py.engines.choice_reasons import name_of
from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.effects import Remember, ShowResult, StartLive, StopLive, TakeLivePicture, TuneLive
from app_py.pages.studio.mixture import style_of
from app_py.pages.studio.sentences import stage_words, video_sentence
from app_py.pages.studio.state import Job, Live, Result, Scene, State
from app_py.pages.studio.update import update as update_still
from app_py.pages.studio.update_history import put_on_show
from app_py.pages.studio.update_steps import Next, drop_work, fail, speak

ENDS_LIVE = (
    *(
        events.PaintAsked,
        events.SmallerAsked,
        events.LargeAsked,
        events.QueueAsked,
        events.QueuePhotoAdded,
        events.PhotoArrived,
        events.StyleBatchAsked,
    ),
    *(events.UndoAsked, events.RedoAsked),
)
"""What needs the engine, or the place where the picture is shown."""

WISHES = (
    events.SettingChanged,
    events.MixChanged,
    events.AdjustmentsChanged,
    events.OwnModelAdded,
    events.OwnStyleAdded,
    events.OwnModelRemoved,
)
"""What may change the style, the engine, the size or the look."""


def update(state: State, event: events.Event | events.LiveEvent) -> Next:
    """The next state and what must be done. Pure: no clock, no chance, no input or output."""
    if isinstance(event, events.LiveEvent):
        return _update_live(state, event)
    live = state.live
    if live is None:
        return update_still(state, event)
    if isinstance(event, events.CancelAsked):
        return _on_stopped(state)
    if isinstance(event, ENDS_LIVE):
        state, effects = update_still(replace(state, live=None), event)
        return state, (StopLive(), *effects)
    if isinstance(event, WISHES):
        return _on_wish(state, live, event)
    return update_still(state, event)


def _on_wish(state: State, live: Live, event: events.Event) -> Next:
    """What is painted, or how, is to be another: for the camera, and not for the photo that was there before."""
    before = state
    state, effects = update_still(replace(state, past=(), future=(), opening=None), event)
    state = replace(state, past=before.past, future=before.future, opening=before.opening)
    if state.failure is not None and state.failure != before.failure:
        if not isinstance(event, events.SettingChanged):
            return state, effects
        return replace(state, live=None), (*effects, StopLive())
    if _connection(state) != _connection(before):
        state, more = _open(state, replace(live, id=state.last_id + 1, open=False))
        return state, (*effects, *more)
    if state.paint_settings.size != before.paint_settings.size and not live.video:
        live = replace(live, longest_px=state.paint_settings.longest_px)
    said = (
        state.sentence if isinstance(event, events.OwnStyleAdded) else _sentence(live) if live.open else before.sentence
    )
    state = speak(replace(state, live=live), said)
    tuned = (state.paint_settings, state.adjustments) != (before.paint_settings, before.adjustments)
    return state, (*effects, TuneLive()) if tuned else effects


def _connection(state: State) -> tuple[object, str]:
    """What page and engine are connected for: the network, of which styles may be many, and the engine."""
    style = style_of(state, state.paint_settings)
    return style and style.model, state.paint_settings.engine


def _update_live(state: State, event: events.LiveEvent) -> Next:
    live = state.live
    match event:
        case events.LiveAsked(camera, video):
            state, effects = drop_work(replace(state, paint_when_open=False, opening=None))
            live = Live(state.last_id + 1, camera, longest_px=max(camera) if video else None, video=video)
            state, more = _open(state, live)
            return state, (*effects, *more)
        case events.LiveStopped(0):
            return _on_stopped(state) if live else (state, ())
        case events.LiveStopped(painted, notes, saved):
            state = replace(state, live=None)
            # Why it ended early is said already.
            return (state if state.failure else speak(state, video_sentence(painted, notes, saved))), (StopLive(),)
        case events.SteadyChanged(steady):
            return replace(state, steady=steady), (TuneLive(), Remember()) if live else (Remember(),)
        case events.LivePictureAsked():
            return (state, (TakeLivePicture(live),)) if live and live.open else (state, ())
    if live is None or event.live_id != live.id:
        return state, ()
    match event:
        case events.LiveOpened(_, engine, size):
            live = replace(live, open=True, engine=engine, size=size)
            return speak(replace(state, live=live), _sentence(live)), ()
        case events.LivePainted(_, fps, size):
            # Whatever else was said last, of a picture that is kept, say, is not to go at once.
            says_size = state.sentence == _sentence(live)
            live = replace(live, fps=fps, size=size)
            state = replace(state, live=live)
            return (speak(state, _sentence(live)) if says_size else state), ()
        case events.LivePictureTaken():
            return _on_picture(state, live, event)
        case events.LiveFailed(_, failure, again):
            if again:
                return _open(state, replace(live, id=state.last_id + 1, open=False))
            return fail(replace(state, live=None), failure), (StopLive(),)


def _open(state: State, live: Live) -> Next:
    state = replace(state, live=live, last_id=live.id, progress=None)
    return speak(state, stage_words("engine")), (StartLive(live),)


def _on_stopped(state: State) -> Next:
    # The look may be another than it was when the painting was last on show.
    shown = (ShowResult(state.result, state.adjustments),) if state.result else ()
    if state.live is not None and state.live.video:
        said = tr("Stopped; what was painted so far is put together.")
    else:
        said = tr("The camera is off.") if state.photo else tr("The camera is off. Choose a photo to paint.")
    return speak(replace(state, live=None), said), (StopLive(), *shown)


def _on_picture(state: State, live: Live, event: events.LivePictureTaken) -> Next:
    job = Job(state.last_id + 1, event.photo, state.paint_settings)
    result = Result(job, live.engine, event.run_ms, event.photo.size)
    state, effects = put_on_show(replace(state, last_id=job.id), Scene(event.photo, result))
    return speak(state, tr("The picture is kept: you find it here when the camera is off.")), effects


def _sentence(live: Live) -> str:
    size = live.size or live.camera
    if live.video:
        return tr(
            "Painting the video with {engine}, {width} × {height}.",
            engine=name_of(live.engine),
            width=size.width,
            height=size.height,
        )
    return tr(
        "Painting live with {engine}, {width} × {height}.",
        engine=name_of(live.engine),
        width=size.width,
        height=size.height,
    )
