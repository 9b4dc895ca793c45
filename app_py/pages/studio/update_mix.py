"""The part of the reducer about styles that are numbers: mixtures, paintings of one's own, strength."""

from dataclasses import replace

from app_py.i18n import tr
from app_py.pages.studio.events import (
    AdjustmentsChanged,
    MixChanged,
    OwnModelAdded,
    OwnStyleAdded,
    Remember,
    Repaint,
    StyleReading,
    StyleRenamed,
)
from app_py.pages.studio.mixture import failure_of_parts, style_of
from app_py.pages.studio.sentences import short_name
from app_py.pages.studio.state import State
from app_py.pages.studio.update_gallery import on_model_added
from app_py.pages.studio.update_steps import Next, fail, speak

LONGEST_TITLE = 40


def on_mix_changed(state: State, event: MixChanged) -> Next:
    """What is on show is repainted in the mixture, small while it changes."""
    if not event.parts:
        return replace(state, paint_settings=replace(state.paint_settings, mix=())), (Remember(),)
    failure = failure_of_parts(state, event.parts)
    if failure is not None:
        return fail(state, failure), ()
    settings = replace(state.paint_settings, style=event.parts[0][0], mix=event.parts)
    if settings == state.paint_settings:
        return state, ()
    state = replace(state, paint_settings=settings, failure=None)
    return state, (Remember(), *_repaint(state))


def on_strength_changed(state: State, event: AdjustmentsChanged) -> Next | None:
    """Strength of a style that is read from paintings is a mixture with the photo's own style: it is painted anew.

    None where the style has a network of its own, whose strength is a blend of pixels.
    """
    style = style_of(state, state.paint_settings)
    percent = event.adjustments.strength_percent
    if style is None or not style.mixes_with_photo or percent == state.paint_settings.strength_percent:
        return None
    settings = replace(state.paint_settings, strength_percent=percent)
    state = replace(state, paint_settings=settings, adjustments=event.adjustments)
    return state, (Remember(), *_repaint(state))


def _repaint(state: State) -> tuple[Repaint, ...]:
    return (Repaint(),) if state.photo is not None and state.opening is None else ()


def on_style_reading(state: State, event: StyleReading) -> Next:
    state = speak(state, tr("Reading the style of {name} …", name=short_name(event.name)))
    return replace(state, progress=event.progress), ()


def on_own_style_added(state: State, event: OwnStyleAdded) -> Next:
    """A picture of the person's own, or a mixture, joins the gallery and is chosen."""
    state = replace(state, progress=None, paint_settings=replace(state.paint_settings, mix=()))
    state, effects = on_model_added(state, OwnModelAdded(event.model))
    if not event.kept:
        sentence = tr(
            "Your style {title} works in this visit, but this browser has no room to keep it.", title=event.model.title
        )
        state = speak(state, sentence)
    return state, (*effects, *_repaint(state))


def on_style_renamed(state: State, event: StyleRenamed) -> Next:
    title = " ".join(event.title.split())[:LONGEST_TITLE]
    if event.model_id not in state.own_models or not title:
        return state, ()
    models = tuple(replace(model, title=title) if model.id == event.model_id else model for model in state.models)
    return replace(state, models=models), (Remember(),)
