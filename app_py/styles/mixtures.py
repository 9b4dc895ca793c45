"""Mixtures: up to four styles of one network as one, and a style mixed with a photo's own."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from app_py.errors import AppError
from app_py.i18n import tr
from app_py.styles.manifest import ModelSpec
from app_py.styles.vectors import Vector, as_array, mix

MOST_STYLES = 4
Parts = tuple[tuple[str, int], ...]
"""Styles by their ids, and a weight for each, in percent."""

Find = Callable[[str], ModelSpec | None]
"""The style with an id."""


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


def refusal_of_parts(find: Find, parts: Sequence[tuple[str, int]]) -> AppError | None:
    """Why these styles cannot be mixed ('style-unknown', 'mix-invalid'), or None."""
    styles = [find(style) for style, _ in parts]
    unknown = next((name for (name, _), style in zip(parts, styles, strict=True) if style is None), None)
    if unknown is not None:
        return AppError(
            tr("There is no style called “{id}” here. Choose one of those shown.", id=unknown), code="style-unknown"
        )
    if not 1 <= len(parts) <= MOST_STYLES:
        return _invalid(tr("A mixture is of one to {most} styles.", most=MOST_STYLES))
    networks = {style.network for style in styles if style}
    if networks == {""} or "" in networks:
        return _invalid(
            tr("Only paintings and varied styles can be mixed; a style with a network of its own paints alone.")
        )
    if len(networks) > 1:
        return _invalid(tr("These styles are of two networks, so they cannot be mixed. Take one kind."))
    weights = [weight for _, weight in parts]
    if min(weights) < 0 or sum(weights) <= 0:
        return _invalid(tr("The weights of a mixture are 0 or more, and not all 0."))
    return None


def _invalid(sentence: str) -> AppError:
    return AppError(sentence, code="mix-invalid")


def mixture_of(find: Find, parts: Sequence[tuple[str, int]]) -> ModelSpec | None:
    """The mixture as a style of its own; None where there is nothing to mix, or a style of it is not there."""
    styles = [(find(style), weight) for style, weight in parts]
    known = [(style, weight) for style, weight in styles if style is not None and style.vector]
    if len(known) < len(styles) or not known or sum(weight for _, weight in known) <= 0:
        return None
    vector = mix([as_array(style.vector) for style, _ in known], [weight for _, weight in known])
    title = " + ".join(style.title for style, weight in known if weight)
    return with_vector(replace(known[0][0], id="mix", style="mix", title=title), vector)


def mixed_with_photo(style: ModelSpec, own: Vector, percent: int) -> ModelSpec:
    """A style as strong as asked for: its numbers mixed with `own`, those of the photo itself."""
    return with_vector(style, mix([as_array(style.vector), own], [percent, 100 - percent]))


def with_vector(style: ModelSpec, vector: Vector) -> ModelSpec:
    """The style with other numbers, float32 `(1, length)`."""
    return replace(style, vector=tuple(map(float, vector[0])))
