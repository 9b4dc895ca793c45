"""`OrtValue`, `OrtDevice` and `IOBinding`, as onnxruntime has them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime.devices import OrtDevice
from app_py.onnxruntime.errors import InvalidArgument
from app_py.onnxruntime.io_binding import IOBinding
from app_py.onnxruntime.ort_value import OrtValue, OrtValueVector
from app_py.onnxruntime.session import InferenceSession
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform

X = np.arange(48, dtype=np.float32).reshape(1, 3, 4, 4)


def session() -> InferenceSession:
    return InferenceSession(onnx_bytes.model(), platform=FakePlatform(lambda _, feed: feed + 1))


def test_devices() -> None:
    device = OrtDevice.make("CPU", 3)
    assert (device.device_type(), device.device_id()) == (0, 3)
    assert (OrtDevice().device_type(), OrtDevice().device_id()) == (0, 0)
    with pytest.raises(InvalidArgument, match="Unsupported device type: abacus"):
        OrtDevice("abacus")
    for refused in (
        lambda: OrtValue.ortvalue_from_numpy(X, "cuda"),
        lambda: OrtValue.ortvalue_from_shape_and_type([1], 1, "cuda"),
        lambda: IOBinding(session()).bind_output("y", "cuda"),
        lambda: IOBinding(session()).bind_input("x", "cuda", 0, np.float32, X.shape, 0),
    ):
        with pytest.raises(InvalidArgument, match=r"the device cuda .* the CPU holds all values"):
            refused()


def test_a_tensor_is_a_copy_of_an_array() -> None:
    given = X.copy()
    value = OrtValue.ortvalue_from_numpy(given)
    given[:] = 0
    np.testing.assert_array_equal(value.numpy(), X)
    assert value.shape() == [1, 3, 4, 4]
    assert (value.data_type(), value.element_type(), value.device_name()) == ("tensor(float)", 1, "cpu")
    assert (value.has_value(), value.is_tensor(), value.is_tensor_sequence()) == (True, True, False)
    assert not value.is_sparse_tensor()
    assert value.tensor_size_in_bytes() == 192
    assert value.data_ptr() == value.numpy().ctypes.data


def test_values_that_are_no_tensors() -> None:
    sequence, nothing = OrtValue([{1: 0.5}]), OrtValue(None)
    assert (sequence.is_tensor(), sequence.is_tensor_sequence(), sequence.data_type()) == (False, True, "seq(map)")
    assert sequence.element_type() == 8
    assert sequence.shape() == [1]
    assert not nothing.has_value()
    assert OrtValue(np.array(["a"])).element_type() == 8
    assert OrtValue(np.array([1], np.int64)).element_type() == 7


@pytest.mark.parametrize(
    ("kind", "dtype"), [(np.int64, np.int64), (7, np.int64), ("float32", np.float32), (10, np.float16)]
)
def test_a_tensor_of_a_shape_and_a_type(kind: object, dtype: type) -> None:
    value = OrtValue.ortvalue_from_shape_and_type([2, 3], kind)
    assert value.numpy().dtype == dtype
    np.testing.assert_array_equal(value.numpy(), np.zeros((2, 3)))


def test_values_in_place() -> None:
    value = OrtValue.ortvalue_from_numpy(X)
    memory = value.numpy()
    value.update_inplace(X * 2)
    assert value.numpy() is memory
    np.testing.assert_array_equal(memory, X * 2)
    for wrong in (X.astype(np.float64), X[0], X.reshape(-1)):
        with pytest.raises(InvalidArgument, match=r"the value float32 \[1, 3, 4, 4\]"):
            value.update_inplace(wrong)
    np.testing.assert_array_equal(memory, X * 2)


def test_vectors() -> None:
    vector = OrtValueVector()
    vector.reserve(3)
    vector.push_back(OrtValue(X))
    assert len(vector) == 1
    np.testing.assert_array_equal(vector[0].numpy(), X)


def test_a_run_with_values() -> None:
    (output,) = session().run_with_ort_values(None, {"x": OrtValue(X)})
    np.testing.assert_array_equal(output.numpy(), X + 1)


def test_a_run_by_a_binding() -> None:
    opened = session()
    binding = opened.io_binding()
    assert isinstance(binding, IOBinding)
    binding.bind_cpu_input("x", X)
    binding.bind_output("y")
    binding.synchronize_inputs()
    opened.run_with_iobinding(binding)
    binding.synchronize_outputs()
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X + 1)
    assert [value.shape() for value in binding.get_outputs()] == [[1, 3, 4, 4]]
    assert isinstance(binding.get_outputs_as_ortvaluevector(), OrtValueVector)
    binding.clear_binding_outputs()
    assert binding.get_outputs() == []
    with pytest.raises(InvalidArgument, match="At least one output"):
        binding.names()
    binding.clear_binding_inputs()
    assert binding.feeds() == {}


def test_values_are_bound_with_their_memory() -> None:
    opened = session()
    binding = opened.io_binding()
    target = OrtValue(np.zeros_like(X))
    binding.bind_ortvalue_input("x", OrtValue(X))
    binding.bind_ortvalue_output("y", target)
    opened.run_with_iobinding(binding)
    np.testing.assert_array_equal(target.numpy(), X + 1)
    assert binding.get_outputs() == [target]


@pytest.mark.parametrize("kind", [np.float32, 1])
def test_addresses_of_memory_are_bound(kind: object) -> None:
    opened = session()
    source, target = X.copy(), np.zeros_like(X)
    binding = opened.io_binding()
    binding.bind_input("x", "cpu", 0, kind, X.shape, source.ctypes.data)
    binding.bind_output("y", "cpu", 0, kind, X.shape, target.ctypes.data)
    source += 5
    opened.run_with_iobinding(binding)
    np.testing.assert_array_equal(target, X + 6)


def test_names_that_the_model_does_not_have() -> None:
    binding = session().io_binding()
    binds: tuple[Callable[[], None], ...] = (
        lambda: binding.bind_cpu_input("z", X),
        lambda: binding.bind_output("x"),
        lambda: binding.bind_ortvalue_input("y", OrtValue(X)),
        lambda: binding.bind_ortvalue_output("z", OrtValue(X)),
    )
    for bind in binds:
        with pytest.raises(InvalidArgument, match=r"Failed to find NodeArg with name: [xyz]\. The model has [xy]\."):
            bind()


def test_a_tensor_of_bytes_with_the_number_of_a_type() -> None:
    halves = np.array([1.0, -2.0], np.float16)
    value = OrtValue.ortvalue_from_numpy_with_onnx_type(halves.view(np.uint16), 10)
    assert value.data_type() == "tensor(float16)"
    np.testing.assert_array_equal(value.numpy(), halves)
    with pytest.raises(InvalidArgument, match="elements have 2 bytes, those of float32 4"):
        OrtValue.ortvalue_from_numpy_with_onnx_type(halves, 1)
    with pytest.raises(InvalidArgument, match="The tensor type 16 is not supported"):
        OrtValue.ortvalue_from_numpy_with_onnx_type(halves, 16)


def test_values_are_made_of_arrays_alone() -> None:
    wrong: Any = [1, 2]
    made: tuple[Callable[[], object], ...] = (
        lambda: OrtValue.ortvalue_from_numpy(wrong),
        lambda: OrtValue.ortvalue_from_numpy_with_onnx_type(wrong, 1),
        lambda: OrtValue(X).update_inplace(wrong),
        lambda: session().io_binding().bind_cpu_input("x", wrong),
        lambda: OrtValue.ortvalue_from_shape_and_type([1], "no such type"),
    )
    for make in made:
        with pytest.raises(InvalidArgument, match=r"numpy|not to a list"):
            make()


def test_an_output_is_bound_to_an_address_only_where_its_shape_is_told() -> None:
    opened = session()
    binding = opened.io_binding()
    binding.bind_cpu_input("x", X)
    binding.bind_output("y", "cpu", 0, np.float32, X.shape)
    opened.run_with_iobinding(binding)
    np.testing.assert_array_equal(binding.copy_outputs_to_cpu()[0], X + 1)
