"""The part of the reducer about work that is not to be lost: kept for a later visit, brought back, saved."""

from dataclasses import replace

from app_py.i18n import tr
from app_py.pages.studio import events
from app_py.pages.studio.effects import Effect, ShowPhoto, ShowResult
from app_py.pages.studio.state import Scene, State
from app_py.pages.studio.update_steps import Next, speak


def update_session(state: State, event: events.SessionEvent) -> Next:
    match event:
        case events.SessionKept():
            return _on_kept(state, event)
        case events.SessionRestored():
            return _on_restored(state, event)
        case events.Saved():
            return _on_saved(state, event)


def _on_kept(state: State, event: events.SessionKept) -> Next:
    state = replace(state, kept=event.paintings)
    if event.paintings is not None:
        return state, ()
    return speak(state, tr("What this browser kept of your photos is erased.")), ()


def _on_restored(state: State, event: events.SessionRestored) -> Next:
    """The photo of the last visit and its paintings, unless another photo was chosen meanwhile."""
    if state.photo is not None or state.opening is not None:
        return state, ()
    scenes = tuple(Scene(event.photo, result) for result in event.results)
    bare = Scene(event.photo)
    past, future = ((bare, *scenes), ()) if event.painted else ((bare,), tuple(reversed(scenes)))
    state = replace(state, past=past, future=future, last_id=max((state.last_id, *(r.job.id for r in event.results))))
    effect: Effect = ShowPhoto(event.photo)
    if state.result is not None:
        state = replace(state, paint_settings=state.result.job.paint_settings, saved_job=state.result.job.id)
        effect = ShowResult(event.results[-1], state.adjustments)
    return speak(state, tr("Your last photo is back. It was kept in this browser only.")), (effect,)


def _on_saved(state: State, event: events.Saved) -> Next:
    if event.job_id is None:
        return replace(state, queue_saved=True), ()
    return replace(state, saved_job=event.job_id), ()


def is_unsaved(state: State) -> bool:
    """Whether leaving the page would lose what took work: a painting that was not saved, or one under way."""
    painted = state.result is not None and state.result.job.id != state.saved_job
    return state.is_busy or painted or not state.queue_saved
