"""What a caller may write for an engine, and which engines it means."""

import difflib
import warnings
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from . import engines
from .errors import InvalidArgument, InvalidCall, InvalidType

AUTO = "auto"
"""In a session's providers: the first engine that opens the model."""


def resolve(providers: Any, here: frozenset[str] | None = None) -> dict[str, str]:
    """The engines to try, in order of preference, and by which name each was asked for.

    Accepts what onnxruntime does, a list of names or of (name, options), and also one name, or 'auto'. Providers of
    onnxruntime that no browser has, or whose files are not among those that are `here` (None: all are), are left out
    with a warning, as onnxruntime itself does.
    """
    if providers is None:
        return {engines.complete().id: engines.COMPLETE_ALIAS}
    asked = [providers] if isinstance(providers, str) else list(_checked(providers))
    resolved: dict[str, str] = {}
    for name in asked:
        if name == AUTO:
            wanted = [engine for engine in engines.automatic() if here is None or engine in here]
            resolved |= {engine: engine for engine in wanted if engine not in resolved}
        elif engine := _resolve(name, here):
            resolved.setdefault(engine, name)
    return resolved or {engines.complete().id: engines.COMPLETE_ALIAS}


def check_options(providers: Any, options: Any) -> None:
    """onnxruntime's rules for the list of options that goes with a list of providers."""
    if options is None:
        return
    if not isinstance(options, Sequence):
        raise InvalidArgument("'provider_options' should be a sequence.")
    if providers is None or len(options) != len(list(providers)):
        raise InvalidArgument("'providers' and 'provider_options' should be the same length if both are given.")
    if not all(isinstance(entry, dict) for entry in options):
        raise InvalidArgument("'provider_options' values must be dicts.")
    if not all(isinstance(entry, str) for entry in providers):
        raise InvalidArgument("Only string values for 'providers' are supported if 'provider_options' is given.")


def check_and_normalize_provider_args(
    providers: Any, provider_options: Any, available_provider_names: Sequence[str]
) -> tuple[list[str], list[dict[str, str]]]:
    """onnxruntime's helper: names and their options as text, each provider once; what is not available warns."""
    if providers is None:
        return [], []
    if not isinstance(providers, Sequence):
        raise InvalidArgument("'providers' should be a sequence.")
    check_options(providers, provider_options)
    names = list(_checked(providers))
    inline = [entry[1] if isinstance(entry, tuple) else {} for entry in providers]
    found: dict[str, dict[str, str]] = {}
    for name, options in zip(names, provider_options or inline, strict=True):
        if name not in available_provider_names:
            warnings.warn(_not_available(name, available_provider_names), stacklevel=2)
        if name in found:
            warnings.warn(f"Duplicate provider '{name}' encountered, ignoring.", stacklevel=2)
        else:
            found[name] = {str(key): str(value) for key, value in options.items()}
    return list(found), list(found.values())


def _not_available(name: str, available: Iterable[str]) -> str:
    return (
        f"Specified provider '{name}' is not in available provider names. Available providers: '{', '.join(available)}'"
    )


def _checked(providers: Any) -> Iterator[str]:
    if not isinstance(providers, Iterable):
        raise InvalidType(f"The providers must be a list of names, not {type(providers).__name__}.")
    for entry in providers:
        if isinstance(entry, str):
            yield entry
        elif isinstance(entry, tuple) and len(entry) == 2 and isinstance(entry[0], str) and isinstance(entry[1], dict):
            yield entry[0]
        else:
            raise InvalidArgument(f"A provider is a name, or a name with a dict of options, not {entry!r}.")


def _resolve(name: str, here: frozenset[str] | None) -> str | None:
    aliases = engines.by_alias()
    engine = aliases.get(name, name)
    known = engines.find(engine) is not None
    if known and (here is None or engine in here):
        return engine
    if known or name in PROVIDERS_OF_ONNXRUNTIME:
        names = [*aliases, *engines.ids()]
        warnings.warn(
            _not_available(name, [each for each in names if here is None or aliases.get(each, each) in here]),
            stacklevel=6,
        )
        return None
    close = difflib.get_close_matches(name, (*engines.ids(), *aliases), n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise InvalidCall(
        f"Unknown Provider Type: {name}.{hint} The providers here are {', '.join(engines.ids())} and '{AUTO}'.",
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
