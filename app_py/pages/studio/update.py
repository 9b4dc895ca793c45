"""The reducer: `update(state, event)` is pure, and the only place where the page's state changes."""

from dataclasses import replace

from app_py.i18n import tr, translated
from app_py.pages.studio.events import (
    AdjustmentsChanged,
    CancelAsked,
    Copied,
    Event,
    Failed,
    OpenPhoto,
    OwnModelAdded,
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
    SavingChanged,
    SettingChanged,
    SmallerAsked,
    StageReached,
    StartPainting,
    StyleBatchAsked,
    StyleBatchEnded,
    ThumbnailPainted,
    UndoAsked,
    Welcomed,
)
from app_py.pages.studio.sentences import engine_name, short_name
from app_py.pages.studio.state import AUTO, ORIGINAL, SIZES_PX, Failure, Job, PaintSettings, PhotoInfo, Scene, State
from app_py.pages.studio.update_gallery import (
    on_model_added,
    on_model_removed,
    on_sheet_asked,
    on_sheet_ended,
    on_tile_painted,
)
from app_py.pages.studio.update_results import on_looked, on_painted, on_redo, on_saving_wished, on_undo, put_on_show
from app_py.pages.studio.update_steps import Next, drop_work, fail, photo_sentence, speak, stage_sentence, with_offer


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
            return _on_wished(state, event)
        case PaintAsked():
            return _on_paint_asked(state)
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
            return on_looked(state, event)
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
        case OwnModelAdded():
            return on_model_added(state, event)
        case OwnModelRemoved():
            return on_model_removed(state, event)
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
        saving=remembered.saving,
        own_models=remembered.own_models,
        welcome=event.first_visit,
        progress=None,
    )
    if _refusal(state) is not None:
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
        state, more = _start(replace(state, paint_when_open=False))
        return state, (*effects, *more)
    return speak(state, photo_sentence(photo)), effects


def _on_photo_refused(state: State, event: PhotoRefused) -> Next:
    if event.token != state.opening:
        return state, ()
    return replace(fail(state, event.failure), opening=None, paint_when_open=False), ()


def _on_wished(state: State, event: SettingChanged) -> Next:
    paint_settings = _with(state.paint_settings, event)
    if paint_settings == state.paint_settings:
        return state, ()
    state = replace(state, paint_settings=paint_settings)
    if (refusal := _refusal(state)) is not None:
        state, effects = drop_work(state)
        return fail(state, refusal), effects
    if state.job is not None:
        state, effects = _start(state)
        return state, (*effects, Remember())
    if state.opening is None and state.batch is None:
        state = speak(state, _sentence_after_wish(state))
    return state, (Remember(),)


def _sentence_after_wish(state: State) -> str:
    if state.photo is None:
        return tr("Choose a photo to paint.")
    return tr("Paint again to see the change.") if state.result else photo_sentence(state.photo)


def _with(paint_settings: PaintSettings, event: SettingChanged) -> PaintSettings:
    match event.field:
        case "style":
            return replace(paint_settings, style=event.value)
        case "engine":
            return replace(paint_settings, engine=event.value)
        case _:
            return replace(paint_settings, size=event.value)


def _refusal(state: State) -> Failure | None:
    """Why the wish cannot be granted here, whatever the photo. An address can wish for what no control offers."""
    paint_settings = state.paint_settings
    if state.model(paint_settings.style) is None:
        sentence = tr("There is no style called “{id}” here. Choose one of those shown.", id=paint_settings.style)
        return Failure("style-unknown", sentence)
    if paint_settings.size != ORIGINAL and paint_settings.size not in map(str, SIZES_PX):
        sizes = ", ".join(map(str, SIZES_PX))
        sentence = tr(
            "“{size}” is not a size this page paints; it knows {sizes} and {original}.",
            size=paint_settings.size,
            sizes=sizes,
            original=translated(ORIGINAL),
        )
        return Failure("size-unknown", sentence)
    if paint_settings.engine == AUTO:
        return None
    engine = next((info for info in state.engines if info.id == paint_settings.engine), None)
    if engine is None:
        sentence = tr("There is no engine called “{id}” here. Choose another.", id=paint_settings.engine)
        return Failure("engine-unknown", sentence)
    if not engine.usable:
        sentence = tr(
            "{engine} cannot run here: {reason} Choose another engine.",
            engine=engine_name(engine.id),
            reason=engine.why,
        )
        return Failure("engine-unavailable", sentence)
    return None


def _on_paint_asked(state: State) -> Next:
    if state.opening is not None:
        return speak(replace(state, paint_when_open=True), tr("Your photo will be painted as soon as it is open.")), ()
    if state.photo is None:
        return fail(state, Failure("photo-missing", tr("There is no photo yet. Choose one, then paint."))), ()
    return _start(state)


def _on_smaller_asked(state: State) -> Next:
    smaller_px = state.failure.smaller_px if state.failure else None
    if smaller_px is None:
        return state, ()
    state, effects = _start(replace(state, paint_settings=replace(state.paint_settings, size=str(smaller_px))))
    return state, (*effects, Remember())


def _on_cancel_asked(state: State) -> Next:
    if state.job is None and state.batch is None and not state.paint_when_open:
        return state, ()
    state, effects = drop_work(state)
    state = replace(state, paint_when_open=False)
    return speak(state, tr("Stopped. Nothing was lost: paint again when you like.")), effects


def _on_stage_reached(state: State, event: StageReached) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    job = replace(state.job, stage=event.stage, engine=event.engine or state.job.engine)
    return replace(state, job=job, sentence=stage_sentence(state, job), progress=event.progress), ()


def _on_paint_failed(state: State, event: PaintFailed) -> Next:
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    return replace(fail(state, with_offer(event.failure, state.job)), job=None), ()


def _start(state: State) -> Next:
    photo = state.photo
    if photo is None:
        return state, ()
    state, effects = drop_work(state)
    if (refusal := _refusal(state)) is not None:
        return fail(state, refusal), effects
    job = Job(state.last_id + 1, photo, state.paint_settings)
    state = replace(state, job=job, last_id=job.id, failure=None, progress=None)
    return replace(state, sentence=stage_sentence(state, job)), (*effects, StartPainting(job))
