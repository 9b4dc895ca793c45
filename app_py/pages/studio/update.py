"""The reducer: `update(state, event)` is pure, and the only place where the page's state changes."""

from dataclasses import replace

from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.effects import OpenPhoto, Remember, StopTrial
from app_py.pages.studio.mixture import as_strong_as_asked
from app_py.pages.studio.sentences import short_name
from app_py.pages.studio.state import Failure, PaintSettings, PhotoInfo, Scene, State
from app_py.pages.studio.update_history import on_redo, on_undo, put_on_show
from app_py.pages.studio.update_mix import on_mix_changed, on_strength_changed
from app_py.pages.studio.update_own_styles import update_own_styles
from app_py.pages.studio.update_queue import update_queue
from app_py.pages.studio.update_results import on_looked, on_painted, on_saving_wished
from app_py.pages.studio.update_session import update_session
from app_py.pages.studio.update_settings import on_large_asked, on_setting_changed, refusal_of_settings, start
from app_py.pages.studio.update_steps import (
    Next,
    drop_work,
    fail,
    photo_sentence,
    speak,
    stage_sentence,
    with_offer,
    without_preview,
)
from app_py.pages.studio.update_style_batch import update_style_batch
from app_py.styles.speeds import FINE, SPEEDS


def update(state: State, event: events.Event) -> Next:  # noqa: C901 - a table of events, a line each
    """The next state and what must be done. Pure: no clock, no chance, no input or output."""
    if isinstance(event, events.StyleBatchEvent):
        return update_style_batch(state, event)
    if isinstance(event, events.OwnStyleEvent):
        return update_own_styles(state, event)
    if isinstance(event, events.QueueEvent):
        return update_queue(state, event)
    if isinstance(event, events.SessionEvent):
        return update_session(state, event)
    match event:
        case events.Ready():
            return _on_ready(state, event)
        case events.Welcomed():
            return replace(state, welcome=False), (Remember(),)
        case events.PhotoArrived():
            return _on_photo_arrived(state, event)
        case events.PhotoOpened():
            return _on_photo_opened(state, event)
        case events.PhotoRefused():
            return _on_photo_refused(state, event)
        case events.SettingChanged():
            return on_setting_changed(state, event)
        case events.PaintAsked():
            return _on_paint_asked(state)
        case events.LargeAsked():
            return on_large_asked(state)
        case events.SmallerAsked():
            return _on_smaller_asked(state)
        case events.CancelAsked():
            return _on_cancel_asked(state)
        case events.StageReached():
            return _on_stage_reached(state, event)
        case events.Painted():
            return on_painted(state, event)
        case events.PaintFailed():
            return _on_paint_failed(state, event)
        case events.AdjustmentsChanged():
            return on_strength_changed(state, event) or on_looked(state, event)
        case events.SavingChanged():
            return on_saving_wished(state, event)
        case events.Copied():
            return speak(state, tr("The painting is in the clipboard.")), ()
        case events.UndoAsked():
            return on_undo(state)
        case events.RedoAsked():
            return on_redo(state)
        case events.MixChanged():
            return on_mix_changed(state, event)
        case events.Failed():
            return fail(state, event.failure), ()


def _on_ready(state: State, event: events.Ready) -> Next:
    remembered = event.remembered
    known = {model.id for model in event.models}
    style = remembered.paint_settings.style if remembered.paint_settings.style in known else event.models[0].id
    state = replace(
        state,
        ready=True,
        models=event.models,
        engines=event.engines,
        paint_settings=replace(remembered.paint_settings, style=style),
        adjustments=remembered.adjustments,
        speed=remembered.speed if remembered.speed in SPEEDS else FINE,
        saving=remembered.saving,
        steady=remembered.steady,
        own_models=remembered.own_models,
        welcome=event.first_visit,
        kept=event.kept,
        progress=None,
    )
    if refusal_of_settings(state) is not None:
        # What was remembered no longer fits this browser: begin afresh rather than with an error nobody asked for.
        state = replace(state, paint_settings=PaintSettings(style=style))
    state = replace(state, paint_settings=as_strong_as_asked(state, state.paint_settings))
    return speak(state, tr("Choose a photo to paint.")), ()


def _on_photo_arrived(state: State, event: events.PhotoArrived) -> Next:
    # A photo dropped while another is painted wins: the old job ends and the new photo is painted in its place.
    was_painting = state.job is not None
    state, effects = drop_work(state)
    state = replace(
        state,
        opening=event.token,
        opening_name=event.name,
        paint_when_open=state.paint_when_open or was_painting,
    )
    return speak(state, tr("Opening {name} …", name=short_name(event.name))), (*effects, OpenPhoto(event.token))


def _on_photo_opened(state: State, event: events.PhotoOpened) -> Next:
    if event.token != state.opening:
        return state, ()
    photo = PhotoInfo(event.token, state.opening_name, event.size, event.notes)
    state, effects = put_on_show(replace(state, opening=None), Scene(photo))
    if state.paint_when_open:
        state, more = start(replace(state, paint_when_open=False))
        return state, (*effects, *more)
    return speak(state, photo_sentence(photo, state.paint_settings)), effects


def _on_photo_refused(state: State, event: events.PhotoRefused) -> Next:
    if event.token != state.opening:
        return state, ()
    return replace(fail(state, event.failure), opening=None, paint_when_open=False), ()


def _on_paint_asked(state: State) -> Next:
    if state.opening is not None:
        return speak(replace(state, paint_when_open=True), tr("Your photo will be painted as soon as it is open.")), ()
    if state.photo is None:
        return fail(state, Failure("photo-missing", tr("There is no photo yet. Choose one, then paint."))), ()
    return start(state)


def _on_smaller_asked(state: State) -> Next:
    smaller_px = state.failure.smaller_px if state.failure else None
    if smaller_px is None:
        return state, ()
    state, effects = start(replace(state, paint_settings=replace(state.paint_settings, size=str(smaller_px))))
    return state, (*effects, Remember())


def _on_cancel_asked(state: State) -> Next:
    if not state.is_busy and not state.paint_when_open and not state.on_trial:
        return state, ()
    trial = (StopTrial(),) if state.on_trial else ()
    state, effects = drop_work(state)
    state, effects = replace(state, paint_when_open=False, on_trial=""), (*effects, *trial)
    return speak(state, tr("Stopped. Nothing was lost: paint again when you like.")), effects


def _on_stage_reached(state: State, event: events.StageReached) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    job = replace(state.job, stage=event.stage, engine=event.engine or state.job.engine)
    return replace(state, job=job, sentence=stage_sentence(state, job), progress=event.progress), ()


def _on_paint_failed(state: State, event: events.PaintFailed) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    failed = replace(fail(state, with_offer(event.failure, state.job)), job=None)
    return failed, without_preview(state)
