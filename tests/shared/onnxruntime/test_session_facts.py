"""What a session tells of itself, and how it is opened anew and closed."""

from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime.errors import EngineError, InvalidArgument
from app_py.onnxruntime.options import RunOptions, SessionOptions
from app_py.onnxruntime.session import InferenceSession
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform

X = np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)


def opened(platform: FakePlatform | None = None, options: SessionOptions | None = None) -> InferenceSession:
    return InferenceSession(onnx_bytes.model(), options, platform=platform or FakePlatform())


def test_facts_by_onnxruntimes_names() -> None:
    options = SessionOptions()
    session = opened(options=options)
    assert session.get_provider_options() == {"CPUExecutionProvider": {}}
    assert session.get_overridable_initializers() == []
    for memories in (session.get_input_memory_infos(), session.get_output_memory_infos()):
        assert [(memory.name, memory.device_id, memory.mem_type) for memory in memories] == [("Cpu", 0, 0)]
    assert session.get_input_epdevices() == [None]
    assert session.get_session_options() is options
    with pytest.warns(UserWarning, match="writes no profile"):
        assert session.end_profiling() == ""


def test_other_providers_open_the_model_anew() -> None:
    platform = FakePlatform(lambda provider, feed: feed + len(provider))
    session = opened(platform)
    session.set_providers(["onnxjs:cpu"])
    assert session.get_providers() == ["onnxjs:cpu"]
    np.testing.assert_array_equal(session.run(None, {"x": X})[0], X + len("onnxjs:cpu"))
    platform.await_calls("release")
    with pytest.raises(InvalidArgument, match="same length"):
        session.set_providers(["ort:wasm"], [])


def test_a_session_is_closed_at_the_end_of_its_block() -> None:
    platform = FakePlatform()

    async def story() -> None:
        async with await InferenceSession.create(onnx_bytes.model(), platform=platform) as session:
            np.testing.assert_array_equal((await session.run_async(None, {"x": X}))[0], X)
        with pytest.raises(EngineError, match="The session is closed"):
            await session.run_async(None, {"x": X})

    platform.block_on(story())
    assert platform.log[-1] == ("ort:wasm", "release")


def test_the_time_of_the_last_run_is_the_engines() -> None:
    platform = FakePlatform()
    platform.milliseconds = {"ort:wasm": 12.5}
    session = opened(platform)
    session.run(None, {"x": X})
    assert session.run_ms == 12.5


def test_options_of_a_run_are_run_options() -> None:
    platform = FakePlatform()
    session = opened(platform)
    np.testing.assert_array_equal(session.run(None, {"x": X}, RunOptions())[0], X)
    others: tuple[Any, ...] = ({}, SessionOptions())
    for wrong in others:
        with pytest.raises(TypeError, match="run_options must be a RunOptions or None, not "):
            session.run(None, {"x": X}, wrong)


def test_closing_where_the_worker_is_dead_asks_nobody() -> None:
    platform = FakePlatform()
    session = opened(platform)
    session.worker.kill()
    platform.block_on(session.close())
    assert ("ort:wasm", "release") not in platform.log
