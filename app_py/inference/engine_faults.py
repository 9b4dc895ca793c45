"""What engines say when they fail, sorted into the few kinds that differ in what can be done about them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from app_py.errors import EngineError
from app_py.i18n import tr, tr_noop
from app_py.inference.onnx_header import DEFAULT_DOMAIN, OnnxHeader

TOO_LARGE = "picture-too-large"
"""ONNX.js gives a convolution's patches one texture; no GPU has one that large for every picture."""

_KINDS: tuple[tuple[str, str, str], ...] = (
    (
        TOO_LARGE,
        r"outside this GPU's boundaries",
        tr_noop("The picture is too large for the textures of this graphics processor."),
    ),
    (
        "out-of-memory",
        r"bad_alloc|out of memory|failed to allocate|allocation fail|memory access out of bounds"
        r"|array buffer allocation|maximum .*texture size|Unable to allocate",
        tr_noop("The engine has no memory left for a picture of this size; choose a smaller size."),
    ),
    (
        "context-lost",
        r"context.{0,20}lost|device.{0,20}lost",
        tr_noop("The browser took the graphics processor away."),
    ),
    (
        "engine-unavailable",
        r"no available backend|no backend resolver|webgpu is not supported|failed to get GPU adapter|wasm init promise",
        tr_noop("This engine does not start on this device."),
    ),
)
"""(code, what engines say, what we say); the first that fits counts."""

FAULTS = frozenset(
    {TOO_LARGE, "out-of-memory", "context-lost", "engine-hung", "engine-died", "engine-failed", "engine-unavailable"}
)
"""Failures of the device or the engine, which may not happen again on a fresh worker or with another engine."""


_TOO_NEW = (
    (r"Unsupported model IR version: (\d+), max supported IR version: (\d+)", "IR version"),
    (r"Opset (\d+) is under development.*?till opset (\d+)", "opset"),
)
"""How onnxruntime says that a model comes from the future."""

_CPP_PLACE = re.compile(r"/\S+\.(?:cc|h|cpp):\d+ .*?\)(?: const)? ")
"""The file, line and function with which onnxruntime's own messages begin."""


def classify(error: Mapping[str, Any]) -> EngineError:
    """An `EngineError` from what a worker reported (`www/engine/worker.js` describes it)."""
    code, said = error["code"], error["message"]
    if code != EngineError.code:
        sentence = tr(error["sentence"], **error["values"]) if "sentence" in error else said
        return EngineError(sentence, code=code, detail=error["detail"])
    for kind, pattern, sentence in _KINDS:
        if re.search(pattern, said, re.IGNORECASE):
            return EngineError(tr(sentence), code=kind, detail=said)
    for pattern, what in _TOO_NEW:
        if found := re.search(pattern, said, re.DOTALL):
            sentence = tr(
                "The model's {what} {found} is too new for this engine, which knows up to {newest}. "
                "Save the model with an older one.",
                what=what,
                found=found[1],
                newest=found[2],
            )
            return EngineError(sentence, code="model-too-new", detail=said)
    sentence = _CPP_PLACE.sub("", said).strip()
    return EngineError(tr("The engine failed: {said}", said=sentence), detail=f"{said} {error['detail']}".strip())


_UNSUPPORTED = (
    r"cannot resolve operator '(?P<op>\w+)' with opsets",
    r"No Op registered for (?P<op>\w+) with domain_version of",
    r"Could not find an implementation for (?P<op>\w+)\(",
    r"(?P<domain>[\w.]+)[:.](?P<op>\w+)\(-?\d+\) is not a registered function/op",
)
"""How ONNX.js and onnxruntime name an operator that they do not have."""


def explain_refusal(error: EngineError, provider: str, header: OnnxHeader) -> EngineError:
    """The same failure, naming the operator and the model's opset where the engine lacks an operator."""
    said = f"{error} {error.detail}"
    for pattern in _UNSUPPORTED:
        found = re.search(pattern, said)
        if found:
            operator = found["op"]
            domain = next((domain for domain, name in header.operators if name == operator), DEFAULT_DOMAIN)
            return EngineError(
                tr(
                    "NOT_IMPLEMENTED : The engine {engine} has no operator {operator} of {domain} opset {opset}.",
                    engine=provider,
                    operator=operator,
                    domain=domain,
                    opset=header.opsets.get(domain, 1),
                ),
                code="unsupported-operator",
                detail=said,
            )
    return error


def merge_refusals(refusals: Sequence[EngineError]) -> EngineError:
    """One error for a model that no engine opened."""
    sentences = " ".join(str(refusal) for refusal in refusals)
    return EngineError(tr("No engine could open the model. {reasons}", reasons=sentences), code=refusals[-1].code)
