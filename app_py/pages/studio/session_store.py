"""The last photo and its paintings, kept in this browser so that a reload or a crash does not take them away."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from app_py.pages.studio.settings import Store
from app_py.pages.studio.state import PaintSettings
from app_py.photo.sizing import Size
from app_py.photo.tensors import RgbImage

SESSION_KEY = "session-1"

MAX_PHOTO_BYTES = 30_000_000
MAX_PAINTINGS_BYTES = 24_000_000
"""Of all paintings together, three bytes a pixel; the latest are kept."""


@dataclass(frozen=True, slots=True)
class KeptPainting:
    """A painting with what it was made by; `image` is uint8 `(H, W, 3)`."""

    settings: PaintSettings
    engine: str
    run_ms: float
    reasons: tuple[str, ...]
    image: RgbImage = field(compare=False)


@dataclass(frozen=True, slots=True)
class KeptSession:
    """`photo` is a picture file; of `paintings` the last one was on show, if `painted`."""

    name: str
    photo: bytes
    paintings: tuple[KeptPainting, ...]
    painted: bool


class SessionStore:
    """One session. Until the next one is written whole, the one before stays: a page may be closed at any moment."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last = 0
        self._written: dict[str, bytes | RgbImage] = {}
        """What lies under which key; what has not changed is not written again."""

    async def keep(self, session: KeptSession) -> None:
        """Nothing is kept of a photo that is too large."""
        if len(session.photo) > MAX_PHOTO_BYTES:
            await self.forget()
            return
        paintings = _affordable(session.paintings)
        before = dict(self._written)
        photo = await self._write(session.photo)
        keys = [await self._write(painting.image) for painting in paintings]
        await self._store.put(SESSION_KEY, json.dumps(_described(session, photo, paintings, keys)))
        for key in before.keys() - {photo, *keys}:
            await self._remove(key)

    async def paintings_kept(self) -> int | None:
        """How many there are beside the photo; None where nothing is kept."""
        fields = await self._fields()
        return None if fields is None else len(fields["paintings"])

    async def read(self) -> KeptSession | None:
        """What was kept; None where there is nothing, or nothing that can be used."""
        try:
            fields = await self._fields()
            if fields is None:
                return None
            photo = await self._store.get_bytes(fields["photo"])
            paintings = [_painting(entry, await self._store.get_bytes(entry["key"])) for entry in fields["paintings"]]
            if photo is None:
                return None
            session = KeptSession(str(fields["name"]), photo, tuple(paintings), bool(fields["painted"]))
        except (KeyError, TypeError, ValueError):
            return None
        entries = zip(fields["paintings"], paintings, strict=True)
        self._written = {fields["photo"]: photo, **{entry["key"]: painting.image for entry, painting in entries}}
        return session

    async def forget(self) -> None:
        fields = await self._fields()
        await self._store.remove(SESSION_KEY)
        known = [] if fields is None else [fields["photo"], *(entry["key"] for entry in fields["paintings"])]
        for key in {*known, *self._written}:
            await self._remove(key)

    async def _fields(self) -> dict[str, Any] | None:
        """What tells of the pixels; the numbers of new keys go on after its own."""
        text = await self._store.get(SESSION_KEY)
        try:
            fields = json.loads(text) if text else None
            if not isinstance(fields, dict):
                return None
            self._last = max(self._last, int(fields["last"]))
        except (KeyError, TypeError, ValueError):
            return None
        return fields

    async def _write(self, pixels: bytes | RgbImage) -> str:
        for key, written in self._written.items():
            if written is pixels:
                return key
        self._last += 1
        key = f"{SESSION_KEY}/{self._last}"
        await self._store.put_bytes(key, pixels if isinstance(pixels, bytes) else pixels.tobytes())
        self._written[key] = pixels
        return key

    async def _remove(self, key: str) -> None:
        await self._store.remove(key)
        self._written.pop(key, None)


def _affordable(paintings: Iterable[KeptPainting]) -> tuple[KeptPainting, ...]:
    kept: list[KeptPainting] = []
    total = 0
    for painting in reversed(tuple(paintings)):
        total += painting.image.nbytes
        if total > MAX_PAINTINGS_BYTES:
            break
        kept.append(painting)
    return tuple(reversed(kept))


def _described(
    session: KeptSession, photo: str, paintings: tuple[KeptPainting, ...], keys: list[str]
) -> dict[str, object]:
    return {
        "name": session.name,
        "photo": photo,
        "painted": session.painted and bool(paintings),
        "last": max(int(key.rpartition("/")[2]) for key in (photo, *keys)),
        "paintings": [
            {
                "key": key,
                "wish": asdict(painting.settings),
                "engine": painting.engine,
                "runMs": painting.run_ms,
                "reasons": list(painting.reasons),
                "size": list(painting.image.shape[:2]),
            }
            for painting, key in zip(paintings, keys, strict=True)
        ],
    }


def _painting(entry: dict[str, Any], data: bytes | None) -> KeptPainting:
    if data is None:
        raise ValueError("a painting is missing")
    image = np.frombuffer(data, np.uint8).reshape(*Size(*entry["size"]), 3)
    reasons = tuple(map(str, entry["reasons"]))
    return KeptPainting(PaintSettings(**entry["wish"]), str(entry["engine"]), float(entry["runMs"]), reasons, image)
