"""What is known about engines on this device, and remembered from visit to visit."""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Literal, Protocol, get_args

from app_py.onnxruntime import engines
from app_py.records import is_number, parse_record
from app_py.styles.manifest import ModelSpec

Status = Literal["right", "wrong", "crashed", "late"]

VERSION = 2

RETRY_AFTER_S = 3 * 24 * 3600.0
"""What an engine once did wrong is tried again after so long: the driver may be another, or the fault a passing one."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an engine did in a test on a model family.

    `late`: it was not ready within the time that a start may take. `max_error` is on the 0..255 scale,
    `ms_per_megapixel` what a run needs, 0 where it was not measured. `at` is when it was found, in Unix seconds.
    """

    status: Status
    max_error: float = 0.0
    ms_per_megapixel: float = 0.0
    detail: str = ""
    at: float = 0.0

    def predict_ms(self, pixels: int) -> float:
        return self.ms_per_megapixel * pixels / 1e6


class KeyValueStore(Protocol):
    """A place that outlives the page: text by key, as in `localStorage`."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...


class InMemoryStore:
    """Forgets everything with the page."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self._texts.get(key)

    async def put(self, key: str, value: str) -> None:
        self._texts[key] = value


class Verdicts:
    """All verdicts of one device, in a memory that holds JSON by engine version, model family, browser and GPU.

    A model of the site speaks for its family, one that a visitor brought for itself alone: what it declares is no proof
    of what it computes.
    """

    def __init__(self, device_key: str, memory: KeyValueStore, now: Callable[[], float] = time.time) -> None:
        self._device_key = device_key
        self._memory = memory
        self._now = now
        self._known: dict[str, Verdict] = {}

    async def recall(self, provider: str, spec: ModelSpec) -> Verdict | None:
        """What is known of an engine on a model's family, or None."""
        key = self._key(provider, spec)
        if key not in self._known:
            verdict = _from_json(await self._memory.get(key))
            if verdict is None or self._is_stale(verdict):
                return None
            self._known[key] = verdict
        return self._known[key]

    async def remember(self, provider: str, spec: ModelSpec, verdict: Verdict, *, for_good: bool = True) -> None:
        """`for_good` False: for this visit only."""
        self.note(provider, spec, verdict)
        if for_good:
            await self.keep(provider, spec)

    def note(self, provider: str, spec: ModelSpec, verdict: Verdict) -> None:
        """For this visit."""
        self._known[self._key(provider, spec)] = replace(verdict, at=self._now())

    async def keep(self, provider: str, spec: ModelSpec) -> None:
        """For later visits, what was noted."""
        key = self._key(provider, spec)
        await self._memory.put(key, json.dumps(asdict(self._known[key])))

    def _is_stale(self, verdict: Verdict) -> bool:
        # A clock that was set back must not make a verdict eternal.
        return verdict.status != "right" and not 0 <= self._now() - verdict.at < RETRY_AFTER_S

    def _key(self, provider: str, spec: ModelSpec) -> str:
        engine = engines.get(provider).version
        family = f"nc{spec.width}-{spec.padding}-opset{spec.opset}" + (f"-{spec.network}" if spec.network else "")
        of = f"model-{spec.model.sha256}" if spec.is_visitors else family
        return f"verdict-{VERSION}|{provider}@{engine}|{of}|{self._device_key}"


def _from_json(text: str | None) -> Verdict | None:
    """A remembered verdict, or None where the memory holds something else."""
    fields = parse_record(text)
    numbers = [fields.get(name) for name in ("max_error", "ms_per_megapixel", "at")]
    valid = fields.get("status") in get_args(Status) and all(is_number(number, 0, 1e12) for number in numbers)
    try:
        return Verdict(**fields) if valid and isinstance(fields.get("detail"), str) else None
    except TypeError:
        return None
