"""The part of the reducer about several photos at once: which there are, and painting them one after the other."""

from dataclasses import replace

from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.effects import StartQueue
from app_py.pages.studio.sentences import short_name
from app_py.pages.studio.state import Progress, QueuedPhoto, QueueRun, State
from app_py.pages.studio.update_settings import refusal_of_settings
from app_py.pages.studio.update_steps import Next, drop_work, fail, speak


def update_queue(state: State, event: events.QueueEvent) -> Next:
    match event:
        case events.QueuePhotoAdded():
            return _on_photo_added(state, event)
        case events.QueueAsked():
            return _on_asked(state)
        case events.QueuePhotoPainted():
            return _on_photo_painted(state, event)
        case events.QueueEnded():
            return _on_ended(state, event)


def _on_photo_added(state: State, event: events.QueuePhotoAdded) -> Next:
    """A new choice takes the place of the earlier one, and of the painting of it."""
    state, effects = drop_work(state) if event.first else (state, ())
    photos = () if event.first else state.queue
    return replace(state, queue=(*photos, QueuedPhoto(event.number, event.name))), effects


def _on_asked(state: State) -> Next:
    """Paint those that are not painted yet in the chosen style; by other settings, all of them again."""
    if not state.queue:
        return state, ()
    state, effects = drop_work(state)
    if (refusal := refusal_of_settings(state)) is not None:
        return fail(state, refusal), effects
    same = state.queue_settings == (state.paint_settings, state.adjustments)
    queue = tuple(photo if same and photo.state == "done" else replace(photo, state="waiting") for photo in state.queue)
    numbers = tuple(photo.number for photo in queue if photo.state == "waiting")
    if not numbers:
        return speak(state, tr("All of them are painted in this style.")), effects
    run = QueueRun(state.last_id + 1, numbers)
    state = replace(
        state,
        queue=queue,
        queue_run=run,
        queue_settings=(state.paint_settings, state.adjustments),
        last_id=run.id,
        progress=Progress(0, len(numbers)),
        failure=None,
    )
    return speak(state, _sentence(run, state)), (*effects, StartQueue(run, state.paint_settings, state.adjustments))


def _on_photo_painted(state: State, event: events.QueuePhotoPainted) -> Next:
    run = state.queue_run
    if run is None or run.id != event.run_id:
        return state, ()
    mark = "failed" if event.failure else "done"
    state = replace(state, queue_saved=state.queue_saved and bool(event.failure))
    queue = tuple(replace(photo, state=mark) if photo.number == event.number else photo for photo in state.queue)
    run = replace(run, done=run.done + 1)
    state = replace(state, queue=queue, queue_run=run, progress=Progress(run.done, len(run.numbers)))
    return speak(state, _sentence(run, state)), ()


def _on_ended(state: State, event: events.QueueEnded) -> Next:
    if state.queue_run is None or state.queue_run.id != event.run_id:
        return state, ()
    state = replace(state, queue_run=None, progress=None)
    failed = [photo for photo in state.queue if photo.state == "failed"]
    painted = sum(photo.state == "done" for photo in state.queue)
    sentence = tr("{done} photos are painted. Save them as one ZIP, or one by one.", done=painted)
    if failed:
        names = ", ".join(short_name(photo.name) for photo in failed[:3])
        sentence += " " + tr("{count} could not be painted: {names}.", count=len(failed), names=names)
    return speak(state, sentence), ()


def _sentence(run: QueueRun, state: State) -> str:
    at = next((photo for photo in state.queue if photo.state == "waiting"), None)
    return tr(
        "Painting your photos: {done} of {total}. {name}",
        done=run.done,
        total=len(run.numbers),
        name=short_name(at.name) if at else "",
    ).strip()
