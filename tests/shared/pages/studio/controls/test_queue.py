"""Several photos chosen together."""

import asyncio
import io
import zipfile

from PIL import Image

from app_py.photo.tensors import RgbImage
from tests.shared.support.studio import ChosenFile, StudioPage, Visitor, photo, visit


def enqueue(visitor: Visitor, *files: tuple[str, bytes]) -> None:
    for number, (name, data) in enumerate(files, 1):
        message = {"type": "queue-photo", "number": number, "name": name, "first": number == 1}
        visitor.studio.receive(message, ChosenFile(data))


def test_several_photos_are_painted_and_saved_as_one_zip() -> None:
    async def story(visitor: Visitor) -> None:
        enqueue(visitor, ("a.png", photo()), ("b.png", b"not a picture"), ("a.png", photo((10, 20, 30), (90, 60))))
        await visitor.until(lambda: visitor.page.shown["photo"] is not None)
        assert [item["name"] for item in visitor.page.shown["queue"]] == ["a.png", "b.png", "a.png"]
        visitor.say("paint-queue")
        assert visitor.page.shown["state"] == "running"
        await visitor.until(lambda: visitor.page.shown["canSaveQueue"])
        assert [item["state"] for item in visitor.page.shown["queue"]] == ["done", "failed", "done"]
        assert "1 could not be painted: b.png." in visitor.page.shown["status"]
        assert (visitor.page.drawn["queue-3"][:, :, :3] == (245, 235, 225)).all()
        visitor.say("save-queue", **{"as": "zip"})
        ((name, mime, data, _),) = visitor.page.given
        assert (name, mime) == ("paintings.zip", "application/zip")
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.namelist() == ["a-waves.png", "a-waves-2.png"]
            assert Image.open(io.BytesIO(archive.read("a-waves-2.png"))).size == (90, 60)
        visitor.say("save-queue", **{"as": "files"})
        assert [given[0] for given in visitor.page.given[1:]] == ["a-waves.png", "a-waves-2.png"]
        # In another style all of them are painted again, in the same one none.
        visitor.say("paint-queue")
        assert "All of them are painted" not in visitor.page.shown["status"]

    visit(story)


def test_stopping_keeps_what_several_photos_have_become_so_far() -> None:
    class HoldingPage(StudioPage):
        def draw(self, canvas: str, rgba: RgbImage) -> None:
            super().draw(canvas, rgba)
            if canvas == "queue-1":
                visitor.painter.gate = asyncio.Event()

    visitor = Visitor(HoldingPage())

    async def story() -> None:
        await visitor.studio.start()
        enqueue(visitor, ("a.png", photo()), ("b.png", photo()))
        visitor.say("paint-queue")
        await visitor.until(lambda: visitor.page.shown["queue"][0]["state"] == "done")
        visitor.say("cancel")
        await asyncio.sleep(0.02)
        assert [item["state"] for item in visitor.page.shown["queue"]] == ["done", "waiting"]
        assert visitor.page.shown["canSaveQueue"]
        visitor.say("paint-queue")
        await visitor.until(lambda: all(item["state"] == "done" for item in visitor.page.shown["queue"]))
        visitor.say("paint-queue")
        assert "All of them are painted" in visitor.page.shown["status"]
        visitor.say("open-queued", number=2, name="b.png")
        await visitor.until(lambda: "b.png, 60" in visitor.page.shown["status"])

    asyncio.run(story())
