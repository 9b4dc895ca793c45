"""Settings outlive a visit."""

import asyncio

from app_py.pages.studio.settings import SETTINGS_KEY
from tests.shared.support.studio import MemoryStore, Visitor


def test_settings_are_remembered_for_the_next_visit() -> None:
    async def run() -> None:
        store = MemoryStore()
        first = Visitor(store=store)
        await first.studio.start()
        assert first.page.shown["welcome"]
        first.say("welcomed")
        first.say("setting", field="style", value="mosaic-nc8")
        first.say("adjust", strength=30, keepColours=True)
        await first.until(lambda: bool(store.texts))

        second = Visitor(store=store)
        await second.studio.start()
        assert second.page.shown["style"] == "mosaic-nc8"
        assert second.page.shown["strength"] == 30
        assert second.page.shown["keepColours"]
        assert not second.page.shown["welcome"]

    asyncio.run(run())


def test_settings_that_nobody_can_read_are_set_aside_and_the_page_goes_on() -> None:
    async def story() -> None:
        store = MemoryStore()
        store.texts[SETTINGS_KEY] = "[" * 100_000
        visitor = Visitor(store=store)
        await visitor.studio.start()
        assert visitor.page.shown["state"] == "ready"
        assert store.texts[f"damaged/{SETTINGS_KEY}"] == "[" * 100_000

    asyncio.run(story())
