"""A place in this browser that outlives the page, and what the studio keeps there."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from app_py.engines.verdicts import KeyValueStore
from app_py.pages.studio.state import Adjustments, PaintSettings, Remembered, Saving
from app_py.styles.manifest import FileSpec, ModelSpec
from app_py.styles.speeds import FINE

SETTINGS_KEY = "settings-1"


class Store(KeyValueStore, Protocol):
    """Text and bytes by key. Where a browser grants no storage, reading gives None and writing does nothing."""

    async def get_bytes(self, key: str) -> bytes | None: ...

    async def put_bytes(self, key: str, data: bytes) -> None: ...

    async def remove(self, key: str) -> None: ...


class NoStore:
    """Keeps nothing."""

    async def get(self, key: str) -> str | None:  # noqa: ARG002 - the protocol's signature
        return None

    async def put(self, key: str, value: str) -> None: ...

    async def get_bytes(self, key: str) -> bytes | None:  # noqa: ARG002
        return None

    async def put_bytes(self, key: str, data: bytes) -> None: ...

    async def remove(self, key: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """What is kept from visit to visit."""

    remembered: Remembered = Remembered()  # noqa: RUF009 - frozen
    own_models: tuple[ModelSpec, ...] = ()

    def to_json(self) -> str:
        return json.dumps(
            {
                "wish": asdict(self.remembered.paint_settings),
                "look": asdict(self.remembered.adjustments),
                "saving": asdict(self.remembered.saving),
                "speed": self.remembered.speed,
                "steady": self.remembered.steady,
                "own": [asdict(model) for model in self.own_models],
            }
        )


def read_settings(text: str | None) -> Settings:
    """The settings of the last visit; what cannot be understood, from another version say, is left at its default.

    >>> read_settings("not JSON") == Settings()
    True
    """
    try:
        fields = json.loads(text or "{}")
        if not isinstance(fields, dict):
            return Settings()
        own = tuple(_model(entry) for entry in fields.get("own", ()))
        adjustments = Adjustments(**fields.get("look", {}))
        saving = Saving(**fields.get("saving", {}))
        remembered = Remembered(
            paint_settings=_paint_settings(fields.get("wish", {})),
            adjustments=Adjustments(
                min(100, max(0, int(adjustments.strength_percent))), bool(adjustments.keep_colours)
            ),
            saving=saving if saving.format in ("png", "jpeg", "webp") else Saving(),
            own_models=tuple(model.id for model in own),
            speed=str(fields.get("speed", FINE)),
            steady=fields.get("steady") is not False,
        )
    except (TypeError, ValueError, AttributeError):
        return Settings()
    return Settings(remembered, own)


def _paint_settings(entry: dict[str, Any]) -> PaintSettings:
    mixture = tuple((str(style), int(weight)) for style, weight in entry.get("mix", ()))
    return PaintSettings(**{**entry, "mix": mixture})


def _model(entry: dict[str, Any]) -> ModelSpec:
    files = {name: FileSpec(**entry[name]) if entry.get(name) else None for name in ("model", "reference", "predictor")}
    vector = tuple(map(float, entry.get("vector", ())))
    return ModelSpec(**{**entry, **files, "preview": None, "vector": vector})
