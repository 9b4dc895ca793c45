"""The studio as the page finds it: it starts, and takes messages in."""

import asyncio

import pytest

from tests.shared.support.studio import StudioPage, Visitor, visit


def test_a_broken_manifest_is_shown() -> None:
    async def run() -> None:
        visitor = Visitor(StudioPage({"manifest.json": b"{"}))
        await visitor.studio.start()
        assert visitor.page.shown["error"] == "manifest-invalid"

    asyncio.run(run())


def test_an_unknown_message_is_a_defect() -> None:
    async def story(visitor: Visitor) -> None:
        with pytest.raises(ValueError, match="unknown message"):
            visitor.say("dance")

    visit(story)


@pytest.mark.parametrize("code", ["drop-empty", "paste-empty", "photo-foreign", "camera-refused", "copy-refused"])
def test_what_the_page_itself_could_not_do_is_said(code: str) -> None:
    async def story(visitor: Visitor) -> None:
        visitor.say("fail", code=code)
        assert visitor.page.shown["error"] == code
        assert visitor.page.shown["status"].endswith(".")

    visit(story)
