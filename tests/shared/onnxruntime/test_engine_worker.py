"""One worker seen from Python: answers, signs of life, and what is said when it has ended."""

import asyncio
import gc
import weakref
from typing import Any

import pytest

from app_py.onnxruntime import engine_worker
from app_py.onnxruntime.engine_worker import EngineWorker, shared_worker
from app_py.onnxruntime.errors import EngineError, OrtError
from tests.shared.support.fake_engine import DEATH, HELD, SILENCE, FakePlatform

CREATE: dict[str, Any] = {"provider": "ort:wasm"}


def test_a_worker_starts_when_it_is_asked_for_something_and_not_when_it_is_told() -> None:
    platform = FakePlatform()
    worker = EngineWorker(platform)
    worker.tell("stop", {"session": 1})
    worker.forget("release", {"session": 1})
    worker.kill()
    assert platform.workers == []
    other = EngineWorker(platform)
    platform.block_on(other.call("create", CREATE))
    other.tell("stop", {"session": 1})
    other.forget("release", {"session": 1})
    platform.await_calls("release")
    assert [method for _, method in platform.log] == ["create", "stop", "release"]


def test_answers_find_who_asked() -> None:
    platform = FakePlatform()
    platform.troubles["ort:wasm", "create"] = [HELD]

    async def story() -> list[int]:
        worker = EngineWorker(platform)
        first = asyncio.ensure_future(worker.call("create", CREATE))
        while not platform.held:
            await asyncio.sleep(0)
        second, _ = await worker.call("create", CREATE)
        platform.let_go()
        return [second["session"], (await first)[0]["session"]]

    assert platform.block_on(story()) == [1, 2]


def test_what_is_heard_of_a_run_that_nobody_waits_for_is_let_pass() -> None:
    platform = FakePlatform()
    worker = EngineWorker(platform)
    platform.block_on(worker.call("create", CREATE))
    worker.on_message({"id": 99, "ok": True, "result": {}}, [])
    worker.on_message({"id": 99, "progress": 0.5}, [])
    worker.on_message({"alive": True}, [])
    assert worker.alive


def test_nothing_of_the_callers_is_held_after_the_answer() -> None:
    platform = FakePlatform()
    worker = EngineWorker(platform)

    class Listener:
        def __call__(self, part: float) -> None:
            """Heard."""

    listener = Listener()
    gone = weakref.ref(listener)
    platform.block_on(worker.call("create", CREATE, on_progress=listener))
    del listener
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    ("trouble", "words"), [(DEATH, "The engine worker died"), ({"code": "context-lost", "message": "Gone."}, "Gone")]
)
def test_what_goes_wrong_is_raised_where_somebody_waits(trouble: Any, words: str) -> None:
    platform = FakePlatform()
    platform.troubles["ort:wasm", "create"] = [trouble, trouble]
    with pytest.raises(OrtError, match=words):
        EngineWorker(platform).call_now("create", CREATE)
    with pytest.raises(OrtError, match=words):
        platform.block_on(EngineWorker(platform).call("create", CREATE))


def test_a_worker_that_gives_no_answer_to_who_cannot_wait_counts_as_dead() -> None:
    platform = FakePlatform()
    platform.troubles["ort:wasm", "create"] = [SILENCE]
    with pytest.raises(EngineError, match="The engine worker died") as caught:
        EngineWorker(platform).call_now("create", CREATE)
    assert caught.value.code == "engine-died"


def test_a_dead_worker_tells_everybody_why_with_an_exception_of_his_own() -> None:
    platform = FakePlatform()
    worker = EngineWorker(platform)
    worker.kill(EngineError("Enough.", code="cancelled"))
    worker.kill(EngineError("Later.", code="engine-died"))
    assert (worker.alive, worker.ended_for_another) == (False, False)
    caught = []
    for _ in range(2):
        with pytest.raises(EngineError, match="Enough") as error:
            worker.call_now("create", CREATE)
        caught.append(error.value)
    assert caught[0] is not caught[1]
    assert {error.code for error in caught} == {"cancelled"}


def test_a_limit_of_one_session_ends_the_worker_for_all() -> None:
    platform = FakePlatform()
    platform.troubles["ort:wasm", "create"] = [SILENCE]
    worker = EngineWorker(platform)
    with pytest.raises(EngineError, match="no sign of life"):
        platform.block_on(worker.call("create", CREATE, timeout_s=0.01))
    assert worker.ended_for_another
    assert platform.workers[0].terminated


def test_sessions_that_were_given_no_worker_share_one_a_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_worker, "_shared", {})
    platform, other = FakePlatform(), FakePlatform()
    worker = shared_worker(platform)
    assert shared_worker(platform) is worker
    assert shared_worker(other) is not worker
    worker.kill()
    assert shared_worker(platform) is not worker
    assert shared_worker(platform).alive


@pytest.mark.parametrize("own", [True, False])
def test_a_worker_is_pythons_own_thread_where_the_platform_likes_that(
    own: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_worker, "_shared", {})
    started: list[str] = []

    class Telling(FakePlatform):
        def prefers_own_thread(self) -> bool:
            return own

        def start_engine(self, listener: Any) -> Any:
            started.append("worker")
            return super().start_engine(listener)

        def start_engine_here(self, listener: Any) -> Any:
            started.append("here")
            return FakePlatform.start_engine(self, listener)

    platform = Telling()
    platform.block_on(shared_worker(platform).call("create", CREATE))
    assert started == ["here" if own else "worker"]
