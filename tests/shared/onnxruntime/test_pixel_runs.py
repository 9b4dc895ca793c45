"""What sessions of planned engines can do besides: bytes in and out, progress, less memory, an end."""

import asyncio
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime import planning
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.errors import EngineError, OrtError
from app_py.onnxruntime.planning import Request
from app_py.onnxruntime.session import InferenceSession
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import DEATH, SILENCE, FakePlatform
from tests.shared.support.fake_plan import PLANNED, FakePlan, plan_every_model

IMAGE = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)
X = np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)
FULL = {"code": "out-of-memory", "message": "no"}


class ThriftyPlan(FakePlan):
    """Knows a second way, with less memory."""

    def pixel_runs(self, image: Any, feeds: Any, threads: int, unit_range: bool) -> Iterator[Request]:
        for _ in range(2):
            yield from super().pixel_runs(image, feeds, threads, unit_range)


def opened(platform: FakePlatform, provider: str = PLANNED) -> InferenceSession:
    return InferenceSession(onnx_bytes.model(), providers=[provider], worker=EngineWorker(platform), platform=platform)


def test_an_image_of_an_image(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    platform = FakePlatform(lambda _, image: 255 - image)
    platform.milliseconds = {PLANNED: 7.0}
    platform.progress = (0.5, 1.0)
    told: list[float] = []
    session = opened(platform)
    assert (session.takes_pixels, session.run_ms, session.heap_bytes) == (True, 0.0, None)
    painted = platform.block_on(session.run_pixels_async(IMAGE, on_progress=told.append))
    np.testing.assert_array_equal(painted, 255 - IMAGE)
    assert (told, session.run_ms, session.threads) == ([0.5, 1.0], 7.0, 1)
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], 255 - X)


def test_only_planned_engines_take_pixels() -> None:
    platform = FakePlatform()
    session = opened(platform, "ort:wasm")
    assert not session.takes_pixels
    with pytest.raises(EngineError, match="engine takes no pixels"):
        platform.block_on(session.run_pixels_async(IMAGE))
    platform.block_on(session.close())
    assert (session.takes_pixels, session.threads) == (False, 1)
    with pytest.raises(EngineError, match="The session is closed") as caught:
        platform.block_on(session.run_pixels_async(IMAGE))
    assert caught.value.code == "session-closed"


@pytest.mark.parametrize(
    ("troubles", "code", "runs"),
    [
        ([], "", 1),
        ([FULL], "", 2),
        ([FULL, FULL], "out-of-memory", 2),
        ([{"code": "context-lost", "message": "no"}], "context-lost", 1),
        ([DEATH], "engine-died", 1),
    ],
)
def test_only_where_there_is_no_memory_less_is_asked_for(
    troubles: list[Any], code: str, runs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan_every_model(monkeypatch)
    monkeypatch.setattr(planning, "_loaders", {"kernels": lambda: lambda _model: ThriftyPlan()})
    platform = FakePlatform()
    platform.troubles[PLANNED, "run"] = list(troubles)
    job = opened(platform).run_pixels_async(IMAGE)
    if code:
        with pytest.raises(OrtError) as caught:
            platform.block_on(job)
        assert caught.value.code == code
    else:
        np.testing.assert_array_equal(platform.block_on(job), IMAGE)
    assert platform.log.count((PLANNED, "run")) == runs


def test_a_hanging_run_of_pixels_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    platform = FakePlatform()
    platform.troubles[PLANNED, "run"] = [SILENCE]
    with pytest.raises(EngineError, match="no sign of life"):
        platform.block_on(opened(platform).run_pixels_async(IMAGE, timeout_s=0.02))


def test_stop_is_told_to_the_worker_while_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    platform = FakePlatform()

    async def story() -> None:
        session = await InferenceSession.create(
            onnx_bytes.model(), [PLANNED], worker=EngineWorker(platform), platform=platform
        )
        session.stop()
        await session.close()
        session.stop()
        other = await InferenceSession.create(
            onnx_bytes.model(), [PLANNED], worker=EngineWorker(platform), platform=platform
        )
        other.worker.kill()
        other.stop()
        await asyncio.sleep(0.001)

    platform.block_on(story())
    assert platform.log.count((PLANNED, "stop")) == 1


@pytest.mark.parametrize("provider", [PLANNED, "ort:wasm"])
def test_a_worker_is_told_how_to_run_by_itself(provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)
    session = opened(FakePlatform(), provider)
    params, buffers = session.prepare_run({"x": X})
    assert params["session"] == session.number == 1
    assert [head["dims"] for head in params["feeds"]] == [[1, 3, 4, 4]]
    assert params["outputs"] == ["y"]
    np.testing.assert_array_equal(buffers[-1].view(np.float32), X.reshape(-1))
