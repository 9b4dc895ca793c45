"""The part of the reducer about a person's own styles: models, paintings, and mixtures that were kept."""

from dataclasses import replace

from app_py.i18n import tr, tr_noop
from app_py.pages.studio import events
from app_py.pages.studio.effects import ForgetModel, Remember, RenameModel
from app_py.pages.studio.sentences import short_name
from app_py.pages.studio.state import State
from app_py.pages.studio.update_mix import repaint
from app_py.pages.studio.update_steps import Next, drop_work, fail, speak

_KEPT = tr_noop("Your style {title} joined the gallery. It is kept in this browser only.")
_NOT_KEPT = tr_noop(
    "Your style {title} joined the gallery for this visit: the browser has no room to keep it. Keep its file."
)
LONGEST_TITLE = 40


def update_own_styles(state: State, event: events.OwnStyleEvent) -> Next:
    match event:
        case events.OwnModelOffered():
            return _on_model_offered(state, event)
        case events.OwnModelRefused():
            return _on_model_refused(state, event)
        case events.OwnModelAdded():
            return _on_model_added(state, event)
        case events.OwnModelRemoved():
            return _on_model_removed(state, event)
        case events.StyleReading():
            return _on_style_reading(state, event)
        case events.OwnStyleAdded():
            return _on_style_added(state, event)
        case events.StyleRenamed():
            return _on_style_renamed(state, event)


def _on_model_offered(state: State, event: events.OwnModelOffered) -> Next:
    """A person's model is tried; the painting on show stays, and Stop ends the trial."""
    return speak(replace(state, on_trial=event.name), tr("Trying the model {name} …", name=event.name)), ()


def _on_model_refused(state: State, event: events.OwnModelRefused) -> Next:
    if not state.on_trial:
        return state, ()
    return fail(replace(state, on_trial=""), event.failure), ()


def _on_model_added(state: State, event: events.OwnModelAdded) -> Next:
    """A checked model of the person's own joins the gallery and, when it was dropped just now, is chosen."""
    model = event.model
    others = tuple(known for known in state.models if known.id != model.id)
    own = (*(known for known in state.own_models if known != model.id), model.id)
    state = replace(state, models=(*others, model), own_models=own, on_trial="")
    state = replace(state, paint_settings=replace(state.paint_settings, style=model.id))
    sentence = _KEPT if event.kept else _NOT_KEPT
    return speak(state, tr(sentence, title=model.title)), (Remember(),)


def _on_model_removed(state: State, event: events.OwnModelRemoved) -> Next:
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


def _on_style_reading(state: State, event: events.StyleReading) -> Next:
    state = speak(state, tr("Reading the style of {name} …", name=short_name(event.name)))
    return replace(state, progress=event.progress), ()


def _on_style_added(state: State, event: events.OwnStyleAdded) -> Next:
    """A picture of the person's own, or a mixture, joins the gallery and is chosen."""
    state = replace(state, progress=None, paint_settings=replace(state.paint_settings, mix=()))
    state, effects = _on_model_added(state, events.OwnModelAdded(event.model))
    if not event.kept:
        sentence = tr(
            "Your style {title} works in this visit, but this browser has no room to keep it.", title=event.model.title
        )
        state = speak(state, sentence)
    return state, (*effects, *repaint(state))


def _on_style_renamed(state: State, event: events.StyleRenamed) -> Next:
    title = " ".join(event.title.split())[:LONGEST_TITLE]
    if event.model_id not in state.own_models or not title:
        return state, ()
    models = tuple(replace(model, title=title) if model.id == event.model_id else model for model in state.models)
    return replace(state, models=models), tuple(RenameModel(model) for model in models if model.id == event.model_id)
