"""The part of the reducer about the gallery: the photo in every style, and a person's own models."""

from dataclasses import replace

from app_py.studio.events import (
    ForgetModel,
    OwnModelAdded,
    OwnModelRemoved,
    Remember,
    SheetAsked,
    SheetEnded,
    StartSheet,
    TilePainted,
)
from app_py.studio.state import Failure, Progress, Sheet, State, Tiles
from app_py.studio.update_steps import Next, drop_work, fail, speak
from app_py.words import say


def on_sheet_asked(state: State, event: SheetAsked) -> Next:
    """Paint the photo small in every style; a painting under way gives way."""
    models = tuple(model for model in event.models if state.model(model))
    photo = state.photo
    if photo is None or state.opening is not None:
        sentence = say("There is no photo yet. Choose one, then try every style.")
        return fail(state, Failure("photo-missing", sentence)), ()
    state, effects = drop_work(state)
    sheet = Sheet(state.last_id + 1, models)
    state = replace(state, sheet=sheet, tiles=Tiles(photo.id), last_id=sheet.id, progress=Progress(0, len(models)))
    return speak(state, _sentence(sheet)), (*effects, StartSheet(sheet))


def on_tile_painted(state: State, event: TilePainted) -> Next:
    if state.sheet is None or state.sheet.id != event.sheet_id:
        return state, ()
    sheet = replace(state.sheet, done=state.sheet.done + 1)
    tiles = state.tiles and replace(state.tiles, models=sheet.models[: sheet.done])
    state = replace(state, sheet=sheet, tiles=tiles, progress=Progress(sheet.done, len(sheet.models)))
    return speak(state, _sentence(sheet)), ()


def on_sheet_ended(state: State, event: SheetEnded) -> Next:
    if state.sheet is None or state.sheet.id != event.sheet_id:
        return state, ()
    state = replace(state, sheet=None, progress=None)
    if event.failure:
        return fail(state, event.failure), ()
    return speak(state, say("Your photo in every style: choose one, then paint it large.")), ()


def _sentence(sheet: Sheet) -> str:
    return say("Trying every style on your photo: {done} of {total}.", done=sheet.done, total=len(sheet.models))


def on_model_added(state: State, event: OwnModelAdded) -> Next:
    """A checked model of the person's own joins the gallery and, when it was dropped just now, is chosen."""
    model = event.model
    others = tuple(known for known in state.models if known.id != model.id)
    own = (*(known for known in state.own_models if known != model.id), model.id)
    state = replace(state, models=(*others, model), own_models=own)
    if not event.chosen:
        return state, ()
    state = replace(state, wish=replace(state.wish, style=model.id))
    sentence = say("Your style {title} joined the gallery. It is kept in this browser only.", title=model.title)
    return speak(state, sentence), (Remember(),)


def on_model_removed(state: State, event: OwnModelRemoved) -> Next:
    if event.model_id not in state.own_models:
        return state, ()
    models = tuple(model for model in state.models if model.id != event.model_id)
    own = tuple(model_id for model_id in state.own_models if model_id != event.model_id)
    state, effects = drop_work(state)
    state = replace(state, models=models, own_models=own)
    if state.wish.style == event.model_id:
        state = replace(state, wish=replace(state.wish, style=models[0].id))
    state = speak(state, say("Your style was removed from this browser."))
    return state, (*effects, ForgetModel(event.model_id), Remember())
