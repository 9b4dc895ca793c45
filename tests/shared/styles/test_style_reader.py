"""Reading a style out of a painting: the predictor is opened once, and what fails is told."""

import asyncio
import hashlib
from dataclasses import replace

import numpy as np
import pytest

from app_py.errors import AppError, ModelError
from app_py.onnxruntime import platform as platforms
from app_py.styles.library import Library, OnProgress
from app_py.styles.manifest import FileSpec
from app_py.styles.style_reader import StyleReader
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform
from tests.shared.support.fake_models import spec
from tests.shared.support.onnx_bytes import FLOAT

PREDICTOR = onnx_bytes.model((("input", FLOAT, (1, 3, "H", "W")),), (("y", FLOAT, (1, 2)),))
FILE = FileSpec("predictor.onnx", len(PREDICTOR), hashlib.sha256(PREDICTOR).hexdigest())
NETWORK = replace(spec(), id="any", network="any", predictor=FILE)
IMAGE = np.full((40, 60, 3), 128, np.uint8)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> FakePlatform:
    fake = FakePlatform(lambda _, picture: picture.mean(axis=(2, 3))[:, :2])
    monkeypatch.setattr(platforms, "current", lambda: fake)
    return fake


async def fetch(url: str, on_progress: OnProgress) -> bytes:
    if not url.endswith("predictor.onnx"):
        raise AppError("It is not there.", code="not-found")
    on_progress(1, 2)
    return PREDICTOR


def reader() -> StyleReader:
    library = Library(fetch)
    library.networks = (replace(NETWORK, id="plain", predictor=None), NETWORK)
    return StyleReader(library)


def creations(platform: FakePlatform) -> int:
    return platform.log.count(("ort:wasm", "create"))


def test_a_picture_becomes_numbers_and_the_predictor_stays_open(platform: FakePlatform) -> None:
    async def scenario() -> None:
        found = reader()
        told: list[tuple[int, int]] = []
        vector = await found.read(IMAGE, lambda done, total: told.append((done, total)))
        assert vector.dtype == np.float32
        assert vector.shape == (1, 2)
        assert told == [(1, 2)]
        await found.read(IMAGE)

    asyncio.run(scenario())
    assert creations(platform) == 1


def test_the_network_is_the_one_that_reads(platform: FakePlatform) -> None:
    del platform
    assert reader().network == NETWORK
    bare = StyleReader(Library(fetch))
    assert bare.network is None
    with pytest.raises(ModelError, match="no network that reads paintings") as caught:
        asyncio.run(bare.read(IMAGE))
    assert caught.value.code == "style-unreadable"


@pytest.mark.parametrize("end", ["dead", "failed"])
def test_a_predictor_whose_worker_ended_is_opened_anew(platform: FakePlatform, end: str) -> None:
    async def scenario() -> None:
        found = reader()
        await found.read(IMAGE)
        assert found._session is not None
        if end == "dead":
            found._session.worker.kill()
        else:
            platform.troubles["ort:wasm", "run"] = [{"code": "engine-failed", "message": "broken"}]
            with pytest.raises(ModelError, match="could not be read") as caught:
                await found.read(IMAGE)
            assert caught.value.code == "style-unreadable"
        await found.read(IMAGE)

    asyncio.run(scenario())
    assert creations(platform) == 2
