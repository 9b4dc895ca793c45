"""What is on the canvases: the photo, and its painting as strength and colours make it."""

import asyncio
import io

import numpy as np
from PIL import Image

from app_py.errors import EngineError
from tests.shared.support.studio import StudioPage, Visitor, paint, photo, visit


def test_done_is_said_once_the_painting_is_on_the_canvas() -> None:
    class StrictPage(StudioPage):
        def show(self, state: str) -> None:
            super().show(state)
            assert self.shown["state"] != "done" or (self.drawn["result"][:, :, :3] == self.expected).all()

        expected = (55, 155, 205)

    async def run() -> None:
        visitor = Visitor(StrictPage())
        await visitor.studio.start()
        await paint(visitor)
        StrictPage.expected = (245, 235, 225)
        await paint(visitor, (10, 20, 30))
        StrictPage.expected = (55, 155, 205)
        visitor.say("undo")
        assert visitor.page.shown["state"] == "done"

    asyncio.run(run())


def test_the_look_applies_without_painting_again() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        visitor.painter.error = EngineError("must not be asked")
        del visitor.page.drawn["before"]
        for strength in (90, 70, 0):
            visitor.say("adjust", strength=strength, keepColours=False)
        await asyncio.sleep(0.05)
        assert "before" not in visitor.page.drawn, "the photo is on its canvas already"
        assert (visitor.page.drawn["result"][:, :, :3] == (200, 100, 50)).all()
        visitor.say("save", purpose="download")
        saved = np.asarray(Image.open(io.BytesIO(visitor.page.given[0][2])))
        assert (saved == (200, 100, 50)).all()

    visit(story)


def test_what_is_shown_is_what_is_saved() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        for strength, keep in ((100, True), (40, True), (40, False), (100, False)):
            visitor.say("adjust", strength=strength, keepColours=keep)
            await asyncio.sleep(0.05)
            visitor.say("save", purpose="download")
            saved = np.asarray(Image.open(io.BytesIO(visitor.page.given[-1][2])))
            assert (saved == visitor.page.drawn["result"][:, :, :3]).all()

    visit(story)


def test_undo_puts_the_older_photo_back_beside_its_painting() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        visitor.say("rotate", turns=1)
        await visitor.until(lambda: "40 × 60" in visitor.page.shown["status"])
        visitor.say("paint")
        await visitor.settle("done")
        assert visitor.page.drawn["before"].shape[:2] == (60, 40)
        visitor.say("undo")
        await visitor.until(lambda: visitor.page.drawn["before"].shape[:2] == (40, 60))

    visit(story)


def test_a_small_painting_does_not_blur_the_photo_beside_it() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.say("setting", field="size", value="128")
        visitor.choose(photo(size=(600, 400)))
        visitor.say("paint")
        await visitor.settle("done")
        assert visitor.page.drawn["result"].shape[:2] == (85, 128)
        assert visitor.page.drawn["before"].shape[:2] == (400, 600)

    visit(story)


def test_a_painting_finer_than_the_screen_has_its_photo_as_fine_beside_it() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.say("setting", field="size", value="original")
        visitor.choose(photo(size=(1100, 80)))
        visitor.say("paint")
        await visitor.settle("done")
        assert visitor.page.drawn["before"].shape == visitor.page.drawn["result"].shape == (80, 1100, 3)
        visitor.say("undo")
        await visitor.until(lambda: visitor.page.drawn["before"].shape[1] == 1024)

    visit(story)


def test_undo_shows_the_painting_before() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        await paint(visitor, (10, 20, 30))
        visitor.say("undo")
        await asyncio.sleep(0.05)
        assert (visitor.page.drawn["result"][:, :, :3] == (55, 155, 205)).all()
        visitor.say("redo")
        await asyncio.sleep(0.05)
        assert (visitor.page.drawn["result"][:, :, :3] == (245, 235, 225)).all()

    visit(story)
