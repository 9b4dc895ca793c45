"""The registry of engines: one entry, and everything else follows."""

import asyncio
from typing import Any

import numpy as np
import pytest

from app_py.engines.choice_reasons import name_of
from app_py.engines.device import Device, candidates, infos
from app_py.onnxruntime import engines, planning
from app_py.onnxruntime.engines import Engine, library
from app_py.onnxruntime.errors import EngineError, InvalidArgument
from app_py.onnxruntime.providers import resolve
from app_py.onnxruntime.session import InferenceSession
from app_py.pages.studio.sentences import engine_name
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import PROBE, FakePlatform

ABACUS = Engine(
    id="abacus:beads",
    title="Abacus",
    version="2.5.1",
    api="Beads",
    name="the abacus",
    label="Abacus, processor (beads)",
    aliases=("BeadExecutionProvider",),
    most_threads=3,
    holds_empty=False,
)


@pytest.fixture
def abacus(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """An imaginary engine, by its entry alone, tried before all others."""
    monkeypatch.setattr(engines, "ENGINES", (ABACUS, *engines.ENGINES))
    return ABACUS


def test_names_are_unique() -> None:
    assert len(set(engines.ids())) == len(engines.ENGINES)
    assert len({alias for engine in engines.ENGINES for alias in engine.aliases}) == len(engines.by_alias())
    assert all(engine.outdone_by in (None, *engines.ids()) for engine in engines.ENGINES)


def test_an_entry_is_enough_for_the_session(abacus: Engine) -> None:
    platform = FakePlatform(lambda provider, feed: feed + len(provider))
    assert resolve("BeadExecutionProvider") == {abacus.id: "BeadExecutionProvider"}
    assert next(iter(resolve("auto"))) == abacus.id
    session = InferenceSession(onnx_bytes.model(), providers=[abacus.id], platform=platform)
    x = np.zeros((1, 3, 2, 2), np.float32)
    np.testing.assert_array_equal(session.run(None, {"x": x})[0], x + len(abacus.id))
    with pytest.raises(InvalidArgument, match="which Abacus cannot hold; use the provider ort:wasm"):
        session.run(None, {"x": x[:, :, :0]})


def test_the_worker_is_told_what_the_entry_says(abacus: Engine) -> None:
    told: list[Any] = []

    class Telling(FakePlatform):
        def start_engine(self, listener: Any) -> Any:
            connection = super().start_engine(listener)
            post = connection.post

            def telling(message: Any, buffers: Any, port: Any = None) -> None:
                told.append(message)
                post(message, buffers, port)

            connection.post = telling  # type: ignore[method-assign]
            return connection

    asyncio.run(InferenceSession.create(onnx_bytes.model(), [abacus.id], platform=Telling(), threads=2))
    params = told[0]["params"]
    assert (params["provider"], params["threads"], params["most_threads"]) == ("abacus:beads", 2, 3)


def test_an_entry_is_enough_for_the_choice_on_a_device(abacus: Engine) -> None:
    found = candidates(Device.from_probe(PROBE))
    assert [entry.provider for entry in found if entry.contender] == [abacus.id, "kernels:wasm"]
    assert infos(Device.from_probe(PROBE))[0].id == abacus.id
    assert name_of(abacus.id) == "the abacus"


def test_an_entry_is_enough_for_the_pages(abacus: Engine) -> None:
    assert engine_name(abacus.id) == "Abacus, processor (beads)"
    assert library(abacus.id) == ("Abacus", "2.5.1")
    assert next(iter(engines.first_of_each_library(engines.ids()))) == abacus.id


def test_an_engine_that_does_not_exist_is_an_error_of_the_program() -> None:
    assert engines.find("nobody:wasm") is None
    with pytest.raises(KeyError, match="nobody:wasm"):
        engines.get("nobody:wasm")
    assert library("nobody:wasm") == ("nobody", "unknown")


def test_an_engine_that_nobody_plans_for_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_loaders", {})
    with pytest.raises(EngineError, match="Nobody plans models for the engine kernels:wasm here") as caught:
        planning.make_plan("kernels:wasm", b"")
    assert caught.value.code == "engine-unavailable"
    assert planning.make_plan("ort:wasm", b"") is None


def test_a_plan_is_made_once_and_the_latest_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytes] = []

    def plan(model: bytes) -> Any:
        made.append(model)
        return object()

    monkeypatch.setattr(planning, "_plans", {})
    monkeypatch.setattr(planning, "_loaders", {"kernels": lambda: plan})
    first = planning.make_plan("kernels:wasm", b"0")
    assert planning.make_plan("kernels:wasm", b"0") is first
    for number in range(1, planning.MOST_PLANS + 1):
        planning.make_plan("kernels:wasm", b"%d" % number)
    assert len(made) == planning.MOST_PLANS + 1
    assert planning.make_plan("kernels:wasm", b"0") is not first
