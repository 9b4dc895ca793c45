"""The site's models: fetched once, checked, and what is said where a file is another one."""

import asyncio
import hashlib
import json
from dataclasses import replace

import pytest

from app_py.errors import AppError, ManifestError, ModelError
from app_py.styles.library import Library, OnProgress, ignore_progress
from app_py.styles.manifest import FileSpec
from tests.shared.styles.test_manifest import ENTRY
from tests.shared.support.fake_models import spec

DATA = b"the bytes of a model"
FILE = FileSpec("a.onnx", len(DATA), hashlib.sha256(DATA).hexdigest())
MODEL = replace(spec(), model=FILE)


class Site:
    """Gives what lies in `files`, and notes what was asked for."""

    def __init__(self, **files: bytes) -> None:
        self.files = {f"../models/{name}": data for name, data in files.items()}
        self.asked: list[str] = []

    async def fetch(self, url: str, on_progress: OnProgress) -> bytes:
        self.asked.append(url)
        if url not in self.files:
            raise AppError("The server answered 404.", code="not-found")
        on_progress(1, 2)
        return self.files[url]


def library(data: bytes = DATA) -> tuple[Library, Site]:
    site = Site(**{"a.onnx": data})
    found = Library(site.fetch)
    found.models = (MODEL,)
    return found, site


def test_a_file_is_fetched_once_and_its_progress_told() -> None:
    models, site = library()
    told: list[tuple[int, int]] = []
    for _ in range(2):
        assert asyncio.run(models.read(FILE, lambda done, total: told.append((done, total)))) == DATA
    assert site.asked == ["../models/a.onnx"]
    assert told == [(1, 2)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DATA[:-1], "19 bytes came, 20 were expected"),
        (DATA + b"x", "21 bytes came, 20 were expected"),
        (b"X" + DATA[1:], "its content is another one, although it is as long"),
    ],
)
def test_a_file_that_is_another_one_is_refused_and_asked_for_again(data: bytes, words: str) -> None:
    models, site = library(data)
    for _ in range(2):
        with pytest.raises(ModelError) as caught:
            asyncio.run(models.read(FILE))
        assert caught.value.code == "model-damaged"
        assert words in str(caught.value)
        assert MODEL.title in str(caught.value)
    assert len(site.asked) == 2, "what was wrong is not remembered"


def test_a_file_that_cannot_be_had() -> None:
    models, _ = library()
    missing = FileSpec("b.onnx", 1, "0" * 64)
    with pytest.raises(ModelError, match=r"The style b\.onnx could not be loaded: The server answered 404") as caught:
        asyncio.run(models.read(missing))
    assert caught.value.code == "model-unavailable"


def test_a_model_of_the_visitors_takes_the_place_of_one_of_the_same_id() -> None:
    models, site = library()
    own = replace(MODEL, title="Mine", reference=FileSpec("r.npz", 3, "2" * 64))
    models.add(own, b"model", b"ref")
    assert models.models == (own,)
    assert own.reference is not None
    assert asyncio.run(models.read(own.model)) == b"model"
    assert asyncio.run(models.read(own.reference)) == b"ref"
    models.add(replace(own, id="own-2", reference=None), b"model", b"ref")
    assert [model.id for model in models.models] == [own.id, "own-2"]
    assert site.asked == []


def test_the_zero_padded_form_of_a_style() -> None:
    models, _ = library()
    zero = spec("zero")
    models.models = (MODEL, zero)
    assert models.zero_padded(MODEL) == zero
    assert models.zero_padded(zero) is None


def test_the_list_of_models_is_read() -> None:
    site = Site(**{"manifest.json": json.dumps({"version": 1, "models": [ENTRY]}).encode()})
    models = Library(site.fetch)
    (found,) = asyncio.run(models.open())
    assert models.models == (found,)
    assert models.network("any") is None
    models.networks = (replace(MODEL, id="any"),)
    assert models.network("any") == models.networks[0]
    assert models.network("other") is None
    site.files["../models/manifest.json"] = b"{}"
    with pytest.raises(ManifestError):
        asyncio.run(models.open())


def test_who_shows_no_progress_is_told_nothing() -> None:
    ignore_progress(1, 2)
