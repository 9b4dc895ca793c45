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
PHOTO_KEY = f"{SESSION_KEY}/photo"

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
    """One session: each that is kept takes the place of the one before."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._photo: bytes | None = None
        """The one that is written already."""
        self._paintings = 0
        """How many are."""

    async def keep(self, session: KeptSession) -> None:
        """Nothing is kept of a photo that is too large."""
        if len(session.photo) > MAX_PHOTO_BYTES:
            await self.forget()
            return
        paintings = _affordable(session.paintings)
        # First the pixels, last what tells of them: a page that is closed in between leaves nothing half.
        await self._store.remove(SESSION_KEY)
        if session.photo is not self._photo:
            await self._store.put_bytes(PHOTO_KEY, session.photo)
            self._photo = session.photo
        for number, painting in enumerate(paintings):
            await self._store.put_bytes(_painting_key(number), painting.image.tobytes())
        for number in range(len(paintings), self._paintings):
            await self._store.remove(_painting_key(number))
        self._paintings = len(paintings)
        await self._store.put(SESSION_KEY, json.dumps(_fields(session, paintings)))

    async def exists(self) -> bool:
        text = await self._store.get(SESSION_KEY)
        self._paintings = text.count('"engine"') if text else 0
        return text is not None

    async def read(self) -> KeptSession | None:
        """What was kept; None where there is nothing, or nothing that can be used."""
        text, photo = await self._store.get(SESSION_KEY), await self._store.get_bytes(PHOTO_KEY)
        if text is None or photo is None:
            return None
        try:
            fields = json.loads(text)
            paintings = [
                _painting(entry, await self._store.get_bytes(_painting_key(number)))
                for number, entry in enumerate(fields["paintings"])
            ]
            session = KeptSession(str(fields["name"]), photo, tuple(paintings), bool(fields["painted"]))
        except (KeyError, TypeError, ValueError):
            return None
        self._photo, self._paintings = photo, len(paintings)
        return session

    async def forget(self) -> None:
        for key in (SESSION_KEY, PHOTO_KEY, *map(_painting_key, range(self._paintings))):
            await self._store.remove(key)
        self._photo, self._paintings = None, 0


def _affordable(paintings: Iterable[KeptPainting]) -> tuple[KeptPainting, ...]:
    kept: list[KeptPainting] = []
    total = 0
    for painting in reversed(tuple(paintings)):
        total += painting.image.nbytes
        if total > MAX_PAINTINGS_BYTES:
            break
        kept.append(painting)
    return tuple(reversed(kept))


def _fields(session: KeptSession, paintings: tuple[KeptPainting, ...]) -> dict[str, object]:
    return {
        "name": session.name,
        "painted": session.painted and bool(paintings),
        "paintings": [
            {
                "wish": asdict(painting.settings),
                "engine": painting.engine,
                "runMs": painting.run_ms,
                "reasons": list(painting.reasons),
                "size": list(painting.image.shape[:2]),
            }
            for painting in paintings
        ],
    }


def _painting(entry: dict[str, Any], data: bytes | None) -> KeptPainting:
    if data is None:
        raise ValueError("a painting is missing")
    image = np.frombuffer(data, np.uint8).reshape(*Size(*entry["size"]), 3)
    reasons = tuple(map(str, entry["reasons"]))
    return KeptPainting(PaintSettings(**entry["wish"]), str(entry["engine"]), float(entry["runMs"]), reasons, image)


def _painting_key(number: int) -> str:
    return f"{SESSION_KEY}/painting-{number}"
