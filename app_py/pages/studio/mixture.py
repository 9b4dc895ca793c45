"""Which style a painting is made in: one of the gallery, or a mixture of several of one network."""

from collections.abc import Sequence
from dataclasses import replace

from app_py.errors import AppError
from app_py.i18n import tr
from app_py.pages.studio.state import Adjustments, Failure, PaintSettings, State
from app_py.styles.manifest import ModelSpec
from app_py.styles.mixtures import mixture_of, refusal_of_parts


def failure_of_parts(state: State, parts: Sequence[tuple[str, int]]) -> Failure | None:
    """Why these styles cannot be mixed, or None."""
    refusal = refusal_of_parts(state.model, parts)
    return None if refusal is None else Failure(refusal.code, str(refusal))


def style_of(state: State, settings: PaintSettings) -> ModelSpec | None:
    """The style that is painted: the one that is chosen, or the mixture as a style of its own."""
    return mixture_of(state.model, settings.mix) or state.model(settings.style)


def require_model(state: State, model_id: str) -> ModelSpec:
    """Raises `AppError` where there is no such model."""
    model = state.model(model_id)
    if model is None:
        sentence = tr("There is no style called “{id}” here. Choose another.", id=model_id)
        raise AppError(sentence, code="style-unknown")
    return model


def require_style(state: State, settings: PaintSettings) -> ModelSpec:
    """The style that is painted, a mixture too. Raises `AppError` where there is none."""
    return style_of(state, settings) or require_model(state, settings.style)


def as_strong_as_asked(state: State, settings: PaintSettings) -> PaintSettings:
    """Those settings with the strength that is painted: what the person asked for, where that is a mixture with the
    photo's own style; else all of it, and the rest is blended afterwards."""
    style = style_of(state, settings)
    percent = state.adjustments.strength_percent if style and style.mixes_with_photo else 100
    return replace(settings, strength_percent=percent)


def percent_to_blend(style: ModelSpec, adjustments: Adjustments) -> int:
    """The strength that is left to be blended with the photo's pixels: none where it was painted."""
    return 100 if style.mixes_with_photo else adjustments.strength_percent
