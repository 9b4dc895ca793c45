"""The photo in every style."""

import asyncio

import pytest

from app_py.errors import EngineError
from tests.shared.support.studio import Visitor, photo, visit


def test_every_style_is_tried_on_the_photo() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.choose(photo())
        await visitor.until(lambda: visitor.page.shown["canTryAll"])
        visitor.say("sheet", models=["waves-nc8", "mosaic-nc8"])
        await visitor.until(lambda: "every style: choose" in visitor.page.shown["status"])
        for tile in ("tile-waves-nc8", "tile-mosaic-nc8"):
            assert visitor.page.drawn[tile].shape == (40, 60, 3)
            assert (visitor.page.drawn[tile][:, :, :3] == (55, 155, 205)).all()

    visit(story)


def test_a_small_painting_becomes_the_picture_at_once() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.choose(photo(size=(600, 400)))
        await visitor.until(lambda: visitor.page.shown["canTryAll"])
        visitor.say("sheet", models=["waves-nc8", "mosaic-nc8"])
        await visitor.until(lambda: "every style: choose" in visitor.page.shown["status"])
        visitor.painter.gate = asyncio.Event()
        visitor.say("setting", field="style", value="mosaic-nc8")
        assert visitor.page.shown["preview"]
        assert visitor.page.drawn["result"].shape == (160, 240, 3)
        visitor.painter.gate.set()
        await visitor.settle("done")
        assert visitor.page.drawn["result"].shape == (341, 512, 3)

    visit(story)


@pytest.mark.parametrize("what", ["the engine", "the files"])
def test_a_sheet_that_fails_is_not_told_as_done(what: str) -> None:
    async def story(visitor: Visitor) -> None:
        visitor.choose(photo())
        await visitor.until(lambda: visitor.page.shown["canTryAll"])
        if what == "the engine":
            visitor.painter.error = EngineError("No engine paints it.", code="no-engine")
        else:
            visitor.page.files.clear()
        visitor.say("sheet", models=["waves-nc8", "mosaic-nc8"])
        await visitor.settle("error")
        assert visitor.page.shown["error"] == ("no-engine" if what == "the engine" else "model-unavailable")
        assert "every style: choose" not in visitor.page.shown["status"]
        assert visitor.page.shown["canTryAll"]
        assert visitor.page.shown["tiles"] == []

    visit(story)
