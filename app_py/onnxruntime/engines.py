"""The one registry of engines: everything that is known of each, and what follows from it.

Another engine needs an entry here and its script `<library>.js` beside the engine worker (`www/engine/`), which exports
`open` as `session.js` there describes it. Providers, limits of feeds, the choice on a device, words and pages follow.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Literal

from .errors import template

Need = Literal["simd", "webgl", "webgpu"]
"""What `device.js` must have found: WebAssembly's SIMD, or a way to the graphics processor."""

COMPLETE_ALIAS = "CPUExecutionProvider"


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine: a library with one of its backends.

    Attributes
    ----------
    id
        `<library>:<backend>`, the name by which a session is asked for it. The library names the script.
    title, version
        The library's own name and the pinned version.
    api
        What it computes with, for lists: "WebAssembly", "WebGL".
    name, label
        What people call it within a sentence, and in a list; both are templates for translators.
    needs
        What a device must have for it; None where every browser will do.
    aliases
        onnxruntime's names for the same, so that a program written for onnxruntime runs here.
    in_auto
        Whether a session that is asked for "auto" tries it.
    outdone_by
        The id of an engine that is faster wherever it can run; this one is then kept for when that fails.
    fallback_rank
        The order of engines that only step in when all others failed, the fastest first.
    most_threads
        More gain nothing; 1 for an engine without threads.
    holds_empty, holds_non_finite
        Whether tensors of no elements, and NaN and infinities, come out as they should.
    reopens_per_shape
        Whether the model is opened anew for another input shape, so that a small run warms nothing.
    holds_strings
        Whether tensors of strings can be fed and fetched.
    planned
        Whether it reads no ONNX and is given a plan instead (`planning.py`).
    stoppable
        Whether a run can be ended without ending the worker.
    keeps_values
        Whether outputs can stay in its memory, to be fed to another run.
    holds_64_bits
        Whether 64-bit integers are computed as such, and not as 32-bit ones.
    newest_opset
        A file of a newer opset of ONNX's own operators is refused; None where the engine says so itself.
    """

    id: str
    title: str
    version: str
    api: str
    name: str
    label: str
    needs: Need | None = None
    aliases: tuple[str, ...] = ()
    in_auto: bool = True
    outdone_by: str | None = None
    fallback_rank: int = 0
    most_threads: int = 1
    holds_empty: bool = True
    holds_non_finite: bool = True
    reopens_per_shape: bool = False
    holds_strings: bool = False
    planned: bool = False
    stoppable: bool = False
    keeps_values: bool = False
    holds_64_bits: bool = True
    newest_opset: int | None = None

    @property
    def library(self) -> str:
        return self.id.partition(":")[0]

    @property
    def backend(self) -> str:
        return self.id.partition(":")[2]

    @property
    def holds_everything(self) -> bool:
        """Whether every value that ONNX allows comes out as it should."""
        return self.holds_empty and self.holds_non_finite and self.holds_strings and self.holds_64_bits

    @property
    def graphics(self) -> bool:
        """Whether it computes on the graphics processor."""
        return self.needs in ("webgl", "webgpu")


ENGINES: tuple[Engine, ...] = (
    Engine(
        id="kernels:wasm",
        title="Kernels",
        version="1",
        api="WebAssembly",
        name=template("this site's own engine"),
        label=template("This site's own engine, processor (WebAssembly)"),
        needs="simd",
        in_auto=False,
        most_threads=8,
        planned=True,
        stoppable=True,
    ),
    Engine(
        id="ort:wasm",
        title="onnxruntime-web",
        version="1.30.0",
        api="WebAssembly",
        name=template("WebAssembly"),
        label=template("onnxruntime-web, processor (WebAssembly)"),
        needs="simd",
        aliases=(COMPLETE_ALIAS,),
        outdone_by="kernels:wasm",
        most_threads=8,
        holds_strings=True,
        keeps_values=True,
    ),
    Engine(
        id="onnxjs:webgl",
        title="ONNX.js",
        version="0.1.8",
        api="WebGL",
        name=template("WebGL"),
        label=template("ONNX.js, graphics card (WebGL)"),
        needs="webgl",
        fallback_rank=2,
        holds_empty=False,
        holds_64_bits=False,
        newest_opset=27,
        holds_non_finite=False,
        reopens_per_shape=True,
    ),
    Engine(
        id="ort:webgpu",
        title="onnxruntime-web",
        version="1.30.0",
        api="WebGPU",
        name=template("WebGPU"),
        label=template("onnxruntime-web, graphics card (WebGPU)"),
        needs="webgpu",
        aliases=("WebGpuExecutionProvider",),
        in_auto=False,
        fallback_rank=4,
        most_threads=8,
    ),
    Engine(
        id="onnxjs:wasm",
        title="ONNX.js",
        version="0.1.8",
        api="WebAssembly",
        name=template("ONNX.js's WebAssembly"),
        label=template("ONNX.js, processor (WebAssembly)"),
        outdone_by="ort:wasm",
        fallback_rank=1,
        holds_empty=False,
        holds_64_bits=False,
        newest_opset=27,
        reopens_per_shape=True,
    ),
    Engine(
        id="onnxjs:cpu",
        title="ONNX.js",
        version="0.1.8",
        api="JavaScript",
        name=template("ONNX.js's JavaScript"),
        label=template("ONNX.js, processor (JavaScript, slow)"),
        outdone_by="onnxjs:wasm",
        fallback_rank=3,
        holds_empty=False,
        holds_64_bits=False,
        newest_opset=27,
        reopens_per_shape=True,
    ),
)
"""In the order in which they are tried."""


def ids() -> tuple[str, ...]:
    """The names of all engines, in the order in which they are tried."""
    return tuple(engine.id for engine in ENGINES)


def find(provider: str) -> Engine | None:
    """The engine of that name, or None."""
    return next((engine for engine in ENGINES if engine.id == provider), None)


def get(provider: str) -> Engine:
    """The engine of that name, which exists."""
    engine = find(provider)
    if engine is None:
        raise KeyError(provider)
    return engine


def library(provider: str) -> tuple[str, str]:
    """Name and version of the library behind `<library>:<backend>`; a provider nobody knows is named as it is."""
    engine = find(provider)
    return (engine.title, engine.version) if engine else (provider.partition(":")[0], "unknown")


def by_alias() -> dict[str, str]:
    """onnxruntime's names -> ours."""
    return {alias: engine.id for engine in ENGINES for alias in engine.aliases}


def complete() -> Engine:
    """The engine with every operator of ONNX, which a session gets that asks for none."""
    return get(by_alias()[COMPLETE_ALIAS])


def automatic() -> tuple[str, ...]:
    """What "auto" in a session's providers tries, in this order. A choice by measurement needs a model whose right
    answer is known, and is not made here."""
    return tuple(engine.id for engine in ENGINES if engine.in_auto)


def first_of_each_library(among: Container[str]) -> Iterator[str]:
    """Of these engines the one of each library that is tried first."""
    seen: set[str] = set()
    for engine in ENGINES:
        if engine.id in among and engine.library not in seen:
            seen.add(engine.library)
            yield engine.id
