"""Values, bindings, other weights and callbacks, by onnxruntime's names."""

import asyncio
from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime import platform as platforms
from app_py.onnxruntime.callbacks import Callback, callback_of
from app_py.onnxruntime.capi import onnxruntime_pybind11_state as native
from app_py.onnxruntime.devices import OrtArenaCfg, OrtDevice, OrtMemoryInfo
from app_py.onnxruntime.errors import Fail, InvalidCall, NotImplemented
from app_py.onnxruntime.initializers import with_initializers
from app_py.onnxruntime.onnx_header import read_header
from app_py.onnxruntime.options import RunOptions, SessionOptions
from app_py.onnxruntime.ort_value import OrtValue
from app_py.onnxruntime.protobuf import read_fields
from app_py.onnxruntime.providers import check_and_normalize_provider_args, resolve
from app_py.onnxruntime.session import InferenceSession
from app_py.onnxruntime.sparse import OrtSparseFormat, SparseTensor
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform

X = np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)


def open_toy(platform: FakePlatform | None = None) -> InferenceSession:
    return InferenceSession(onnx_bytes.model(), platform=platform or FakePlatform(lambda _provider, feed: feed * 2))


def test_values_are_fed_and_given() -> None:
    value = OrtValue.ortvalue_from_numpy(X)
    session = open_toy()
    np.testing.assert_array_equal(session.run(None, {"x": value})[0], X * 2)
    (output,) = session.run_with_ort_values(["y"], {"x": value})
    assert (output.shape(), output.data_type(), output.element_type()) == ([1, 3, 4, 4], "tensor(float)", 1)
    np.testing.assert_array_equal(np.asarray(output), X * 2)
    into = OrtValue.ortvalue_from_shape_and_type([1, 3, 4, 4], np.float32)
    binding = session.io_binding()
    binding.bind_ortvalue_input("x", value)
    binding.bind_ortvalue_output("y", into)
    session.run_with_iobinding(binding)
    np.testing.assert_array_equal(into.numpy(), X * 2)
    assert np.asarray(into).ctypes.data == into.data_ptr()


def test_the_native_objects_of_a_session() -> None:
    session = open_toy()
    device = native.OrtDevice(native.OrtDevice.cpu(), native.OrtDevice.default_memory(), 0)
    value = native.OrtValue.ortvalue_from_numpy(X, device)
    outputs = session._sess.run_with_ort_values({"x": value._get_c_value()}, ["y"], native.RunOptions())
    assert isinstance(outputs, native.OrtValueVector)
    target = OrtValue.ortvalue_from_shape_and_type([1, 3, 4, 4], 1)
    binding = native.SessionIOBinding(session._sess)
    binding.bind_input("x", device, np.float32, X.shape, value.data_ptr())
    binding.bind_output("y", device, np.float32, X.shape, target.data_ptr())
    session._sess.run_with_iobinding(binding, None)
    np.testing.assert_array_equal(target.numpy(), X * 2)
    np.testing.assert_array_equal(binding.get_outputs()[0].numpy(), X * 2)


def test_devices_and_memories_are_named() -> None:
    assert (OrtDevice.make("cpu", 0).device_type(), OrtDevice.make("cuda", 1).device_vendor_id()) == (0, 0x10DE)
    with pytest.raises(RuntimeError, match="the CPU holds all values"):
        OrtValue.ortvalue_from_numpy(X, "cuda", 0)
    assert OrtArenaCfg(8, 0, 4, 2).initial_chunk_size_bytes == 4
    assert OrtArenaCfg({"max_mem": 16}).arena_extend_strategy == -1
    memory = OrtMemoryInfo.create_v2("Test", 0, 1, 2, 5, 128, 1)
    assert (memory.name, memory.device_vendor_id, memory.device_id, memory.device_mem_type) == ("Test", 1, 2, 5)
    assert open_toy().get_input_memory_infos()[0].name == "Cpu"


def test_sparse_tensors_hold_what_they_are_given() -> None:
    places = np.array([3, 5, 15], np.int64)
    coo = SparseTensor.sparse_coo_from_numpy([9, 9], np.ones(3, np.float32), places, OrtDevice.make("cpu", 0))
    assert (coo.format(), coo.dense_shape(), coo.data_type()) == (
        OrtSparseFormat.ORT_SPARSE_COO,
        [9, 9],
        "sparse_tensor(float)",
    )
    assert not coo.values().flags.writeable
    assert OrtValue.ort_value_from_sparse_tensor(coo).as_sparse_tensor().as_coo_view().indices().tolist() == [3, 5, 15]
    with pytest.raises(RuntimeError, match="not in CSR"):
        coo.as_csrc_view()


