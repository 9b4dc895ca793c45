"""The last photo and its paintings, kept in this browser so that a reload or a crash does not take them away."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from app_py.pages.studio.settings import Store, read_paint_settings
from app_py.pages.studio.state import PaintSettings
from app_py.photo.tensors import RgbImage
from app_py.records import is_number, parse_record

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
        self._turn = asyncio.Lock()
        """Taken by whoever writes or erases: what is erased while it is written would be there again."""

    async def keep(self, session: KeptSession) -> None:
        """Nothing is kept of a photo that is too large."""
        if len(session.photo) > MAX_PHOTO_BYTES:
            await self.forget()
            return
        async with self._turn:
            await self._replace(session)

    async def _replace(self, session: KeptSession) -> None:
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
        fields = await self._fields()
        if fields is None:
            return None
        photo = await self._store.get_bytes(fields["photo"])
        found = [_painting(entry, await self._store.get_bytes(entry["key"])) for entry in fields["paintings"]]
        paintings = [painting for painting in found if painting is not None]
        if photo is None or len(paintings) < len(found):
            return None
        session = KeptSession(fields["name"], photo, tuple(paintings), fields["painted"])
        entries = zip(fields["paintings"], paintings, strict=True)
        self._written = {fields["photo"]: photo, **{entry["key"]: painting.image for entry, painting in entries}}
        return session

    async def forget(self) -> None:
        async with self._turn:
            fields = await self._fields()
            await self._store.remove(SESSION_KEY)
            known = [] if fields is None else [fields["photo"], *(entry["key"] for entry in fields["paintings"])]
            for key in {*known, *self._written}:
                await self._remove(key)

    async def _fields(self) -> dict[str, Any] | None:
        """What tells of the pixels; the numbers of new keys go on after its own."""
        fields = parse_record(await self._store.get(SESSION_KEY))
        if not _is_whole(fields):
            return None
        self._last = max(self._last, fields["last"])
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


def _painting(entry: dict[str, Any], data: bytes | None) -> KeptPainting | None:
    """None where its pixels are gone, or are not of the size that was written down."""
    height, width = entry["size"]
    if data is None or len(data) != height * width * 3:
        return None
    image = np.frombuffer(data, np.uint8).reshape(height, width, 3)
    settings = read_paint_settings(entry["wish"])
    return KeptPainting(settings, entry["engine"], float(entry["runMs"]), tuple(entry["reasons"]), image)


def _is_whole(fields: dict[str, Any]) -> bool:
    """Whether a record is as `_described` makes it."""
    paintings = fields.get("paintings")
    return (
        all(isinstance(fields.get(name), str) for name in ("name", "photo"))
        and isinstance(fields.get("painted"), bool)
        and _is_count(fields.get("last"))
        and isinstance(paintings, list)
        and all(isinstance(entry, dict) and _is_whole_painting(entry) for entry in paintings)
    )


def _is_whole_painting(entry: dict[str, Any]) -> bool:
    size, reasons = entry.get("size"), entry.get("reasons")
    return (
        all(isinstance(entry.get(name), str) for name in ("key", "engine"))
        and isinstance(entry.get("wish"), dict)
        and is_number(entry.get("runMs"), 0, 1e12)
        and isinstance(reasons, list)
        and all(isinstance(reason, str) for reason in reasons)
        and isinstance(size, list)
        and len(size) == 2
        and all(map(_is_count, size))
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and is_number(value, 1, 1e9)
