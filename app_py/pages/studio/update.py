"""The reducer: `update(state, event)` is pure, and the only place where the page's state changes."""

from dataclasses import replace

from app_py.i18n import tr
from app_py.pages.studio.events import (
    AdjustmentsChanged,
    CancelAsked,
    Copied,
    Event,
    Failed,
    LargeAsked,
    MixChanged,
    OpenPhoto,
    OwnModelAdded,
    OwnModelOffered,
    OwnModelRefused,
    OwnModelRemoved,
    OwnStyleAdded,
    PaintAsked,
    Painted,
    PaintFailed,
    PhotoArrived,
    PhotoOpened,
    PhotoRefused,
    QueueAsked,
    QueueEnded,
    QueuePhotoAdded,
    QueuePhotoPainted,
    Ready,
    RedoAsked,
    Remember,
    Saved,
    SavingChanged,
    SessionKept,
    SessionRestored,
    SettingChanged,
    SmallerAsked,
    StageReached,
    StopTrial,
    StyleBatchAsked,
    StyleBatchEnded,
    StyleReading,
    StyleRenamed,
    ThumbnailPainted,
    UndoAsked,
    Welcomed,
)
from app_py.pages.studio.sentences import short_name
from app_py.pages.studio.state import Failure, PaintSettings, PhotoInfo, Scene, State
from app_py.pages.studio.update_gallery import (
    on_model_added,
    on_model_offered,
    on_model_refused,
    on_model_removed,
    on_sheet_asked,
    on_sheet_ended,
    on_tile_painted,
)
from app_py.pages.studio.update_mix import (
    on_mix_changed,
    on_own_style_added,
    on_strength_changed,
    on_style_reading,
    on_style_renamed,
)
from app_py.pages.studio.update_queue import (
    on_queue_asked,
    on_queue_ended,
    on_queue_photo_added,
    on_queue_photo_painted,
)
from app_py.pages.studio.update_results import on_looked, on_painted, on_redo, on_saving_wished, on_undo, put_on_show
from app_py.pages.studio.update_session import on_saved, on_session_kept, on_session_restored
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
from app_py.styles.speeds import FINE, SPEEDS


def update(state: State, event: Event) -> Next:  # noqa: C901 - a table of events, a line each
    """The next state and what must be done. Pure: no clock, no chance, no input or output."""
    match event:
        case Ready():
            return _on_ready(state, event)
        case Welcomed():
            return replace(state, welcome=False), (Remember(),)
        case PhotoArrived():
            return _on_photo_arrived(state, event)
        case PhotoOpened():
            return _on_photo_opened(state, event)
        case PhotoRefused():
            return _on_photo_refused(state, event)
        case SettingChanged():
            return on_setting_changed(state, event)
        case PaintAsked():
            return _on_paint_asked(state)
        case LargeAsked():
            return on_large_asked(state)
        case SmallerAsked():
            return _on_smaller_asked(state)
        case CancelAsked():
            return _on_cancel_asked(state)
        case StageReached():
            return _on_stage_reached(state, event)
        case Painted():
            return on_painted(state, event)
        case PaintFailed():
            return _on_paint_failed(state, event)
        case AdjustmentsChanged():
            return on_strength_changed(state, event) or on_looked(state, event)
        case SavingChanged():
            return on_saving_wished(state, event)
        case Copied():
            return speak(state, tr("The painting is in the clipboard.")), ()
        case UndoAsked():
            return on_undo(state)
        case RedoAsked():
            return on_redo(state)
        case StyleBatchAsked():
            return on_sheet_asked(state, event)
        case ThumbnailPainted():
            return on_tile_painted(state, event)
        case StyleBatchEnded():
            return on_sheet_ended(state, event)
        case QueuePhotoAdded():
            return on_queue_photo_added(state, event)
        case QueueAsked():
            return on_queue_asked(state, event)
        case QueuePhotoPainted():
            return on_queue_photo_painted(state, event)
        case QueueEnded():
            return on_queue_ended(state, event)
        case SessionKept():
            return on_session_kept(state, event)
        case SessionRestored():
            return on_session_restored(state, event)
        case Saved():
            return on_saved(state, event)
        case OwnModelOffered():
            return on_model_offered(state, event)
        case OwnModelRefused():
            return on_model_refused(state, event)
        case OwnModelAdded():
            return on_model_added(state, event)
        case OwnModelRemoved():
            return on_model_removed(state, event)
        case StyleReading():
            return on_style_reading(state, event)
        case OwnStyleAdded():
            return on_own_style_added(state, event)
        case StyleRenamed():
            return on_style_renamed(state, event)
        case MixChanged():
            return on_mix_changed(state, event)
        case Failed():
            return fail(state, event.failure), ()


def _on_ready(state: State, event: Ready) -> Next:
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
    return speak(state, tr("Choose a photo to paint.")), ()


def _on_photo_arrived(state: State, event: PhotoArrived) -> Next:
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


def _on_photo_opened(state: State, event: PhotoOpened) -> Next:
    if event.token != state.opening:
        return state, ()
    photo = PhotoInfo(event.token, state.opening_name, event.size, event.notes)
    state, effects = put_on_show(replace(state, opening=None), Scene(photo))
    if state.paint_when_open:
        state, more = start(replace(state, paint_when_open=False))
        return state, (*effects, *more)
    return speak(state, photo_sentence(photo, state.paint_settings)), effects


def _on_photo_refused(state: State, event: PhotoRefused) -> Next:
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


def _on_stage_reached(state: State, event: StageReached) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    job = replace(state.job, stage=event.stage, engine=event.engine or state.job.engine)
    return replace(state, job=job, sentence=stage_sentence(state, job), progress=event.progress), ()


def _on_paint_failed(state: State, event: PaintFailed) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    failed = replace(fail(state, with_offer(event.failure, state.job)), job=None)
    return failed, without_preview(state)