def test_other_weights_are_written_into_the_file() -> None:
    model = onnx_bytes.model(weights=["w"])
    changed = with_initializers(model, {"w": np.array([[1, 2]], np.int64), "unknown": np.zeros(1)})
    graph = next(value for number, value in read_fields(memoryview(changed)) if number == 7)
    assert isinstance(graph, memoryview)
    tensors = [value for number, value in read_fields(graph) if number == 5]
    fields = [list(read_fields(tensor)) for tensor in tensors if isinstance(tensor, memoryview)]
    raw = np.array([[1, 2]], np.int64).tobytes()
    told = [(number, value if isinstance(value, int) else bytes(value)) for number, value in fields[0]]
    assert told == [(1, 1), (1, 2), (2, 7), (8, b"w"), (9, raw)]
    assert read_header(changed).inputs == read_header(model).inputs
    options = SessionOptions()
    with pytest.raises(RuntimeError, match="must be an OrtValue"):
        options.add_initializer("w", np.zeros(1))
    with pytest.raises(RuntimeError, match="equal length"):
        options.add_external_initializers(["a", "b"], [OrtValue.ortvalue_from_numpy(X)])


def test_files_of_weights_from_memory() -> None:
    options = SessionOptions()
    options.add_external_initializers_from_files_in_memory(["weights.bin"], [b"12345"], [4])
    model = onnx_bytes.model(external="weights.bin")
    session = InferenceSession(model, options, platform=FakePlatform())
    assert session.get_session_options().files() == {"weights.bin": b"1234"}


def test_sizes_that_the_options_fix_are_the_models() -> None:
    options = SessionOptions()
    options.add_free_dimension_override_by_name("H", 8)
    session = InferenceSession(onnx_bytes.model(), options, platform=FakePlatform())
    assert session.get_inputs()[0].shape == [1, 3, 8, "W"]
    with pytest.raises(ValueError, match="index: 2 Got: 4 Expected: 8"):
        session.run(None, {"x": X})


@pytest.mark.parametrize("may_block", [True, False])
def test_run_async_calls_back(may_block: bool) -> None:
    platform = FakePlatform()
    session = open_toy(platform)
    platform.may_block = may_block
    told: list[Any] = []

    async def scenario() -> None:
        session.run_async(["y"], {"x": X}, lambda *all_: told.append(all_), "mine")
        session.run_async(None, {}, callback=lambda *all_: told.append(all_), user_data=2)
        while len(told) < 2:
            await asyncio.sleep(0.001)

    platform.block_on(scenario())
    by_data = {data: (outputs, error) for outputs, data, error in told}
    outputs, error = by_data["mine"]
    np.testing.assert_array_equal(outputs[0], X)
    nothing, sentence = by_data[2]
    assert (error, nothing) == ("", [])
    assert sentence.startswith("Required inputs")


def test_a_run_that_is_to_end_ends() -> None:
    options = RunOptions()
    options.terminate = True
    with pytest.raises(Fail, match="terminate flag"):
        open_toy().run(None, {"x": X}, options)


def test_an_output_that_cannot_leave_is_refused_when_it_is_asked_for() -> None:
    session = open_toy()
    header = session._model.header
    sequence = type(header.outputs[0])("list", "seq(tensor(float))", None)
    object.__setattr__(header, "outputs", (*header.outputs, sequence))
    assert session.run(["y"], {"x": X})
    with pytest.raises(NotImplemented, match=r"'list' is a seq\(tensor\(float\)\).* Ask for others by name: y\."):
        session.run(None, {"x": X})


def test_strings_that_an_engine_would_cut_are_refused() -> None:
    value = ("x", onnx_bytes.STRING, ("n",))
    session = InferenceSession(onnx_bytes.model(inputs=[value]), platform=FakePlatform())
    for given, said in (("a\0b", "a NUL"), (b"\xff", "no UTF-8")):
        with pytest.raises(ValueError, match=said):
            session.run(None, {"x": np.array([given], dtype=object)})


