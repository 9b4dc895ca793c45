"""Paintings as files."""

import io

import numpy as np
import pytest
from PIL import Image

from tests.shared.support.studio import Visitor, paint, photo, visit


@pytest.mark.parametrize(("name", "magic"), [("png", b"\x89PNG"), ("jpeg", b"\xff\xd8"), ("webp", b"RIFF")])
def test_saving(name: str, magic: bytes) -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        visitor.say("saving", format=name, quality=80)
        visitor.say("save", purpose="share")
        ((file_name, mime, data, purpose),) = visitor.page.given
        assert file_name == f"cat-waves.{'jpg' if name == 'jpeg' else name}"
        assert (mime, purpose) == (f"image/{name}", "share")
        assert data.startswith(magic)
        assert b"Exif" not in data

    visit(story)


def test_photo_and_painting_in_one_picture() -> None:
    async def story(visitor: Visitor) -> None:
        await paint(visitor)
        visitor.say("save-both")
        ((name, _, data, _),) = visitor.page.given
        assert name == "cat-waves-before-and-after.png"
        both = np.asarray(Image.open(io.BytesIO(data)))
        assert both.shape == (40, 122, 3)
        assert both[5, 5].tolist() == [200, 100, 50]
        assert both[5, -5].tolist() == [55, 155, 205]

    visit(story)


def test_a_large_painting_is_saved_and_not_shown() -> None:
    async def story(visitor: Visitor) -> None:
        visitor.choose(photo(size=(900, 600)))
        visitor.say("paint")
        await visitor.settle("done")
        visitor.say("paint-large")
        await visitor.until(lambda: bool(visitor.page.given))
        ((name, _, data, _),) = visitor.page.given
        assert name == "cat-waves.png"
        assert Image.open(io.BytesIO(data)).size == (900, 600)
        assert visitor.page.drawn["result"].shape == (341, 512, 3)
        await visitor.settle("done")

    visit(story)
