"""What a session becomes in the browser's store."""

import asyncio
import contextlib
from dataclasses import replace

import numpy as np
import pytest

from app_py.pages.studio.session_store import KeptPainting, KeptSession, SessionStore
from app_py.pages.studio.state import PaintSettings
from tests.shared.support.studio import MemoryStore, photo


@pytest.mark.parametrize("harm", ["{", "[]", '{"name": "a"}', '{"name": "a", "painted": true, "paintings": [{}]}'])
def test_a_session_that_cannot_be_used_is_none(harm: str) -> None:
    async def run() -> None:
        store = MemoryStore()
        await SessionStore(store).keep(KeptSession("a.png", photo(), (), painted=False))
        store.texts["session-1"] = harm
        assert await SessionStore(store).read() is None

    asyncio.run(run())


def test_a_session_is_bounded() -> None:
    async def run() -> None:
        store = MemoryStore()
        sessions = SessionStore(store)
        image = np.zeros((2000, 2000, 3), np.uint8)
        paintings = tuple(KeptPainting(PaintSettings(f"style-{n}"), "ort:wasm", 1.0, (), image) for n in range(4))
        await sessions.keep(KeptSession("a.png", photo(), paintings, painted=True))
        kept = await SessionStore(store).read()
        assert kept is not None
        assert [painting.settings.style for painting in kept.paintings] == ["style-2", "style-3"]
        await sessions.keep(KeptSession("a.png", photo(), paintings[:1], painted=True))
        assert len(store.bytes) == 2, "the photo and one painting"
        await sessions.keep(KeptSession("a.png", bytes(30_000_001), (), painted=False))
        assert not store.bytes

    asyncio.run(run())


def test_until_a_session_is_written_whole_the_one_before_stays() -> None:
    class Closing(MemoryStore):
        """The page is closed before this write."""

        def __init__(self, until: int) -> None:
            super().__init__()
            self.left = until

        async def put_bytes(self, key: str, data: bytes) -> None:
            self.left -= 1
            if self.left < 0:
                raise asyncio.CancelledError
            await super().put_bytes(key, data)

    async def run() -> None:
        image = np.zeros((8, 8, 3), np.uint8)
        for writes in (2, 3):
            store = Closing(writes)
            sessions = SessionStore(store)
            first = KeptPainting(PaintSettings("first"), "ort:wasm", 1.0, (), image)
            await sessions.keep(KeptSession("a.png", photo(), (first,), painted=True))
            with contextlib.suppress(asyncio.CancelledError):
                second = replace(first, image=image + 1)
                await sessions.keep(KeptSession("b.png", photo((1, 1, 1)), (second,), painted=True))
            kept = await SessionStore(store).read()
            assert kept is not None
            assert (kept.name, int(kept.paintings[0].image.max())) == ("a.png", 0)

    asyncio.run(run())


def test_what_is_erased_while_it_is_written_is_gone() -> None:
    class Slow(MemoryStore):
        async def put_bytes(self, key: str, data: bytes) -> None:
            await asyncio.sleep(0)
            await super().put_bytes(key, data)

    async def run() -> None:
        store = Slow()
        sessions = SessionStore(store)
        keeping = asyncio.ensure_future(sessions.keep(KeptSession("a.png", photo(), (), painted=False)))
        await asyncio.sleep(0)
        await sessions.forget()
        await keeping
        assert not store.texts
        assert not store.bytes

    asyncio.run(run())
