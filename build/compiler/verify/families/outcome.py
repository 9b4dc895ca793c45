"""What became of one file of a family on one target: right, wrong or refused, with the reason."""

from dataclasses import dataclass

import numpy as np
import onnx_ir as ir

from build.common.errors import BuildError
from build.common.files import sha256_of
from build.compiler.lowering import lower
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.browser import Browser
from build.compiler.verify.families.family import INPUT, Family, Form, export
from build.compiler.verify.measure import measure
from build.compiler.verify.plan import CASE_TOLERANCE, Job
from build.compiler.verify.session import Feeds, fitted, start_session

WEBGL, WASM = "onnxjs-0.1.8:webgl", "onnxjs-0.1.8:wasm"
TARGETS = (WEBGL, WASM)


@dataclass(frozen=True)
class Outcome:
    """`verdict` is `right`, `wrong` or `refused`, `error` a part of the largest output, `sha256` the lowered file's."""

    verdict: str
    reason: str = ""
    error: float | None = None
    sha256: str = ""


@dataclass(frozen=True)
class Specimen:
    """One file of a family, with an input and what onnxruntime makes of it."""

    family: Family
    form: Form
    model: ir.Model
    feeds: Feeds
    expected: tuple[np.ndarray, ...]


def specimen(family: Family, form: Form) -> Specimen:
    """Export and run the source."""
    model = export(family, form)
    name = str(model.graph.inputs[0].name or INPUT)
    feeds = {name: family.example().numpy()}
    outputs = start_session(ir.to_proto(model).SerializeToString(), "the source").run(None, feeds)
    return Specimen(family, form, model, feeds, tuple(np.asarray(output) for output in outputs))


def lowered_bytes(found: Specimen, target: str) -> bytes:
    """The lowered file; `BuildError` where the target is refused."""
    return lower(found.model, find_target(target)).to_bytes()


def outcome(browser: Browser, found: Specimen, target: str, known: Outcome | None = None) -> Outcome:
    """Lower and run in the browser; `known` is returned where it was for the same bytes."""
    try:
        data = lowered_bytes(found, target)
    except BuildError as error:
        return Outcome("refused", _reason(str(error)))
    sha256 = sha256_of(data)
    if known is not None and known.sha256 == sha256:
        return known
    runs = (fitted(start_session(data), found.feeds),)
    name = f"{found.family.name}, {found.form.name}"
    job = Job(name, name, find_target(target), data, 0, runs, found.expected, CASE_TOLERANCE, False)
    result = measure(browser, job)
    if result.maximum is None:
        return Outcome("wrong", f"the engine: {result.refusal}", None, sha256)
    span = max(float(np.abs(array).max()) for array in found.expected)
    return Outcome("right" if result.passed else "wrong", "", float(f"{result.maximum / span:.1g}"), sha256)


def _reason(message: str) -> str:
    """The first of the reasons that lowering gives."""
    return message.partition(": ")[2].partition("; ")[0] or message
