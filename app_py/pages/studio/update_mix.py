"""The part of the reducer about styles that are numbers: mixtures and strength."""

from dataclasses import replace

from app_py.pages.studio import events
from app_py.pages.studio.effects import Remember, Repaint
from app_py.pages.studio.mixture import as_strong_as_asked, failure_of_parts, style_of
from app_py.pages.studio.state import State
from app_py.pages.studio.update_steps import Next, fail


def on_mix_changed(state: State, event: events.MixChanged) -> Next:
    """What is on show is repainted in the mixture, small while it changes."""
    if not event.parts:
        return replace(state, paint_settings=replace(state.paint_settings, mix=())), (Remember(),)
    failure = failure_of_parts(state, event.parts)
    if failure is not None:
        return fail(state, failure), ()
    settings = replace(state.paint_settings, style=event.parts[0][0], mix=event.parts)
    settings = as_strong_as_asked(state, settings)
    if settings == state.paint_settings:
        return state, ()
    state = replace(state, paint_settings=settings, failure=None)
    return state, (Remember(), *repaint(state))


def on_strength_changed(state: State, event: events.AdjustmentsChanged) -> Next | None:
    """Strength of a style that is read from paintings is a mixture with the photo's own style: it is painted anew.

    None where the style has a network of its own, whose strength is a blend of pixels.
    """
    style = style_of(state, state.paint_settings)
    percent = event.adjustments.strength_percent
    if style is None or not style.mixes_with_photo or percent == state.paint_settings.strength_percent:
        return None
    settings = replace(state.paint_settings, strength_percent=percent)
    state = replace(state, paint_settings=settings, adjustments=event.adjustments)
    return state, (Remember(), *repaint(state))


def repaint(state: State) -> tuple[Repaint, ...]:
    return (Repaint(),) if state.photo is not None and state.opening is None else ()
