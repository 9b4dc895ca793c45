"""What a device offers to engines, and which of them are worth trying on it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from app_py.i18n import tr, tr_noop

_SOFTWARE = re.compile(r"swiftshader|llvmpipe|softpipe|lavapipe|basic render|software", re.IGNORECASE)
"""How rasterizers that run on the processor call themselves: Chrome's, Mesa's, Windows' and Apple's."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A way to the graphics processor. `name` is what the browser calls it; `software` if there is no such thing."""

    name: str
    software: bool


@dataclass(frozen=True, slots=True)
class Device:
    """What `www/engine/device.js` found."""

    webgl: Gpu | None
    webgpu: Gpu | None
    simd: bool
    isolated: bool
    cores: int
    browser: str

    @classmethod
    def from_probe(cls, facts: Mapping[str, Any]) -> Self:
        webgl, webgpu = facts["webgl"], facts["webgpu"]
        return cls(
            webgl=_gpu(webgl["renderer"] or webgl["vendor"]) if webgl else None,
            webgpu=_gpu(webgpu["vendor"], webgpu["architecture"], webgpu["description"], fallback=webgpu["fallback"])
            if webgpu
            else None,
            simd=bool(facts["simd"]),
            isolated=bool(facts["isolated"]),
            cores=int(facts["cores"]),
            browser=str(facts["browser"]),
        )

    @property
    def key(self) -> str:
        """What a verdict depends on besides the engine: browser, graphics processor, threads."""
        gpus = (f"{kind}={gpu.name if gpu else '-'}" for kind, gpu in (("webgl", self.webgl), ("webgpu", self.webgpu)))
        return "|".join((self.browser, *gpus, f"cores={self.cores if self.isolated else 1}"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engine on this device.

    `usable`: it can be asked to run at all. `contender`: it may be the fastest; the others are kept for when all
    contenders fail. `why` is a sentence for people, empty for a contender.
    """

    provider: str
    usable: bool
    contender: bool
    why: str = ""


def candidates(device: Device) -> tuple[Candidate, ...]:
    """All engines in the order in which to try them: contenders, the rest from fast to slow, the unusable."""
    found = (
        _wasm(device),
        _graphics("onnxjs:webgl", "WebGL", device.webgl),
        _graphics("ort:webgpu", "WebGPU", device.webgpu),
        Candidate(
            "onnxjs:wasm", True, not device.simd, "" if not device.simd else _slower(tr_noop("ONNX.js's WebAssembly"))
        ),
        Candidate("onnxjs:cpu", True, False, _slower(tr_noop("ONNX.js's JavaScript"))),
    )
    fallbacks = ("onnxjs:wasm", "onnxjs:webgl", "onnxjs:cpu", "ort:webgpu")
    return (
        *(candidate for candidate in found if candidate.contender),
        *sorted(
            (candidate for candidate in found if candidate.usable and not candidate.contender),
            key=lambda candidate: fallbacks.index(candidate.provider),
        ),
        *(candidate for candidate in found if not candidate.usable),
    )


def _wasm(device: Device) -> Candidate:
    if device.simd:
        return Candidate("ort:wasm", True, True)
    why = tr("This browser has no WebAssembly SIMD, which onnxruntime-web needs.")
    return Candidate("ort:wasm", False, False, why)


def _graphics(provider: str, api: str, gpu: Gpu | None) -> Candidate:
    if gpu is None:
        why = tr("This browser offers no {api}; it may be switched off.", api=api)
        return Candidate(provider, False, False, why)
    if gpu.software:
        sentence = tr_noop("{api} runs on the processor here ({name}), which is slower than WebAssembly.")
        why = tr(sentence, api=api, name=gpu.name)
        return Candidate(provider, True, False, why)
    return Candidate(provider, True, True)


def _gpu(*names: str, fallback: bool = False) -> Gpu:
    name = " ".join(filter(None, names)) or "unnamed"
    return Gpu(name, fallback or bool(_SOFTWARE.search(name)))


def _slower(engine: str) -> str:
    sentence = tr_noop("{engine} engine has the same processor as onnxruntime-web's WebAssembly and uses it less well.")
    return tr(sentence, engine=tr(engine))
