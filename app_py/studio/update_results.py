"""The part of the reducer about finished paintings: their look, undo and redo, saving."""

from dataclasses import replace

from app_py.studio.events import ForgetResults, Looked, Painted, Remember, SavingWished, ShowResult
from app_py.studio.state import Result, State
from app_py.studio.update_steps import Next, drop_work, photo_sentence, result_sentence, speak
from app_py.words import say

MAX_KEPT_PIXELS = 24_000_000
"""Of photos and paintings together; beyond, the oldest results are forgotten. The one on show is always kept."""


def on_painted(state: State, event: Painted) -> Next:
    """A painting is finished: it is shown, and what was undone before can no longer be redone."""
    if state.job is None or state.job.id != event.job_id:
        return state, ()
    result = Result(state.job, event.engine, event.run_ms, event.size, event.notes, event.reasons)
    past = _affordable((*state.past, result))
    state = replace(state, job=None, past=past, future=(), progress=None)
    forget = ForgetResults(tuple(kept.job.id for kept in past))
    return speak(state, result_sentence(result)), (ShowResult(result, state.look), forget)


def _affordable(results: tuple[Result, ...]) -> tuple[Result, ...]:
    kept: list[Result] = []
    pixels = 0
    for result in reversed(results):
        pixels += 2 * result.size.pixels
        if not any(other.job.photo == result.job.photo for other in kept):
            pixels += result.job.photo.size.pixels
        if kept and pixels > MAX_KEPT_PIXELS:
            break
        kept.append(result)
    return tuple(reversed(kept))


def on_looked(state: State, event: Looked) -> Next:
    """The look applies to the painting on show at once, and to every later one."""
    state = replace(state, look=event.look)
    return state, (Remember(),) if state.result is None else (ShowResult(state.result, event.look), Remember())


def on_saving_wished(state: State, event: SavingWished) -> Next:
    return replace(state, saving=event.saving), (Remember(),)


def on_undo(state: State) -> Next:
    """Back to the result before, or from the first one to the bare photo."""
    if not state.past:
        return state, ()
    if state.result is None:
        # A newer photo is on show, which was not painted yet: back to the last painting there is.
        return _show_last(state, state.past[-1])
    *before, undone = state.past
    return _show_last(replace(state, past=tuple(before), future=(*state.future, undone)), undone)


def on_redo(state: State) -> Next:
    if not state.future:
        return state, ()
    *rest, redone = state.future
    return _show_last(replace(state, past=(*state.past, redone), future=tuple(rest)), redone)


def _show_last(state: State, moved: Result) -> Next:
    """Show the last result of the past with the photo and the wishes it was made from."""
    state, effects = drop_work(state)
    if not state.past:
        state = replace(state, photo=moved.job.photo)
        return speak(state, photo_sentence(moved.job.photo)), effects
    shown = state.past[-1]
    state = replace(state, photo=shown.job.photo, opening=None, wish=shown.job.wish)
    sentence = f"{say('Shown again.')} {result_sentence(shown)}"
    return speak(state, sentence), (*effects, ShowResult(shown, state.look))
