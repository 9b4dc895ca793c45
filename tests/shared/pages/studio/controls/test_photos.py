"""Photos: they arrive, are turned and cut, and the engine is made ready for them."""

import pytest

from tests.shared.support.studio import Visitor, paint, photo, visit


def test_the_engine_is_made_ready_while_a_person_still_chooses() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.choose(photo(size=(1000, 500)))
        await visitor.until(lambda: visitor.painter.prepared != [])
        assert visitor.painter.prepared == [(visitor.studio._state.paint_settings.style, 512 * 256, "auto")]

    visit(story)


def test_turning_and_cutting_make_a_new_photo() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        visitor.say("rotate", turns=1)
        await visitor.until(lambda: "40 × 60" in visitor.page.shown["status"])
        visitor.say("crop", box=[0.0, 0.0, 1.0, 0.5])
        await visitor.until(lambda: "40 × 30" in visitor.page.shown["status"])
        visitor.say("uncut")
        await visitor.until(lambda: "40 × 60" in visitor.page.shown["status"])
        visitor.say("crop", box=[0.0, 0.0, 0.01, 0.01])
        await visitor.settle("error")
        assert visitor.page.shown["error"] == "photo-too-small"
        visitor.say("paint")
        await visitor.settle("done")

    visit(story)


@pytest.mark.parametrize("turns", [0, 1])
def test_where_nothing_was_cut_off_the_painting_stays(turns: int) -> None:
    async def story(visitor: Visitor) -> None:
        visitor.choose(photo())
        await visitor.until(lambda: "60 × 40" in visitor.page.shown["status"])
        if turns:
            visitor.say("rotate", turns=turns)
            await visitor.until(lambda: "40 × 60" in visitor.page.shown["status"])
        visitor.say("paint")
        await visitor.settle("done")
        on_show = visitor.page.shown["photo"]
        visitor.say("uncut")
        assert visitor.page.shown["state"] == "done"
        assert visitor.page.shown["photo"] == on_show

    visit(story)


def test_the_whole_photo_is_that_of_the_photo_on_show() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        visitor.choose(photo((1, 2, 3), (90, 50)), "dog.png")
        await visitor.until(lambda: "90 × 50" in visitor.page.shown["status"])
        visitor.say("undo")
        visitor.say("crop", box=[0.0, 0.0, 1.0, 0.5])
        await visitor.until(lambda: "60 × 20" in visitor.page.shown["status"])
        visitor.say("uncut")
        await visitor.until(lambda: "cat.png, 60 × 40" in visitor.page.shown["status"])
        assert (visitor.page.drawn["before"][:, :, :3] == (200, 100, 50)).all()

    visit(story)


def test_a_photo_address_that_leads_nowhere() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.say("photo", name="gone.jpg", url="http://here/gone.jpg")
        await visitor.settle("error")
        assert visitor.page.shown["error"] == "photo-not-found"

    visit(story)
