"""The part of the reducer about what is asked for: style, speed, engine and size, and the painting that follows."""

from dataclasses import replace

from app_py.i18n import tr, translated
from app_py.pages.studio import events
from app_py.pages.studio.effects import Remember, ShowPreview, StartPainting
from app_py.pages.studio.mixture import as_strong_as_asked
from app_py.pages.studio.sentences import engine_name, result_sentence
from app_py.pages.studio.state import AUTO, ORIGINAL, SIZES_PX, Failure, Job, Scene, State
from app_py.pages.studio.update_history import put_on_show
from app_py.pages.studio.update_steps import (
    Next,
    drop_work,
    fail,
    photo_sentence,
    speak,
    stage_sentence,
)
from app_py.styles.speeds import SPEEDS, has_speed, speed_of, variant


def on_setting_changed(state: State, event: events.SettingChanged) -> Next:
    """Choosing a style paints the photo that is there; an engine or a size is for the next painting."""
    if event.field == "speed":
        return _on_speed(state, event.value)
    if event.field == "style":
        return _on_style(state, event.value)
    settings, value = state.paint_settings, event.value
    paint_settings = replace(settings, engine=value) if event.field == "engine" else replace(settings, size=value)
    if paint_settings == state.paint_settings:
        return state, ()
    state = replace(state, paint_settings=paint_settings)
    if (refusal := refusal_of_settings(state)) is not None:
        state, effects = drop_work(state)
        return fail(state, refusal), effects
    if state.job is not None:
        state, effects = start(state)
        return state, (*effects, Remember())
    if state.opening is None and not state.is_busy:
        state = speak(state, _sentence_after(state))
    return state, (Remember(),)


def _sentence_after(state: State) -> str:
    if state.photo is None:
        return tr("Choose a photo to paint.")
    return tr("Paint again to see the change.") if state.result else photo_sentence(state.photo, state.paint_settings)


def _on_speed(state: State, speed: str) -> Next:
    """Every style in its fast or its fine form, from now on."""
    if speed not in SPEEDS:
        return state, ()
    state = replace(state, speed=speed)
    chosen = state.model(state.paint_settings.style)
    other = chosen and variant(state.models, chosen, speed)
    if other is None or other == chosen:
        return state, (Remember(),)
    return _choose(state, other.id)


def _on_style(state: State, style: str) -> Next:
    model = state.model(style)
    before = state.model(state.paint_settings.style)
    if model is not None:
        if has_speed(state.models, model):
            state = replace(state, speed=speed_of(model))
        if before is None or before.style != model.style:
            # A strength is found by eye for one style; another is first seen whole.
            state = replace(state, adjustments=replace(state.adjustments, strength_percent=100))
    return _choose(state, style)


def _choose(state: State, style: str) -> Next:
    settings = as_strong_as_asked(state, replace(state.paint_settings, style=style, mix=()))
    state = replace(state, paint_settings=settings)
    if (refusal := refusal_of_settings(state)) is not None:
        state, effects = drop_work(state)
        return fail(state, refusal), effects
    if state.opening is not None:
        return replace(state, paint_when_open=True), (Remember(),)
    if state.photo is None:
        return (speak(state, tr("Choose a photo to paint.")) if state.ready else state), (Remember(),)
    state, effects = _show_known(state) or start(state)
    return state, (*effects, Remember())


def _show_known(state: State) -> Next | None:
    """The painting of this photo by these settings, if there is one already; None if not."""
    scenes = (*state.future, *state.past)
    known = next((scene for scene in reversed(scenes) if _is_of(scene, state)), None)
    if known is None or known.result is None:
        return None
    if state.scene == known and not state.is_busy:
        return speak(state, result_sentence(known.result)), ()
    state, effects = drop_work(state)
    state, more = put_on_show(state, known)
    return speak(state, f"{tr('Shown again.')} {result_sentence(known.result)}"), (*effects, *more)


def _is_of(scene: Scene, state: State) -> bool:
    result = scene.result
    return result is not None and scene.photo == state.photo and result.job.paint_settings == state.paint_settings


def refusal_of_settings(state: State) -> Failure | None:
    """Why the wish cannot be granted here, whatever the photo. An address can wish for what no control offers."""
    paint_settings = state.paint_settings
    if state.model(paint_settings.style) is None:
        sentence = tr("There is no style called “{id}” here. Choose one of those shown.", id=paint_settings.style)
        return Failure("style-unknown", sentence)
    if paint_settings.size != ORIGINAL and paint_settings.size not in map(str, SIZES_PX):
        sizes = ", ".join(map(str, SIZES_PX))
        sentence = tr(
            "“{size}” is not a size this page paints; it knows {sizes} and {original}.",
            size=paint_settings.size,
            sizes=sizes,
            original=translated(ORIGINAL),
        )
        return Failure("size-unknown", sentence)
    if paint_settings.engine == AUTO:
        return None
    engine = next((info for info in state.engines if info.id == paint_settings.engine), None)
    if engine is None:
        sentence = tr("There is no engine called “{id}” here. Choose another.", id=paint_settings.engine)
        return Failure("engine-unknown", sentence)
    if not engine.usable:
        sentence = tr(
            "{engine} cannot run here: {reason} Choose another engine.",
            engine=engine_name(engine.id),
            reason=engine.why,
        )
        return Failure("engine-unavailable", sentence)
    return None


def start(state: State) -> Next:
    """Begin to paint the photo; its small painting, if there is one in that style, is shown till then."""
    photo = state.photo
    if photo is None:
        return state, ()
    state, effects = drop_work(state)
    if (refusal := refusal_of_settings(state)) is not None:
        return fail(state, refusal), effects
    style = state.paint_settings.style
    tried = state.thumbnails is not None and state.thumbnails.photo == photo.id and style in state.thumbnails.models
    preview = tried and not (state.result and state.result.job.paint_settings.style == style)
    job = Job(state.last_id + 1, photo, state.paint_settings, preview=preview)
    state = replace(state, job=job, last_id=job.id, failure=None, progress=None)
    shown = (ShowPreview(job),) if preview else ()
    return replace(state, sentence=stage_sentence(state, job)), (*effects, *shown, StartPainting(job))


def on_large_asked(state: State) -> Next:
    """The painting on show once more, at the photo's own size or the largest that is painted here, for a file."""
    result = state.result
    if result is None or state.job is not None:
        return state, ()
    state, effects = drop_work(state)
    settings = replace(result.job.paint_settings, size=ORIGINAL)
    job = Job(state.last_id + 1, result.job.photo, settings, for_file=True)
    state = replace(state, job=job, last_id=job.id, failure=None, progress=None)
    return replace(state, sentence=stage_sentence(state, job)), (*effects, StartPainting(job))
