"""What is known about engines on this device, and remembered from visit to visit."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol

from app_py.onnxruntime import engines
from app_py.styles.manifest import ModelSpec

Status = Literal["right", "wrong", "crashed", "late"]

VERSION = 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """How an engine did in a test on a model family.

    `late`: it was not ready within the time that a start may take. `max_error` is on the 0..255 scale,
    `ms_per_megapixel` what a run needs, 0 where it was not measured.
    """

    status: Status
    max_error: float = 0.0
    ms_per_megapixel: float = 0.0
    detail: str = ""

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
    """All verdicts of one device, in a memory that holds JSON by engine version, model family, browser and GPU."""

    def __init__(self, device_key: str, memory: KeyValueStore) -> None:
        self._device_key = device_key
        self._memory = memory
        self._known: dict[str, Verdict] = {}

    async def recall(self, provider: str, spec: ModelSpec) -> Verdict | None:
        """What is known of an engine on a model's family, or None."""
        key = self._key(provider, spec)
        if key not in self._known:
            verdict = _from_json(await self._memory.get(key))
            if verdict is None:
                return None
            self._known[key] = verdict
        return self._known[key]

    async def remember(self, provider: str, spec: ModelSpec, verdict: Verdict, *, for_good: bool = True) -> None:
        """`for_good` False: for this visit only."""
        key = self._key(provider, spec)
        self._known[key] = verdict
        if for_good:
            await self._memory.put(key, json.dumps(asdict(verdict)))

    def _key(self, provider: str, spec: ModelSpec) -> str:
        engine = engines.get(provider).version
        family = f"nc{spec.width}-{spec.padding}-opset{spec.opset}" + (f"-{spec.network}" if spec.network else "")
        return f"verdict-{VERSION}|{provider}@{engine}|{family}|{self._device_key}"


def _from_json(text: str | None) -> Verdict | None:
    """A remembered verdict, or None where the memory holds something else."""
    try:
        fields: Any = json.loads(text or "null")
        verdict = Verdict(**fields)
        valid = verdict.status in ("right", "wrong", "crashed", "late") and verdict.ms_per_megapixel >= 0
    except (TypeError, ValueError):
        return None
    return verdict if valid else None
