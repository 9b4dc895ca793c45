"""A place in this browser that outlives the page, and what the studio keeps there."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from app_py.engines.verdicts import KeyValueStore
from app_py.pages.studio.state import ORIGINAL, SIZES_PX, Adjustments, PaintSettings, Remembered, Saving
from app_py.records import is_number, parse_record
from app_py.styles.manifest import ModelSpec
from app_py.styles.speeds import FINE, SPEEDS
from app_py.styles.user_model_record import read_spec

SETTINGS_KEY = "settings-1"
LONGEST_ID = 200


class Store(KeyValueStore, Protocol):
    """Text and bytes by key. Where a browser grants no storage, reading gives None and writing does nothing."""

    async def get_bytes(self, key: str) -> bytes | None: ...

    async def put_bytes(self, key: str, data: bytes) -> None: ...

    async def put_all(self, entries: Mapping[str, str | bytes]) -> bool:
        """All of them or none; whether they are kept."""

    async def keys(self, prefix: str) -> list[str]:
        """The keys that begin so, in order."""

    async def remove(self, key: str) -> None: ...

    async def remove_all(self, keys: Sequence[str]) -> None:
        """All of them at once."""


class NoStore:
    """Keeps nothing."""

    async def get(self, key: str) -> str | None:  # noqa: ARG002 - the protocol's signature
        return None

    async def put(self, key: str, value: str) -> None: ...

    async def get_bytes(self, key: str) -> bytes | None:  # noqa: ARG002
        return None

    async def put_bytes(self, key: str, data: bytes) -> None: ...

    async def put_all(self, entries: Mapping[str, str | bytes]) -> bool:  # noqa: ARG002
        return False

    async def keys(self, prefix: str) -> list[str]:  # noqa: ARG002
        return []

    async def remove(self, key: str) -> None: ...

    async def remove_all(self, keys: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    """What is kept from visit to visit.

    A visitor's own styles are each kept by themselves (`user_style_records`). `own_models` are those that an earlier
    version of the page listed here: they are read, and not written again.
    """

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
            }
        )


def read_settings(text: str | None) -> Settings:
    """The settings of the last visit; each that cannot be understood is left at its default.

    >>> read_settings("not JSON") == Settings()
    True
    """
    fields = parse_record(text)
    wish, look, saving = (_section(fields, name) for name in ("wish", "look", "saving"))
    entries = fields.get("own")
    own = tuple(spec for spec in map(read_spec, entries if isinstance(entries, list) else ()) if spec)
    remembered = Remembered(
        paint_settings=replace(read_paint_settings(wish), strength_percent=PaintSettings().strength_percent),
        adjustments=Adjustments(_percent(look, "strength_percent", 100), bool(look.get("keep_colours", False))),
        saving=Saving(
            _one_of(saving, "format", ("png", "jpeg", "webp"), "png"), max(1, _percent(saving, "quality", 92))
        ),
        own_models=tuple(model.id for model in own),
        speed=_one_of(fields, "speed", SPEEDS, FINE),
        steady=fields.get("steady") is not False,
    )
    return Settings(remembered, own)


def read_paint_settings(wish: dict[str, Any]) -> PaintSettings:
    """What was asked of a painting, from the JSON of `asdict`; what cannot be understood is at its default."""
    default = PaintSettings()
    return PaintSettings(
        style=_text(wish, "style", default.style),
        engine=_text(wish, "engine", default.engine),
        size=_one_of(wish, "size", (*map(str, SIZES_PX), ORIGINAL), default.size),
        mix=_mixture(wish.get("mix")),
        strength_percent=_percent(wish, "strength_percent", default.strength_percent),
    )


def _mixture(entry: object) -> tuple[tuple[str, int], ...]:
    """Styles with their weights; none where one of them is damaged."""
    parts = entry if isinstance(entry, list) else []
    whole = all(
        isinstance(part, list)
        and len(part) == 2
        and isinstance(part[0], str)
        and isinstance(part[1], int)
        and is_number(part[1], 0, 1e6)
        for part in parts
    )
    return tuple((style, weight) for style, weight in parts) if whole else ()


def _section(fields: dict[str, Any], name: str) -> dict[str, Any]:
    section = fields.get(name)
    return section if isinstance(section, dict) else {}


def _text(fields: dict[str, Any], name: str, default: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) and len(value) <= LONGEST_ID else default


def _one_of(fields: dict[str, Any], name: str, known: Sequence[str], default: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) and value in known else default


def _percent(fields: dict[str, Any], name: str, default: int) -> int:
    """Out of range is brought back to it."""
    value = fields.get(name, default)
    return min(100, max(0, int(value))) if is_number(value, -1e9, 1e9) else default
