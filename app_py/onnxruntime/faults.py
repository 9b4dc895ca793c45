"""What engines say when they fail, sorted into the few kinds that differ in what can be done about them."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .errors import BY_ERROR_CODE, EngineError, Fail, NotImplemented, OrtError, template
from .onnx_header import DEFAULT_DOMAIN, OnnxHeader

TOO_LARGE = "input-too-large"
"""ONNX.js gives a convolution's patches one texture; no GPU has one that large for every input."""

_KINDS: tuple[tuple[str, str, str], ...] = (
    (
        TOO_LARGE,
        r"outside this GPU's boundaries",
        template("The input is too large for the textures of this graphics processor."),
    ),
    (
        "out-of-memory",
        r"bad_alloc|out of memory|failed to allocate|allocation fail|memory access out of bounds"
        r"|array buffer allocation|maximum .*texture size|Unable to allocate",
        template("The engine has no memory left for inputs of this size."),
    ),
    (
        "context-lost",
        r"context.{0,20}lost|device.{0,20}lost",
        template("The browser took the graphics processor away."),
    ),
    (
        "engine-unavailable",
        r"failed to load external data|Failed to fetch|NetworkError|Importing a module script failed"
        r"|error loading dynamically imported module|HTTP status code is not ok|status code|expected magic word",
        template("The engine's files could not be loaded. Is the network up? {said}"),
    ),
    (
        "engine-unavailable",
        r"no available backend|no backend resolver|webgpu is not supported|failed to get GPU adapter|wasm init promise",
        template("This engine does not start on this device."),
    ),
)
"""(code, what engines say, what we say); the first that fits counts."""

FAULTS = frozenset(
    {TOO_LARGE, "out-of-memory", "context-lost", "engine-hung", "engine-died", "engine-failed", "engine-unavailable"}
)
"""Failures of the device or the engine, which may not happen again on a fresh worker or with another engine."""


_FAILED = template("The engine failed: {said}")

_TOO_NEW = (
    (r"Unsupported model IR version: (\d+), max supported IR version: (\d+)", "IR version"),
    (r"Opset (\d+) is under development.*?till opset (\d+)", "opset"),
)
"""How onnxruntime says that a model comes from the future."""

LONGEST = 2000
"""Characters of a message that are read and shown. Names in it are as long as a model's author likes, and the time that
these expressions take grows with the square of a message's length."""

_CPP_PLACE = re.compile(r"/\S+\.(?:cc|h|cpp):\d+ .*?\)(?: const)? ")
"""The file, line and function with which onnxruntime's own messages begin."""

_ERROR_CODE = re.compile(r"ERROR_CODE: (\d+)")


def classify(error: Mapping[str, Any]) -> OrtError:
    """An error from what a worker reported (`worker.js` describes it)."""
    code, said, detail = error["code"], _cut(error["message"]), _cut(error["detail"])
    if code != OrtError.code:
        return EngineError(error.get("sentence", said), code=code, detail=detail, **error.get("values", {}))
    for kind, pattern, sentence in _KINDS:
        if re.search(pattern, said, re.IGNORECASE):
            values = {"said": said} if "{said}" in sentence else {}
            return EngineError(sentence, code=kind, detail=said, **values)
    for pattern, what in _TOO_NEW:
        if found := re.search(pattern, said, re.DOTALL):
            return Fail(
                "The model's {what} {found} is too new for this engine, which knows up to {newest}. "
                "Save the model with an older one.",
                what=what,
                found=found[1],
                newest=found[2],
                code="model-too-new",
                detail=said,
            )
    number = _ERROR_CODE.search(said)
    kind_of_error = BY_ERROR_CODE.get(int(number[1]), Fail) if number else Fail
    sentence = _CPP_PLACE.sub("", said).strip()
    return kind_of_error(_FAILED, said=sentence, code=OrtError.code, detail=f"{said} {detail}".strip())


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


_UNSUPPORTED = (
    r"cannot resolve operator '(?P<op>\w+)' with opsets",
    r"No Op registered for (?P<op>\w+) with domain_version of",
    r"Could not find an implementation for (?P<op>\w+)\(",
    r"(?P<domain>[\w.]+)[:.](?P<op>\w+)\(-?\d+\) is not a registered function/op",
)
"""How ONNX.js and onnxruntime name an operator that they do not have."""


def explain_refusal(error: OrtError, provider: str, header: OnnxHeader) -> OrtError:
    """The same failure, naming the operator and the model's opset where the engine lacks an operator."""
    said = f"{error} {error.detail}"
    for pattern in _UNSUPPORTED:
        found = re.search(pattern, said)
        if found:
            operator = found["op"]
            domain = next((domain for domain, name in header.operators if name == operator), DEFAULT_DOMAIN)
            return NotImplemented(
                "NOT_IMPLEMENTED : The engine {engine} has no operator {operator} of {domain} opset {opset}.",
                engine=provider,
                operator=operator,
                domain=domain,
                opset=header.opsets.get(domain, 1),
                detail=said,
            )
    return error


def merge_refusals(refusals: Sequence[OrtError]) -> OrtError:
    """One error for a model that no engine opened."""
    return EngineError(
        "No engine could open the model. {reasons}",
        reasons=" ".join(str(refusal) for refusal in refusals),
        code=refusals[-1].code,
    )
