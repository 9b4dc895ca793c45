"""Engines that read no ONNX: somebody who knows them makes a plan of a model, and sessions hand that on.

The bridge itself has no such planner; a package that brings one registers it for its library.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from . import engines
from .errors import EngineError
from .feeds import Array
from .platform.interface import Bytes

Request = tuple[dict[str, Any], list[Bytes]]
"""What a call of the engine worker is given: JSON values, and buffers."""


class Plan(Protocol):
    """A model as its engine wants it."""

    def create(self) -> list[Bytes]:
        """The buffers of the worker's `create`."""

    def runs(self, feeds: Mapping[str, Array], threads: int) -> Iterator[Request]:
        """Requests that answer the same feeds, each with less memory than the one before it."""

    def pixel_runs(self, image: Array, feeds: Mapping[str, Array], threads: int, unit_range: bool) -> Iterator[Request]:
        """The same for an image of uint8 `[H, W, 3]` in and out."""


Planner = Callable[[bytes], Plan]

_loaders: dict[str, Callable[[], Planner]] = {}

MOST_PLANS = 8
"""Plans that are kept: whether there is one is asked before a model is opened, and who goes from model to model comes
back to one before."""

_plans: dict[tuple[str, bytes], Plan] = {}
"""By engine and model, the latest at the end."""


def register(library: str, load: Callable[[], Planner]) -> None:
    """Say who plans for a library; `load` is called when the first model is opened with it."""
    _loaders[library] = load


def make_plan(provider: str, model: bytes) -> Plan | None:
    """The plan of a model for an engine; None for one that reads ONNX itself.

    Raises `EngineError` ('engine-unavailable') where nobody plans for it, and what the planner raises.
    """
    engine = engines.get(provider)
    if not engine.planned:
        return None
    load = _loaders.get(engine.library)
    if load is None:
        raise EngineError(
            "Nobody plans models for the engine {engine} here.", engine=provider, code="engine-unavailable"
        )
    key = (provider, model)
    plan = _plans.pop(key) if key in _plans else load()(model)
    _plans[key] = plan
    if len(_plans) > MOST_PLANS:
        del _plans[next(iter(_plans))]
    return plan
