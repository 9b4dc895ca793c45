"""The part of the reducer about the photo in every style."""

from dataclasses import replace

from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.effects import StartStyleBatch
from app_py.pages.studio.state import Failure, Progress, State, StyleBatch, Thumbnails
from app_py.pages.studio.update_steps import Next, drop_work, fail, speak


def update_style_batch(state: State, event: events.StyleBatchEvent) -> Next:
    match event:
        case events.StyleBatchAsked():
            return _on_asked(state, event)
        case events.ThumbnailPainted():
            return _on_thumbnail_painted(state, event)
        case events.StyleBatchEnded():
            return _on_ended(state, event)


def _on_asked(state: State, event: events.StyleBatchAsked) -> Next:
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


def _on_thumbnail_painted(state: State, event: events.ThumbnailPainted) -> Next:
    if state.batch is None or state.batch.id != event.sheet_id:
        return state, ()
    batch = replace(state.batch, done=state.batch.done + 1)
    thumbnails = state.thumbnails and replace(state.thumbnails, models=batch.models[: batch.done])
    state = replace(state, batch=batch, thumbnails=thumbnails, progress=Progress(batch.done, len(batch.models)))
    return speak(state, _sentence(batch)), ()


def _on_ended(state: State, event: events.StyleBatchEnded) -> Next:
    if state.batch is None or state.batch.id != event.sheet_id:
        return state, ()
    state = replace(state, batch=None, progress=None)
    if event.failure:
        return fail(state, event.failure), ()
    return speak(state, tr("Your photo in every style: choose one, and it is painted large.")), ()


def _sentence(batch: StyleBatch) -> str:
    return tr("Trying every style on your photo: {done} of {total}.", done=batch.done, total=len(batch.models))
