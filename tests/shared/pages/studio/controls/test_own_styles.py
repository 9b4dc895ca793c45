"""A person's own styles."""

import asyncio
import io
import json
from collections.abc import Callable, Coroutine

import pytest
from PIL import Image

from app_py.onnxruntime import engines
from app_py.onnxruntime import platform as platforms
from app_py.pages.studio.settings import SETTINGS_KEY
from app_py.photo.tensors import RgbImage
from app_py.styles.style_reader import StyleReader
from app_py.styles.vectors import Vector, as_array
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import SILENCE, FakePlatform
from tests.shared.support.studio import (
    MODEL,
    ChosenFile,
    MemoryStore,
    StudioPage,
    Visitor,
    manifest_with_paintings,
    photo,
)


def test_stop_ends_the_trial_of_a_model_and_its_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    platform = FakePlatform()
    monkeypatch.setattr(platforms, "current", lambda: platform)
    for engine in engines.ENGINES:
        platform.troubles[engine.id, "create"] = [SILENCE]

    async def story() -> None:
        visitor = Visitor()
        await visitor.studio.start()
        visitor.studio.receive({"type": "model", "name": "endless.onnx"}, ChosenFile(onnx_bytes.model()))
        await visitor.until(lambda: bool(platform.workers))
        assert "endless.onnx" in visitor.page.shown["status"]
        assert visitor.page.shown["canCancel"]
        visitor.say("cancel")
        await visitor.until(lambda: platform.workers[0].terminated)
        assert (visitor.page.shown["state"], visitor.page.shown["canCancel"]) == ("ready", False)

    asyncio.run(story())


