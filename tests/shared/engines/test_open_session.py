"""The one open session: kept as long as it will do, closed or ended when not, and what Stop does to it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import numpy as np
import pytest

from app_py.engines.choice import Choice
from app_py.engines.open_session import OpenSession
from app_py.errors import Cancelled, EngineError
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.session import Session
from app_py.styles.manifest import ModelSpec
from tests.shared.support.fake_engine import SILENCE, FakePlatform
from tests.shared.support.fake_models import MODEL, FakeFiles, spec
from tests.shared.support.fake_plan import PLANNED, plan_every_model

PICTURE = np.zeros((1, 3, 8, 8), np.float32)
STOPPED = Cancelled("Stopped.")


def choice(provider: str = "ort:wasm", model: ModelSpec | None = None, session: Session | None = None) -> Choice:
    return Choice(provider, model or spec(), 1.0, (), (), session)


def story(
    tell: Callable[[OpenSession, FakePlatform], Awaitable[None]], *, timeout_s: float = 5.0
) -> list[tuple[str, str]]:
    """What the engines were asked for while a story was told."""
    platform = FakePlatform()

    async def told() -> list[tuple[str, str]]:
        opened = OpenSession(FakeFiles(), lambda: EngineWorker(platform), timeout_s)
        await tell(opened, platform)
        return list(platform.log)  # before the session is dropped, which releases it

    return platform.block_on(told())


def test_a_session_is_kept_for_the_same_model_and_engine() -> None:
    async def tell(opened: OpenSession, _platform: FakePlatform) -> None:
        session = await opened.get(choice())
        assert opened.current is session
        assert await opened.get(choice()) is session

    assert story(tell) == [("ort:wasm", "create")]


def test_styles_of_one_network_share_a_session() -> None:
    async def tell(opened: OpenSession, _platform: FakePlatform) -> None:
        first, second = (replace(spec(style=style), network="painting") for style in ("waves", "sky"))
        assert await opened.get(choice(model=first)) is await opened.get(choice(model=second))
        assert await opened.get(choice(model=spec(style="sky"))) is opened.current

    assert story(tell) == [("ort:wasm", "create"), ("ort:wasm", "release"), ("ort:wasm", "create")]


def test_another_model_of_the_same_engine_goes_on_in_its_worker() -> None:
    async def tell(opened: OpenSession, platform: FakePlatform) -> None:
        first = await opened.get(choice())
        second = await opened.get(choice(model=spec(style="candy")))
        assert second is not first
        assert second.worker is first.worker
        assert len(platform.workers) == 1

    assert story(tell) == [("ort:wasm", "create"), ("ort:wasm", "release"), ("ort:wasm", "create")]


def test_another_engine_gets_a_fresh_worker_and_the_first_is_ended() -> None:
    async def tell(opened: OpenSession, platform: FakePlatform) -> None:
        first = await opened.get(choice())
        second = await opened.get(choice("onnxjs:wasm"))
        assert second.get_providers() == ["onnxjs:wasm"]
        assert not first.worker.alive
        assert [worker.terminated for worker in platform.workers] == [True, False]

    assert story(tell) == [("ort:wasm", "create"), ("onnxjs:wasm", "create")]


def test_a_dead_worker_is_replaced() -> None:
    async def tell(opened: OpenSession, platform: FakePlatform) -> None:
        (await opened.get(choice())).worker.kill()
        assert (await opened.get(choice())).worker.alive
        assert len(platform.workers) == 2

    assert story(tell) == [("ort:wasm", "create")] * 2


@pytest.mark.parametrize("same_worker", [True, False])
def test_a_session_that_was_tested_just_now_takes_the_place_of_the_open_one(same_worker: bool) -> None:
    async def tell(opened: OpenSession, platform: FakePlatform) -> None:
        first = await opened.get(choice())
        worker = first.worker if same_worker else EngineWorker(platform)
        fresh = await Session.create(MODEL, ["ort:wasm"], worker=worker)
        other = spec(style="candy")
        assert await opened.get(choice(model=other, session=fresh)) is fresh
        assert first.worker.alive == same_worker
        assert fresh.worker.alive
        assert await opened.get(choice(model=other)) is fresh, "it is kept like any other"

    released = [("ort:wasm", "release")] if same_worker else []
    assert story(tell) == [("ort:wasm", "create")] * 2 + released


def test_opening_has_a_limit() -> None:
    async def tell(opened: OpenSession, platform: FakePlatform) -> None:
        platform.troubles["ort:wasm", "create"] = [SILENCE]
        with pytest.raises(EngineError) as caught:
            await opened.get(choice())
        assert caught.value.code == "engine-hung"
        assert (await opened.get(choice())).worker.alive, "the next is tried in another worker"

    story(tell, timeout_s=0.2)


async def running(opened: OpenSession, platform: FakePlatform, provider: str) -> "asyncio.Future[object]":
    """A run that never ends."""
    session = await opened.get(choice(provider))
    platform.troubles[provider, "run"] = [SILENCE]
    run: asyncio.Future[object] = asyncio.ensure_future(session.paint(PICTURE))
    while (provider, "run") not in platform.log:
        await asyncio.sleep(0)
    return run


def test_stop_is_a_word_to_an_engine_that_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)

    async def tell(opened: OpenSession, platform: FakePlatform) -> None:
        run = await running(opened, platform, PLANNED)
        session = opened.current
        opened.stop(STOPPED)
        await asyncio.sleep(0.001)
        assert await opened.get(choice(PLANNED)) is session, "what it compiled is not lost"
        run.cancel()

    assert story(tell) == [(PLANNED, "create"), (PLANNED, "run"), (PLANNED, "stop")]


def test_stop_ends_the_worker_of_an_engine_that_does_not_listen() -> None:
    async def tell(opened: OpenSession, platform: FakePlatform) -> None:
        run = await running(opened, platform, "ort:wasm")
        opened.stop(STOPPED)
        with pytest.raises(Cancelled, match="Stopped"):
            await run
        assert platform.workers[0].terminated
        assert opened.current is None

    story(tell)


def test_stop_forgets_a_session_whose_worker_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    plan_every_model(monkeypatch)

    async def tell(opened: OpenSession, _platform: FakePlatform) -> None:
        (await opened.get(choice(PLANNED))).worker.kill()
        opened.stop(STOPPED)
        assert opened.current is None
        opened.stop(STOPPED)
        opened.drop()

    assert story(tell) == [(PLANNED, "create")], "there is nobody to stop"
