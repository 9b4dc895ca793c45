"""Which style a painting is made in: one of the gallery, or a mixture of several of one network."""

from collections.abc import Sequence
from dataclasses import replace

from app_py.errors import AppError
from app_py.i18n import tr
from app_py.pages.studio.state import Failure, PaintSettings, State
from app_py.styles.manifest import ModelSpec
from app_py.styles.vectors import as_array, mix

MOST_STYLES = 4
Parts = tuple[tuple[str, int], ...]
"""Styles by their ids, and a weight for each, in percent."""


def read_parts(text: str) -> Parts | None:
    """A mixture as an address has it, `painting:great-wave*60,painting:udnie*40`; None where it is none.

    >>> read_parts("varied:a*60,varied:b")
    (('varied:a', 60), ('varied:b', 100))
    """
    parts = []
    for part in text.split(","):
        style, star, weight = part.partition("*")
        try:
            parts.append((style.strip(), int(weight) if star else 100))
        except ValueError:
            return None
    return tuple(parts)


def failure_of_parts(state: State, parts: Sequence[tuple[str, int]]) -> Failure | None:
    """Why these styles cannot be mixed, or None."""
    styles = [state.model(style) for style, _ in parts]
    unknown = next((name for (name, _), style in zip(parts, styles, strict=True) if style is None), None)
    if unknown is not None:
        return Failure(
            "style-unknown", tr("There is no style called “{id}” here. Choose one of those shown.", id=unknown)
        )
    if not 1 <= len(parts) <= MOST_STYLES:
        return Failure("mix-invalid", tr("A mixture is of one to {most} styles.", most=MOST_STYLES))
    networks = {style.network for style in styles if style}
    if networks == {""} or "" in networks:
        return Failure(
            "mix-invalid",
            tr("Only paintings and varied styles can be mixed; a style with a network of its own paints alone."),
        )
    if len(networks) > 1:
        return Failure("mix-invalid", tr("These styles are of two networks, so they cannot be mixed. Take one kind."))
    weights = [weight for _, weight in parts]
    if min(weights) < 0 or sum(weights) <= 0:
        return Failure("mix-invalid", tr("The weights of a mixture are 0 or more, and not all 0."))
    return None


def style_of(state: State, settings: PaintSettings) -> ModelSpec | None:
    """The style that is painted: the one that is chosen, or the mixture as a style of its own."""
    chosen = state.model(settings.style)
    styles = [(state.model(style), weight) for style, weight in settings.mix]
    known = [(style, weight) for style, weight in styles if style is not None and style.vector]
    if len(known) < len(styles) or not known or sum(weight for _, weight in known) <= 0:
        return chosen
    vector = mix([as_array(style.vector) for style, _ in known], [weight for _, weight in known])
    title = " + ".join(style.title for style, weight in known if weight)
    return replace(known[0][0], id="mix", style="mix", title=title, vector=tuple(map(float, vector[0])))


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