def test_numbers_that_the_type_does_not_hold_are_refused() -> None:
    session = InferenceSession(onnx_bytes.model(inputs=[("x", onnx_bytes.INT64, ("n",))]), platform=FakePlatform())
    with pytest.raises(InvalidCall, match="The feed for input 'x' is a list; expected an array"):
        session.run(None, {"x": [2**70]})


def test_nothing_bound_is_nothing_asked_for() -> None:
    session = open_toy()
    with pytest.raises(InvalidCall, match="At least one output should be requested"):
        session.run_with_iobinding(session.io_binding())
    with pytest.raises(RuntimeError, match="Failed to find NodeArg with name: q"):
        session.io_binding().bind_output("q")


def test_providers_as_onnxruntimes_helper_tells_them() -> None:
    tell = check_and_normalize_provider_args
    assert tell([("a", {1: 2}), "b"], None, ["a", "b"]) == (["a", "b"], [{"1": "2"}, {}])
    assert tell(None, None, ["a"]) == ([], [])
    with pytest.warns(UserWarning, match="Duplicate provider 'a'"):
        assert tell(["a", "a"], [{"x": 1}, {}], ["a"]) == (["a"], [{"x": "1"}])
    for providers, options in ((3, None), ([3], None), (["a"], 3), (["a"], ["no"]), (["a"], []), ([("a", {})], [{}])):
        with pytest.raises(ValueError, match="provider"):
            tell(providers, options, ["a"])


def test_engines_whose_files_are_missing_are_passed_over() -> None:
    here = frozenset({"ort:wasm"})
    with pytest.warns(UserWarning, match="Available providers: 'CPUExecutionProvider, ort:wasm'"):
        assert resolve(["WebGpuExecutionProvider", "ort:wasm"], here) == {"ort:wasm": "ort:wasm"}
    assert list(resolve("auto", here)) == ["ort:wasm"]


def test_what_is_no_address_of_a_worker_is_refused() -> None:
    with pytest.raises(TypeError, match="must be a str, not 5"):
        platforms.set_engine_url(5)  # type: ignore[arg-type]


def test_numbers_that_the_type_of_an_option_does_not_hold_are_refused() -> None:
    options = SessionOptions()
    with pytest.raises(TypeError, match=r"must be an int from -2147483648 to 2147483647, not one of 100 bits\."):
        options.intra_op_num_threads = 10**30
    with pytest.raises(TypeError, match="The size of n must be an int"):
        options.add_free_dimension_override_by_name("n", 10**30)
    with pytest.raises(TypeError, match="The name of an axis must be a str, not 5"):
        options.add_free_dimension_override_by_name(5, 1)  # type: ignore[arg-type]


def test_a_value_takes_another_s_numbers() -> None:
    value = OrtValue.ortvalue_from_numpy(X)
    value.update_inplace(OrtValue.ortvalue_from_numpy(X + 1))
    np.testing.assert_array_equal(value.numpy(), X + 1)


def test_a_callback_is_found_wherever_it_stands() -> None:
    def told(*_: object) -> None:
        """Never called here."""

    options = RunOptions()
    assert callback_of(told, ("mine", options), {}) == Callback(told, "mine", options)
    assert callback_of(told, (), {"user_data": 2}) == Callback(told, 2, None)
    # As our own `run_async` has it: the third is the run's options.
    assert callback_of(options, (), {"callback": told}) == Callback(told, None, options)
    assert callback_of(options, (), {}) is None
    assert callback_of(None, (), {}) is None


def test_what_is_no_sparse_tensor_is_refused() -> None:
    with pytest.raises(InvalidCall, match="no sparse tensor"):
        OrtValue.ortvalue_from_numpy(X).as_sparse_tensor()
    ones, cpu = np.ones(3, np.float32), OrtDevice.make("cpu", 0)
    with pytest.raises(InvalidCall, match="of int64"):
        SparseTensor.sparse_coo_from_numpy([9, 9], ones, np.array([3, 5, 15], np.int32), cpu)
    with pytest.raises(InvalidCall, match="a numpy array, not a list"):
        SparseTensor.sparse_coo_from_numpy([9, 9], [1, 2, 3], np.array([3, 5, 15], np.int64), cpu)  # type: ignore[arg-type]
