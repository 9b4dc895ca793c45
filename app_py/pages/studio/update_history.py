"""The part of the reducer about the row of scenes, photos and paintings: what is on show, undo and redo."""

from dataclasses import replace

from app_py.i18n import tr
from app_py.pages.studio.effects import Effect, ForgetResults, ShowPhoto, ShowResult
from app_py.pages.studio.sentences import result_sentence
from app_py.pages.studio.state import Scene, State
from app_py.pages.studio.update_steps import Next, drop_work, photo_sentence, speak

MAX_KEPT_PIXELS = 24_000_000
"""Of photos and paintings together; beyond, the oldest scenes are forgotten. The one on show is always kept."""


def put_on_show(state: State, scene: Scene) -> Next:
    """A new scene follows the one on show; what was undone before can no longer be redone."""
    state = replace(state, past=_affordable((*state.past, scene)), future=())
    kept = tuple(kept.result.job.id for kept in state.past if kept.result)
    return state, (*_shown(state), ForgetResults(kept))


def _affordable(scenes: tuple[Scene, ...]) -> tuple[Scene, ...]:
    kept: list[Scene] = []
    pixels = 0
    for scene in reversed(scenes):
        if scene.result:
            pixels += 2 * scene.result.size.pixels
        if not any(other.photo == scene.photo for other in kept):
            pixels += scene.photo.size.pixels
        if kept and pixels > MAX_KEPT_PIXELS:
            break
        kept.append(scene)
    return tuple(reversed(kept))


def _shown(state: State) -> tuple[Effect, ...]:
    if state.result is not None:
        return (ShowResult(state.result, state.adjustments),)
    return (ShowPhoto(state.photo),) if state.photo else ()


def on_undo(state: State) -> Next:
    """Back to what was on show before: an earlier painting, its bare photo, or another photo."""
    if len(state.past) < 2:
        return state, ()
    *before, undone = state.past
    return _show_again(replace(state, past=tuple(before), future=(*state.future, undone)))


def on_redo(state: State) -> Next:
    if not state.future:
        return state, ()
    *rest, redone = state.future
    return _show_again(replace(state, past=(*state.past, redone), future=tuple(rest)))


def _show_again(state: State) -> Next:
    """Show the last scene of the past; a painting with the wishes that it was made from."""
    state, effects = drop_work(state)
    state = replace(state, opening=None, paint_when_open=False)
    result = state.result
    if result is not None:
        state = speak(
            replace(state, paint_settings=result.job.paint_settings), f"{tr('Shown again.')} {result_sentence(result)}"
        )
    elif state.photo is not None:
        state = speak(state, photo_sentence(state.photo, state.paint_settings))
    return state, (*effects, *_shown(state))
