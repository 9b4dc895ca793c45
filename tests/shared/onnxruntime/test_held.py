"""Outputs that stay in an engine: fetched when asked for, fed without crossing, dropped when nobody has them."""

import gc
from typing import Any

import numpy as np

from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.ort_value import OrtValue
from app_py.onnxruntime.session import InferenceSession
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform

X = np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)


def opened(platform: FakePlatform, provider: str = "ort:wasm", worker: EngineWorker | None = None) -> InferenceSession:
    return InferenceSession(
        onnx_bytes.model(), providers=[provider], worker=worker or EngineWorker(platform), platform=platform
    )


def doubling() -> FakePlatform:
    return FakePlatform(lambda _provider, feed: feed * 2)


def methods(platform: FakePlatform) -> list[str]:
    return [method for _, method in platform.log]


def kept(session: InferenceSession) -> OrtValue:
    (value,) = session.run_with_ort_values(None, {"x": OrtValue(X)})
    return value


def test_a_value_tells_of_itself_without_being_fetched() -> None:
    platform = doubling()
    value = kept(opened(platform))
    assert value.held() is not None
    assert (value.shape(), value.data_type(), value.element_type()) == ([1, 3, 4, 4], "tensor(float)", 1)
    assert (value.tensor_size_in_bytes(), value.device_name()) == (192, "cpu")
    assert (value.has_value(), value.is_tensor(), value.is_tensor_sequence()) == (True, True, False)
    assert "fetch" not in methods(platform)


def test_it_is_fetched_once() -> None:
    platform = doubling()
    value = kept(opened(platform))
    np.testing.assert_array_equal(value.numpy(), X * 2)
    np.testing.assert_array_equal(np.asarray(value), X * 2)
    assert np.array(value, copy=True) is not value.numpy()
    assert methods(platform).count("fetch") == 1


def test_it_is_fed_to_another_run_of_its_worker_where_it_lies() -> None:
    platform = doubling()
    session = opened(platform)
    again = opened(platform, worker=session.worker)
    np.testing.assert_array_equal(again.run(None, {"x": kept(session)})[0], X * 4)
    assert "fetch" not in methods(platform)


def test_it_crosses_to_another_worker() -> None:
    platform = doubling()
    value = kept(opened(platform))
    np.testing.assert_array_equal(opened(platform).run(None, {"x": value})[0], X * 4)
    assert methods(platform).count("fetch") == 1


def test_an_engine_that_keeps_nothing_gives_the_numbers_at_once() -> None:
    platform = doubling()
    value = kept(opened(platform, "onnxjs:cpu"))
    assert value.held() is None
    np.testing.assert_array_equal(value.numpy(), X * 2)


def test_it_is_dropped_with_the_last_who_has_it() -> None:
    platform = doubling()
    session = opened(platform)
    value = kept(session)
    assert "drop" not in methods(platform)
    del value
    gc.collect()
    platform.await_calls("drop")


def test_what_is_written_into_it_is_pythons() -> None:
    platform = doubling()
    session = opened(platform)
    value = kept(session)
    value.update_inplace(X)
    assert value.held() is None
    np.testing.assert_array_equal(session.run(None, {"x": value})[0], X * 2)


def test_a_binding_leaves_in_the_engine_what_has_no_place_elsewhere() -> None:
    platform = doubling()
    session = opened(platform)
    binding: Any = session.io_binding()
    binding.bind_cpu_input("x", X)
    binding.bind_output("y")
    assert binding.kept() == ["y"]
    session.run_with_iobinding(binding)
    assert binding.get_outputs()[0].held() is not None
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X * 2)
    target = OrtValue(np.zeros_like(X))
    binding.bind_ortvalue_output("y", target)
    assert binding.kept() == []
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(target.numpy(), X * 2)
    assert methods(platform).count("fetch") == 1
