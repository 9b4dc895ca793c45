"""Several photos chosen together."""

import asyncio
import io
import zipfile

import pytest
from PIL import Image

from app_py.photo.tensors import RgbImage
from app_py.styles.style_reader import StyleReader
from app_py.styles.vectors import Vector, as_array
from tests.shared.support.studio import MODEL, ChosenFile, StudioPage, Visitor, manifest_with_paintings, photo, visit


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


@pytest.mark.parametrize(
    ("style", "vectors", "colours"),
    [
        # A painting's strength is a mixture with each photo's own numbers, and nothing is blended after it.
        ("painting:sea", [(0.4, 12.0), (0.4, 6.0)], [(55, 155, 205), (155, 235, 225)]),
        # The varied styles read no photos: four tenths of the painting, six of the photo.
        ("varied:sea", [(1.0, 0.0), (1.0, 0.0)], [(142, 122, 112), (122, 106, 108)]),
    ],
)
def test_several_photos_are_painted_as_strong_as_asked_for(
    monkeypatch: pytest.MonkeyPatch,
    style: str,
    vectors: list[tuple[float, float]],
    colours: list[tuple[int, int, int]],
) -> None:
    async def read(_reader: StyleReader, image: RgbImage) -> Vector:
        return as_array([0.0, float(image[0, 0, 0]) / 10])

    monkeypatch.setattr(StyleReader, "read", read)
    files = {"manifest.json": manifest_with_paintings(), "painting.onnx": MODEL, "varied.onnx": MODEL}
    visitor = Visitor(StudioPage(files))

    async def story() -> None:
        await visitor.studio.start()
        visitor.say("setting", field="style", value=style)
        visitor.say("adjust", strength=40, keepColours=False)
        enqueue(visitor, ("a.png", photo()), ("b.png", photo((100, 20, 30))))
        visitor.say("paint-queue")
        await visitor.until(lambda: "2 photos are painted" in visitor.page.shown["status"])
        assert [spec.vector for spec in visitor.painter.painted] == [pytest.approx(vector) for vector in vectors]
        for number, colour in enumerate(colours, 1):
            assert (abs(visitor.page.drawn[f"queue-{number}"][0, 0, :3].astype(int) - colour) <= 1).all()

    asyncio.run(story())
