"""What a form of check boxes offers: values for addresses and results, in words for people."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from app_py.i18n import tr, tr_noop, translated
from app_py.onnxruntime import engines
from app_py.styles.manifest import ModelSpec
from app_py.styles.speeds import FAST, speed_of

ALL = "all"

_MODELS = {
    (True, True): tr_noop("{title}, fast, plain edges"),
    (True, False): tr_noop("{title}, fast"),
    (False, True): tr_noop("{title}, fine, plain edges"),
    (False, False): tr_noop("{title}, fine"),
}
"""By whether it is fast, and whether it pads with zeros."""


def choices(
    values: Iterable[str], picked: Iterable[str], words: Callable[[str], str] = translated
) -> list[dict[str, Any]]:
    chosen = frozenset(picked)
    return [{"value": value, "label": words(value), "checked": bool(chosen & {value, ALL})} for value in values]


def offered_engines(usable: Collection[str], asked: Collection[str]) -> list[str]:
    """What a device can run, and what an address asks for all the same."""
    return [engine_id for engine_id in engines.ids() if engine_id in usable or engine_id in asked]


def engine_words(engine_id: str) -> str:
    """As the page's other lists call it; an engine of another version of this page is named as it is."""
    engine = engines.find(engine_id)
    return f"{engine.title} · {engine.api}" if engine else engine_id


def model_words(model: ModelSpec) -> str:
    sentence = _MODELS[speed_of(model) == FAST, model.padding == "zero"]
    return tr(sentence, title=translated(model.title))
