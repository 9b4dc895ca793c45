"""What a caller may write for an engine, and which engines it means."""

import difflib
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

from . import engines
from .errors import InvalidArgument

AUTO = "auto"
"""In a session's providers: the first engine that opens the model."""


def resolve(providers: Any) -> dict[str, str]:
    """The engines to try, in order of preference, and by which name each was asked for.

    Accepts what onnxruntime does, a list of names or of (name, options), and also one name, or 'auto'. Providers of
    onnxruntime that no browser has are left out with a warning, as onnxruntime itself does.
    """
    if providers is None:
        return {engines.complete().id: engines.COMPLETE_ALIAS}
    asked = [providers] if isinstance(providers, str) else list(_checked(providers))
    resolved: dict[str, str] = {}
    for name in asked:
        if name == AUTO:
            resolved |= {engine: engine for engine in engines.automatic() if engine not in resolved}
        elif engine := _resolve(name):
            resolved.setdefault(engine, name)
    return resolved or {engines.complete().id: engines.COMPLETE_ALIAS}


def _checked(providers: Any) -> Iterator[str]:
    if not isinstance(providers, Iterable):
        raise InvalidArgument(f"The providers must be a list of names, not {type(providers).__name__}.")
    for entry in providers:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[0], str) and isinstance(entry[1], dict):
            yield entry[0]
        else:
            raise InvalidArgument(f"A provider is a name, or a name with a dict of options, not {entry!r}.")


def _resolve(name: str) -> str | None:
    aliases = engines.by_alias()
    engine = aliases.get(name, name)
    if engines.find(engine):
        return engine
    if name in PROVIDERS_OF_ONNXRUNTIME:
        warnings.warn(
            f"Specified provider '{name}' is not in available provider names. Available providers: "
            f"'{', '.join([*aliases, *engines.ids()])}'",
            stacklevel=6,
        )
        return None
    close = difflib.get_close_matches(name, (*engines.ids(), *aliases), n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise InvalidArgument(
        f"Unknown Provider Type: '{name}'.{hint} The providers here are {', '.join(engines.ids())} and '{AUTO}'.",
        code="unknown-provider",
    )


PROVIDERS_OF_ONNXRUNTIME = (
    "NvTensorRTRTXExecutionProvider",
    "TensorrtExecutionProvider",
    "CUDAExecutionProvider",
    "MIGraphXExecutionProvider",
    "ROCMExecutionProvider",
    "OpenVINOExecutionProvider",
    "DnnlExecutionProvider",
    "VitisAIExecutionProvider",
    "QNNExecutionProvider",
    "NnapiExecutionProvider",
    "VSINPUExecutionProvider",
    "JsExecutionProvider",
    "CoreMLExecutionProvider",
    "ArmNNExecutionProvider",
    "ACLExecutionProvider",
    "DmlExecutionProvider",
    "RknpuExecutionProvider",
    "WebNNExecutionProvider",
    "WebGpuExecutionProvider",
    "XnnpackExecutionProvider",
    "CANNExecutionProvider",
    "AzureExecutionProvider",
    "CPUExecutionProvider",
)
"""onnxruntime/core/providers/get_execution_providers.cc, in its order."""
