"""A person's own styles."""

import asyncio

import pytest

from app_py.onnxruntime import engines
from app_py.onnxruntime import platform as platforms
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import SILENCE, FakePlatform
from tests.shared.support.studio import ChosenFile, Visitor


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
