"""The part of the reducer about the gallery: the photo in every style, and a person's own models."""

from dataclasses import replace

from app_py.i18n import tr, tr_noop
from app_py.pages.studio.events import (
    ForgetModel,
    OwnModelAdded,
    OwnModelOffered,
    OwnModelRefused,
    OwnModelRemoved,
    Remember,
    StartStyleBatch,
    StyleBatchAsked,
    StyleBatchEnded,
    ThumbnailPainted,
)
from app_py.pages.studio.state import Failure, Progress, State, StyleBatch, Thumbnails
from app_py.pages.studio.update_steps import Next, drop_work, fail, speak

_KEPT = tr_noop("Your style {title} joined the gallery. It is kept in this browser only.")
_NOT_KEPT = tr_noop(
    "Your style {title} joined the gallery for this visit: the browser has no room to keep it. Keep its file."
)


def on_sheet_asked(state: State, event: StyleBatchAsked) -> Next:
    """Paint the photo small in every style; a painting under way gives way."""
    models = tuple(model for model in event.models if state.model(model))
    photo = state.photo
    if photo is None or state.opening is not None:
        sentence = tr("There is no photo yet. Choose one, then try every style.")
        return fail(state, Failure("photo-missing", sentence)), ()
    state, effects = drop_work(state)
    batch = StyleBatch(state.last_id + 1, models)
    state = replace(
        state, batch=batch, thumbnails=Thumbnails(photo.id), last_id=batch.id, progress=Progress(0, len(models))
    )
    return speak(state, _sentence(batch)), (*effects, StartStyleBatch(batch))


def on_tile_painted(state: State, event: ThumbnailPainted) -> Next:
    if state.batch is None or state.batch.id != event.sheet_id:
        return state, ()
    batch = replace(state.batch, done=state.batch.done + 1)
    thumbnails = state.thumbnails and replace(state.thumbnails, models=batch.models[: batch.done])
    state = replace(state, batch=batch, thumbnails=thumbnails, progress=Progress(batch.done, len(batch.models)))
    return speak(state, _sentence(batch)), ()


def on_sheet_ended(state: State, event: StyleBatchEnded) -> Next:
    if state.batch is None or state.batch.id != event.sheet_id:
        return state, ()
    state = replace(state, batch=None, progress=None)
    if event.failure:
        return fail(state, event.failure), ()
    return speak(state, tr("Your photo in every style: choose one, then paint it large.")), ()


def _sentence(batch: StyleBatch) -> str:
    return tr("Trying every style on your photo: {done} of {total}.", done=batch.done, total=len(batch.models))


def on_model_offered(state: State, event: OwnModelOffered) -> Next:
    """A person's model is tried; the painting on show stays, and Stop ends the trial."""
    return speak(replace(state, on_trial=event.name), tr("Trying the model {name} …", name=event.name)), ()


def on_model_refused(state: State, event: OwnModelRefused) -> Next:
    if not state.on_trial:
        return state, ()
    return fail(replace(state, on_trial=""), event.failure), ()


def on_model_added(state: State, event: OwnModelAdded) -> Next:
    """A checked model of the person's own joins the gallery and, when it was dropped just now, is chosen."""
    model = event.model
    others = tuple(known for known in state.models if known.id != model.id)
    own = (*(known for known in state.own_models if known != model.id), model.id)
    state = replace(state, models=(*others, model), own_models=own, on_trial="")
    state = replace(state, paint_settings=replace(state.paint_settings, style=model.id))
    sentence = _KEPT if event.kept else _NOT_KEPT
    return speak(state, tr(sentence, title=model.title)), (Remember(),)


def on_model_removed(state: State, event: OwnModelRemoved) -> Next:
    if event.model_id not in state.own_models:
        return state, ()
    models = tuple(model for model in state.models if model.id != event.model_id)
    own = tuple(model_id for model_id in state.own_models if model_id != event.model_id)
    state, effects = drop_work(state)
    state = replace(state, models=models, own_models=own)
    if state.paint_settings.style == event.model_id:
        state = replace(state, paint_settings=replace(state.paint_settings, style=models[0].id))
    state = speak(state, tr("Your style was removed from this browser."))
    return state, (*effects, ForgetModel(event.model_id), Remember())
