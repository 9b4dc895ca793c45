"""The names of engines, and what a caller may write instead."""

import difflib
from collections.abc import Sequence

from app_py.errors import InvalidArgument

PROVIDERS = ("ort:webgpu", "ort:wasm", "onnxjs:webgl", "onnxjs:wasm", "onnxjs:cpu")
"""All engines, '<engine>:<backend>': onnxruntime-web 1.30 and ONNX.js 0.1.8."""

DEFAULT_PROVIDERS = ("ort:wasm",)
"""The engine with every operator of ONNX, on every device."""

AUTO = "auto"
AUTO_PROVIDERS = ("ort:wasm", "onnxjs:webgl", "onnxjs:wasm", "onnxjs:cpu")
"""'auto' in a session's providers: the first that opens the model. Choosing by measurement needs a model with a
reference (see `app_py.engine_choice`)."""

ALIASES = {"CPUExecutionProvider": "ort:wasm", "WebGpuExecutionProvider": "ort:webgpu"}
"""onnxruntime's names of the same engines, so that a script written for onnxruntime runs here."""


def resolve(providers: "str | Sequence[str | tuple[str, object]] | None") -> tuple[str, ...]:
    """The engines to try, in order of preference.

    Accepts what onnxruntime does, a list of names or of (name, options), and also one name, or 'auto'.
    """
    if providers is None or len(providers) == 0:
        return DEFAULT_PROVIDERS
    asked = [providers] if isinstance(providers, str) else providers
    names = [name if isinstance(name, str) else name[0] for name in asked]
    resolved = (engine for name in names for engine in (AUTO_PROVIDERS if name == AUTO else (_resolve(name),)))
    return tuple(dict.fromkeys(resolved))


def _resolve(name: str) -> str:
    engine = ALIASES.get(name, name)
    if engine in PROVIDERS:
        return engine
    close = difflib.get_close_matches(name, (*PROVIDERS, *ALIASES), n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    raise InvalidArgument(
        f"Unknown Provider Type: '{name}'.{hint} The providers here are {', '.join(PROVIDERS)} and '{AUTO}'.",
        code="unknown-provider",
    )
