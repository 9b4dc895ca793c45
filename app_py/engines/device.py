"""What a device offers to engines, and which of them are worth trying on it."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

from app_py.i18n import sentence_case, tr, tr_noop
from app_py.onnxruntime import engines
from app_py.onnxruntime.engines import Engine

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
class EngineInfo:
    """An engine as pages list it: whether this browser can run it, and if not, why not."""

    id: str
    usable: bool
    why: str = ""


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


def candidates(
    device: Device, refusals: Mapping[str, str] = MappingProxyType({}), without: Collection[str] = ()
) -> tuple[Candidate, ...]:
    """All engines in the order in which to try them: contenders, the rest from fast to slow, the unusable.

    `refusals` are engines that do not take the model, and why; those of `without` failed and are none of them, so that
    whom they outdo may be the fastest now.
    """
    found: dict[str, Candidate] = {}
    there = [engine for engine in engines.ENGINES if engine.id not in without]
    for engine in there:
        why = refusals.get(engine.id)
        found[engine.id] = Candidate(engine.id, False, False, why) if why else _judge(engine, device)
    usable = {candidate.provider for candidate in found.values() if candidate.usable}
    for engine in there:
        if engine.id in usable and not usable.isdisjoint(_better(engine)):
            found[engine.id] = Candidate(engine.id, True, False, _slower(engine))
    contenders = [candidate for candidate in found.values() if candidate.contender]
    fallbacks = [candidate for candidate in found.values() if candidate.usable and not candidate.contender]
    fallbacks.sort(key=lambda candidate: engines.get(candidate.provider).fallback_rank)
    return (*contenders, *fallbacks, *(candidate for candidate in found.values() if not candidate.usable))


def infos(device: Device) -> tuple[EngineInfo, ...]:
    """All engines as pages list them."""
    found = {candidate.provider: candidate for candidate in candidates(device)}
    return tuple(EngineInfo(name, found[name].usable, found[name].why) for name in engines.ids())


def _better(engine: Engine) -> Iterator[str]:
    """Engines that outdo it wherever they run, and those that outdo them."""
    while engine.outdone_by:
        engine = engines.get(engine.outdone_by)
        yield engine.id


def _judge(engine: Engine, device: Device) -> Candidate:
    """Whether the device has what an engine needs; others that are faster are not considered yet."""
    if engine.needs == "simd" and not device.simd:
        why = tr("This browser has no WebAssembly SIMD, which {engine} needs.", engine=engine.title)
        return Candidate(engine.id, False, False, why)
    if not engine.graphics:
        return Candidate(engine.id, True, True)
    gpu = device.webgl if engine.needs == "webgl" else device.webgpu
    if gpu is None:
        why = tr("This browser offers no {api}; it may be switched off.", api=engine.api)
        return Candidate(engine.id, False, False, why)
    if gpu.software:
        sentence = tr_noop("{api} runs on the processor here ({name}), which is slower than WebAssembly.")
        return Candidate(engine.id, True, False, tr(sentence, api=engine.api, name=gpu.name))
    return Candidate(engine.id, True, True)


def _gpu(*names: str, fallback: bool = False) -> Gpu:
    name = " ".join(filter(None, names)) or "unnamed"
    return Gpu(name, fallback or bool(_SOFTWARE.search(name)))


def _slower(engine: Engine) -> str:
    better = engines.get(engine.outdone_by or engine.id)
    sentence = tr_noop("{engine} has the same processor as {better} and uses it less well.")
    return sentence_case(tr(sentence, engine=tr(engine.name), better=tr(better.name)))
