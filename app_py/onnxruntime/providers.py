"""What a caller may write for an engine, and which engines it means."""

import difflib
from collections.abc import Sequence

from . import engines
from .errors import InvalidArgument

AUTO = "auto"
"""In a session's providers: the first engine that opens the model."""


def resolve(providers: "str | Sequence[str | tuple[str, object]] | None") -> tuple[str, ...]:
    """The engines to try, in order of preference.

    Accepts what onnxruntime does, a list of names or of (name, options), and also one name, or 'auto'.
    """
    if providers is None or len(providers) == 0:
        return (engines.complete().id,)
    asked = [providers] if isinstance(providers, str) else providers
    names = [name if isinstance(name, str) else name[0] for name in asked]
    resolved = (engine for name in names for engine in (engines.automatic() if name == AUTO else (_resolve(name),)))
    return tuple(dict.fromkeys(resolved))


def _resolve(name: str) -> str:
    aliases = engines.by_alias()
    engine = aliases.get(name, name)
    if engines.find(engine):
        return engine
    close = difflib.get_close_matches(name, (*engines.ids(), *aliases), n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise InvalidArgument(
        f"Unknown Provider Type: '{name}'.{hint} The providers here are {', '.join(engines.ids())} and '{AUTO}'.",
        code="unknown-provider",
    )
