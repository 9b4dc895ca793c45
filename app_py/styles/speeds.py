"""Fast or fine: of a style that comes in several widths, the one that a person has asked for."""

from collections.abc import Iterable

from app_py.styles.manifest import ModelSpec

FAST, FINE = SPEEDS = ("fast", "fine")
FAST_WIDTH = 8
"""Channels of the first layer of a fast model at most."""


def speed_of(model: ModelSpec) -> str:
    return FAST if model.width <= FAST_WIDTH else FINE


def has_speed(models: Iterable[ModelSpec], model: ModelSpec) -> bool:
    """Whether the style comes in both."""
    return len({speed_of(other) for other in models if other.style == model.style}) > 1


def variant(models: Iterable[ModelSpec], model: ModelSpec, speed: str) -> ModelSpec | None:
    """The same style, with the same edges, at that speed; None where there is none."""
    return next((other for other in models if _is_like(other, model) and speed_of(other) == speed), None)


def _is_like(other: ModelSpec, model: ModelSpec) -> bool:
    return other.style == model.style and other.padding == model.padding
