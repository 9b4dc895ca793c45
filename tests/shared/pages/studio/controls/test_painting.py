"""From a photo to a painting, and what may go wrong."""

import asyncio

import pytest

from app_py.errors import EngineError
from tests.shared.support.studio import MODEL, StudioPage, Visitor, paint, photo, visit


def test_a_photo_becomes_a_painting() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        assert visitor.page.drawn["result"].shape == (40, 60, 3)
        assert (visitor.page.drawn["result"][:, :, :3] == (55, 155, 205)).all()
        assert (visitor.page.drawn["before"][:, :, :3] == (200, 100, 50)).all()
        assert visitor.page.shown["result"]["reasons"] == ["WebAssembly is the fastest here."]

    visit(story)


def test_cancel_ends_the_engine_and_late_results_are_dropped() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.painter.gate = asyncio.Event()
        visitor.choose(photo())
        visitor.say("paint")
        await visitor.until(lambda: "Painting" in visitor.page.shown["status"])
        visitor.say("cancel")
        assert visitor.painter.stopped == 1
        assert visitor.page.shown["state"] == "ready"
        await asyncio.sleep(0.05)
        assert visitor.page.shown["state"] == "ready"
        assert "result" not in visitor.page.drawn

    visit(story)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (EngineError("The engine broke.", code="engine-died"), "engine-died"),
        (MemoryError(), "out-of-memory"),
        (ZeroDivisionError("a defect of ours"), "internal"),
    ],
)
def test_whatever_the_painter_throws_becomes_a_sentence(error: Exception, code: str) -> None:
    async def story(visitor: Visitor) -> None:
        visitor.painter.error = error
        visitor.choose(photo())
        visitor.say("paint")
        await visitor.settle("error")
        assert visitor.page.shown["error"] == code
        assert "Traceback" not in visitor.page.shown["status"]
        visitor.painter.error = None
        visitor.say("paint")
        await visitor.settle("done")

    visit(story)


@pytest.mark.parametrize(
    ("files", "code"),
    [({"waves-nc8.onnx": MODEL[:-1]}, "model-damaged"), ({"waves-nc8.onnx": MODEL[::-1]}, "model-damaged")],
)
def test_a_model_that_is_not_the_one_promised(files: dict[str, bytes], code: str) -> None:
    async def run() -> None:
        visitor = Visitor(StudioPage(files))
        await visitor.studio.start()
        visitor.choose(photo())
        visitor.say("paint")
        await visitor.settle("error")
        assert visitor.page.shown["error"] == code
        visitor.say("setting", field="style", value="mosaic-nc8")
        visitor.say("paint")
        await visitor.settle("done")

    asyncio.run(run())