class Reading:
    """Visits to a studio whose reader gives a picture's first pixel."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[RgbImage] = []

        async def read(_reader: StyleReader, image: RgbImage, _progress: object = None) -> Vector:
            self.seen.append(image)
            return as_array([float(image[0, 0, 0]), float(image[0, 0, 1])])

        monkeypatch.setattr(StyleReader, "read", read)

    def visit(self, story: Callable[[Visitor], Coroutine[None, None, None]], store: MemoryStore | None = None) -> None:
        async def run() -> None:
            visitor = Visitor(StudioPage({"manifest.json": manifest_with_paintings(), "painting.onnx": MODEL}), store)
            await visitor.studio.start()
            await story(visitor)

        asyncio.run(run())


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    return Reading(monkeypatch)


def add(visitor: Visitor, data: bytes, name: str = "sea.png") -> None:
    visitor.studio.receive({"type": "painting", "name": name}, ChosenFile(data))


def encoded(*pictures: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    out = io.BytesIO()
    more = {"save_all": True, "append_images": list(pictures[1:])} if len(pictures) > 1 else {}
    pictures[0].save(out, kind, **more, **options)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"no picture at all", "photo-unreadable", "text file, not a picture"),
        (b"", "photo-empty", "empty"),
        (encoded(Image.new("RGB", (1, 1))), "photo-too-small", "1×1 pixels, too small"),
        (encoded(Image.new("1", (10_100, 10_000))), "photo-too-large", "101 megapixels"),
        (photo()[:60], "photo-truncated", "cut short"),
    ],
    ids=["text", "empty", "1x1", "101 megapixels", "cut"],
)
def test_what_cannot_be_a_painting_is_said_in_a_sentence(reading: Reading, data: bytes, code: str, words: str) -> None:
    async def story(visitor: Visitor) -> None:
        add(visitor, data)
        await visitor.until(lambda: visitor.page.shown["error"] is not None)
        assert visitor.page.shown["error"] == code
        assert words in visitor.page.shown["status"]
        assert visitor.page.shown["ownModels"] == []
        add(visitor, photo())
        await visitor.until(lambda: len(visitor.page.shown["ownModels"]) == 1)

    reading.visit(story)


def test_what_is_transparent_is_read_on_white_and_of_what_moves_the_first_picture(reading: Reading) -> None:
    clear = encoded(Image.new("RGBA", (40, 30), (0, 0, 0, 0)))
    moving = encoded(*(Image.new("RGB", (40, 30), colour) for colour in ((250, 20, 30), (0, 0, 255))), kind="WEBP")

    async def story(visitor: Visitor) -> None:
        for count, data in enumerate((clear, moving), 1):
            add(visitor, data)
            await visitor.until(lambda count=count: len(visitor.page.shown["ownModels"]) == count)  # type: ignore[misc]

    reading.visit(story)
    assert tuple(reading.seen[0][0, 0]) == (255, 255, 255)
    assert reading.seen[1][0, 0, 0] > 200


def test_what_is_added_renamed_and_removed_is_kept_at_once(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    # Else whoever leaves at once finds on the next visit what was removed, and not what was added.
    monkeypatch.setattr("app_py.pages.studio.controls.settings.SETTLE_S", 1_000)
    store = MemoryStore()

    def titles(visitor: Visitor) -> list[str]:
        return [own["title"] for own in visitor.page.shown["ownModels"]]

    async def adds(visitor: Visitor) -> None:
        add(visitor, photo())
        await visitor.until(lambda: titles(visitor) == ["Sea"])

    async def renames(visitor: Visitor) -> None:
        assert titles(visitor) == ["Sea"]
        visitor.say("rename-style", id=visitor.page.shown["ownModels"][0]["id"], title="My sea")
        await visitor.until(lambda: "My sea" in str(store.texts))

    async def removes(visitor: Visitor) -> None:
        assert titles(visitor) == ["My sea"]
        visitor.say("forget-model", id=visitor.page.shown["ownModels"][0]["id"])
        await visitor.until(lambda: "My sea" not in str(store.texts))
        assert store.bytes == {}

    async def finds_nothing(visitor: Visitor) -> None:
        assert titles(visitor) == []

    for visit in (adds, renames, removes, finds_nothing):
        reading.visit(visit, store)


def test_two_pages_that_each_add_a_style_lose_none(reading: Reading) -> None:
    store = MemoryStore()

    async def story(visitor: Visitor) -> None:
        other = Visitor(StudioPage({"manifest.json": manifest_with_paintings(), "painting.onnx": MODEL}), store)
        await other.studio.start()
        for each, colour in ((visitor, "red"), (other, "blue")):
            add(each, encoded(Image.new("RGB", (40, 30), colour)), f"{colour}.png")
            await each.until(lambda each=each: len(each.page.shown["ownModels"]) == 1)  # type: ignore[misc]

    async def later(visitor: Visitor) -> None:
        assert {own["title"] for own in visitor.page.shown["ownModels"]} == {"Red", "Blue"}

    reading.visit(story, store)
    reading.visit(later, store)


def test_what_an_earlier_version_listed_in_its_settings_comes_back_until_it_is_removed(reading: Reading) -> None:
    store = MemoryStore()

    async def adds(visitor: Visitor) -> None:
        add(visitor, photo())
        await visitor.until(lambda: len(visitor.page.shown["ownModels"]) == 1)

    async def finds_it(visitor: Visitor) -> None:
        (own,) = visitor.page.shown["ownModels"]
        visitor.say("forget-model", id=own["id"])
        await visitor.until(lambda: not visitor.page.shown["ownModels"])

    async def finds_nothing(visitor: Visitor) -> None:
        assert visitor.page.shown["ownModels"] == []

    reading.visit(adds, store)
    (record,) = [key for key in store.texts if key.endswith("/record")]
    listed = json.dumps({"own": [json.loads(store.texts.pop(record))]})
    store.texts[SETTINGS_KEY] = listed
    reading.visit(finds_it, store)
    store.texts[SETTINGS_KEY] = listed
    reading.visit(finds_nothing, store)


def test_a_full_store_is_said_and_the_style_paints_in_this_visit(reading: Reading) -> None:
    store = MemoryStore()
    store.full = True

    async def story(visitor: Visitor) -> None:
        add(visitor, photo())
        await visitor.until(lambda: len(visitor.page.shown["ownModels"]) == 1)
        assert "works in this visit, but this browser has no room to keep it" in visitor.page.shown["status"]
        visitor.choose(photo())
        visitor.say("paint")
        await visitor.settle("done")
        assert visitor.painter.painted[-1].vector == (200.0, 100.0)

    reading.visit(story, store)


def test_a_kept_style_whose_numbers_no_longer_fit_is_left_out(reading: Reading) -> None:
    store = MemoryStore()

    async def first(visitor: Visitor) -> None:
        add(visitor, photo())
        await visitor.until(lambda: len(visitor.page.shown["ownModels"]) == 1)

    async def later(visitor: Visitor) -> None:
        assert len(visitor.page.shown["ownModels"]) == expected

    reading.visit(first, store)
    expected = 1
    reading.visit(later, store)
    (key,) = [key for key in store.texts if key.endswith("/record")]
    kept = json.loads(store.texts[key])
    kept["vector"] += [1.0]
    store.texts[key] = json.dumps(kept)
    expected = 0
    reading.visit(later, store)
