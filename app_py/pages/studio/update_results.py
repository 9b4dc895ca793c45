"""The part of the reducer about paintings: one that is finished, its look, and how it is saved."""

from dataclasses import replace

from app_py.pages.studio import events
from app_py.pages.studio.effects import Remember, SavePainting, ShowResult
from app_py.pages.studio.sentences import result_sentence, saved_sentence
from app_py.pages.studio.state import Result, Scene, State
from app_py.pages.studio.update_history import put_on_show
from app_py.pages.studio.update_steps import Next, speak


def on_painted(state: State, event: events.Painted) -> Next:
    """A painting is finished: it is shown."""
    job = state.job
    if job is None or job.id != event.job_id:
        return state, ()
    result = Result(job, event.engine, event.run_ms, event.size, event.notes, event.reasons)
    state = replace(state, job=None, progress=None)
    if job.for_file:
        return speak(state, saved_sentence(result)), (SavePainting(result),)
    bare = Scene(job.photo)
    # The bare photo gives way to its painting, except for the first one, to which undo leads in the end.
    past = state.past[:-1] if len(state.past) > 1 and state.scene == bare else state.past
    state = replace(state, past=past)
    state, effects = put_on_show(state, replace(bare, result=result))
    return speak(state, result_sentence(result)), effects


def on_looked(state: State, event: events.AdjustmentsChanged) -> Next:
    """The look applies to the painting on show at once, and to every later one."""
    state = replace(state, adjustments=event.adjustments)
    return state, (Remember(),) if state.result is None else (ShowResult(state.result, event.adjustments), Remember())


def on_saving_wished(state: State, event: events.SavingChanged) -> Next:
    return replace(state, saving=event.saving), (Remember(),)
