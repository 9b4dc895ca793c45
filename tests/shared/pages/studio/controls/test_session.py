"""The session comes back on the next visit."""

import asyncio

import pytest

from app_py.pages.studio.controls import session
from app_py.pages.studio.session_store import KeptSession, SessionStore
from app_py.pages.studio.settings import SETTINGS_KEY
from tests.shared.support.studio import MemoryStore, Visitor, paint, photo


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session is kept as soon as it changes."""
    monkeypatch.setattr(session, "KEEP_S", 0)


@pytest.mark.usefixtures("at_once")
def test_photo_and_paintings_come_back_on_the_next_visit() -> None:
    async def run() -> None:
        first = Visitor()
        await first.studio.start()
        await paint(first)
        first.say("setting", field="style", value="mosaic-nc8")
        await first.settle("done")
        assert first.page.shown["unsaved"]
        first.say("save", purpose="download")
        assert not first.page.shown["unsaved"]
        await first.until(lambda: first.page.shown["kept"] == 2)
        await first.store.put(SETTINGS_KEY, "{}")

        second = Visitor(store=first.store)
        await second.studio.start()
        assert second.page.shown["canRestore"]
        second.say("restore")
        await second.settle("done")
        assert "Your last photo is back" in second.page.shown["status"]
        assert second.page.shown["style"] == "mosaic-nc8"
        assert (second.page.drawn["result"] == first.page.drawn["result"]).all()
        assert (second.page.drawn["before"] == first.page.drawn["before"]).all()
        second.say("undo")
        await second.settle("done")
        assert second.page.shown["style"] == "waves-nc8"
        second.say("forget-session")
        await second.until(lambda: second.page.shown["kept"] is None)
        assert not [key for key in (*second.store.texts, *second.store.bytes) if key.startswith("session")]

    asyncio.run(run())


@pytest.mark.usefixtures("at_once")
def test_what_was_turned_comes_back_turned() -> None:
    async def run() -> None:
        first = Visitor()
        await first.studio.start()
        first.choose(photo(size=(60, 40)))
        await first.until(lambda: first.page.shown["photo"] is not None)
        first.say("rotate", turns=1)
        await first.until(lambda: "40 × 60" in first.page.shown["status"] and "session-1" in first.store.texts)
        await asyncio.sleep(0.02)
        await first.store.put(SETTINGS_KEY, "{}")
        second = Visitor(store=first.store)
        await second.studio.start()
        second.say("restore")
        await second.until(lambda: second.page.shown["photo"] is not None)
        assert second.page.drawn["before"].shape == (60, 40, 3)
        assert second.page.shown["state"] == "ready"

    asyncio.run(run())


def test_a_photo_that_was_chosen_meanwhile_stays() -> None:
    async def run() -> None:
        store = MemoryStore()
        session = KeptSession("old.png", photo((1, 2, 3)), (), painted=False)
        await SessionStore(store).keep(session)
        await store.put(SETTINGS_KEY, "{}")
        visitor = Visitor(store=store)
        await visitor.studio.start()
        visitor.say("restore")
        visitor.choose(photo(), "new.png")
        await visitor.until(
            lambda: "new.png" in visitor.page.shown["status"] and visitor.page.shown["photo"] is not None
        )
        await asyncio.sleep(0.02)
        assert "new.png" in visitor.page.shown["status"]

    asyncio.run(run())
