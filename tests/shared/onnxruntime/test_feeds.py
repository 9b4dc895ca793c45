"""What is fed and fetched, before anything crosses to an engine and after it came back."""

from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime import errors
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.errors import InvalidArgument, InvalidType
from app_py.onnxruntime.feeds import check_feeds, check_output_names
from app_py.onnxruntime.held import HeldValue
from app_py.onnxruntime.known_faults import check_values
from app_py.onnxruntime.onnx_header import ValueInfo
from app_py.onnxruntime.providers import PROVIDERS_OF_ONNXRUNTIME, resolve
from app_py.onnxruntime.tensor_bytes import from_bytes, to_bytes, to_head
from app_py.onnxruntime.tensor_types import (
    BY_TENSOR,
    ELEMENT_TYPES,
    STRING,
    ElementType,
    array_type_name,
    element_type_of,
    tensor_name,
)
from tests.shared.support.fake_engine import FakePlatform

FLOATS = ValueInfo("x", "tensor(float)", (2, "N", None))
WORDS = ValueInfo("w", STRING, ("N",))
COUNTS = ValueInfo("n", "tensor(int64)", (2,))


def fed(value: ValueInfo, given: Any) -> Any:
    return check_feeds([value], {value.name: given})[0]


def test_kinds_of_arrays_with_rules_of_their_own_are_fed_as_what_they_hold() -> None:
    given: Any
    for given in (
        np.ma.array([1, 2], mask=[False, True], dtype=np.int64),
        np.array([1, 2], np.int64).view(np.recarray),
    ):
        array = fed(COUNTS, given)
        assert type(array) is np.ndarray
        assert to_bytes(array).view(np.int64).tolist() == [1, 2]


def test_symbols_and_unknown_axes_take_any_size() -> None:
    assert fed(FLOATS, np.zeros((2, 0, 7), np.float32)).shape == (2, 0, 7)
    assert fed(ValueInfo("x", "tensor(float)", None), np.array(3, np.float32)).shape == ()
    assert fed(ValueInfo("x", "tensor(float)", (-1,)), np.zeros(3, np.float32)).shape == (3,)
    with pytest.raises(
        InvalidArgument, match=r"index: 0 Got: 3 Expected: 2\. The model takes tensor\(float\) \[2, N, \?\]"
    ):
        fed(FLOATS, np.zeros((3, 1, 1), np.float32))
    both = ValueInfo("x", "tensor(float)", (2, 3))
    with pytest.raises(InvalidArgument, match="index: 0 Got: 4 Expected: 2; index: 1 Got: 5 Expected: 3"):
        fed(both, np.zeros((4, 5), np.float32))


def test_arrays_arrive_dense_and_in_the_engines_byte_order() -> None:
    given = np.arange(12, dtype=">f4").reshape(2, 3, 2)[:, ::-1]
    array = fed(FLOATS, given)
    assert array.flags.c_contiguous
    assert array.dtype == np.dtype("<f4")
    np.testing.assert_array_equal(array, given)
    whole = np.zeros((2, 1, 1), np.float32)
    assert np.shares_memory(fed(FLOATS, whole), whole), "what is right already is not copied"


def test_strings_of_every_kind() -> None:
    texts: tuple[Any, ...] = (np.array([b"a", "ä".encode()]), ["a", "ä"], np.array(["a", "ä"], object))
    for given in (np.array(["a", "ä"]), *texts):
        array = fed(WORDS, given)
        assert array.dtype == object
        assert array.tolist() == ["a", "ä"]
    others: tuple[Any, ...] = (np.array([1, 2]), [1, 2], ["a", 2], None)
    for given in others:
        with pytest.raises(InvalidArgument, match="Give an array of str"):
            fed(WORDS, given)
    with pytest.raises(InvalidArgument, match="Invalid rank for input: w Got: 2 Expected: 1"):
        fed(WORDS, [["a"]])


def test_several_inputs_come_in_the_models_order() -> None:
    arrays = check_feeds([COUNTS, WORDS], {"w": ["a"], "n": [1, 2]})
    assert [array.dtype.kind for array in arrays if isinstance(array, np.ndarray)] == ["i", "O"]


@pytest.mark.parametrize(
    ("provider", "value", "given", "words"),
    [
        ("onnxjs:cpu", WORDS, ["a"], "holds strings, which onnxjs:cpu cannot"),
        ("onnxjs:cpu", COUNTS, [1, 1 << 31], "numbers beyond 32 bits"),
        ("onnxjs:cpu", COUNTS, [-(1 << 31) - 1, 0], "numbers beyond 32 bits"),
        ("onnxjs:cpu", FLOATS, np.zeros((2, 0, 1), np.float32), "has a zero-size axis"),
        ("onnxjs:webgl", FLOATS, np.full((2, 1, 1), np.inf, np.float32), "holds NaN or infinity"),
    ],
)
def test_what_an_engine_would_compute_wrongly_in_silence(
    provider: str, value: ValueInfo, given: Any, words: str
) -> None:
    arrays = check_feeds([value], {value.name: given})
    with pytest.raises(InvalidArgument, match=words):
        check_values(provider, [value], arrays)
    check_values("ort:wasm", [value], arrays)


def test_the_limits_themselves_are_held() -> None:
    for given in ([(1 << 31) - 1, -(1 << 31)], np.array([0, 0], np.int64)):
        check_values("onnxjs:cpu", [COUNTS], check_feeds([COUNTS], {"n": given}))
    empty = ValueInfo("n", "tensor(int64)", ("N",))
    with pytest.raises(InvalidArgument, match="zero-size axis"):
        check_values("onnxjs:cpu", [empty], check_feeds([empty], {"n": np.zeros(0, np.int64)}))


def test_names_of_outputs_are_a_list_of_names() -> None:
    values = [ValueInfo("y", "tensor(float)", None)]
    others: tuple[Any, ...] = (5, [5], ["y", None], "y")
    for wrong in others:
        with pytest.raises(InvalidType, match="The output names must be a list of names or None, not "):
            check_output_names(values, wrong)


def test_the_way_to_the_right_type_is_told() -> None:
    with pytest.raises(InvalidArgument) as caught:
        fed(FLOATS, np.zeros((2, 1, 1), np.int8))
    assert str(caught.value).endswith(" Convert it with array.astype(numpy.float32).")


@pytest.mark.parametrize(
    ("kind", "dims", "words"),
    [
        ("float32", [2, 1, 1], ""),
        ("int64", [2, 1, 1], r"Actual: \(tensor\(int64\)\)"),
        ("float32", [3, 1, 1], "Got: 3 Expected: 2"),
    ],
)
def test_what_an_engine_holds_is_checked_by_what_is_known_of_it(kind: str, dims: list[int], words: str) -> None:
    held = HeldValue(EngineWorker(FakePlatform()), {"held": 1, "type": kind, "dims": dims})
    assert held.nbytes == np.dtype(kind).itemsize * np.prod(dims)
    if words:
        with pytest.raises(InvalidArgument, match=words):
            fed(FLOATS, held)
    else:
        assert fed(FLOATS, held) is held
    for value in (WORDS, COUNTS):
        with pytest.raises(InvalidArgument):
            fed(value, HeldValue(EngineWorker(FakePlatform()), {"held": 1, "type": "uint8", "dims": [2]}))


def test_outputs_by_name() -> None:
    values = [ValueInfo(name, "tensor(float)", None) for name in "yz"]
    assert check_output_names(values, None) == check_output_names(values, []) == ("y", "z")
    assert check_output_names(values, ["z", "y"]) == ("z", "y")
    with pytest.raises(InvalidArgument, match=r"Invalid output name: q\. The model's outputs are y, z\."):
        check_output_names(values, ["y", "q"])


@pytest.mark.parametrize("kind", ELEMENT_TYPES)
def test_every_type_crosses_and_comes_back(kind: ElementType) -> None:
    array = np.array([[0, 1, 1]], kind.dtype)
    head = to_head("x", array, kind.tensor)
    assert head == {"name": "x", "dims": [1, 3], "type": kind.engine}
    back = from_bytes(head, to_bytes(array).copy(), kind.tensor)
    assert back.dtype == kind.dtype
    np.testing.assert_array_equal(back, array)
    found: object = element_type_of(array)
    assert found is kind
    assert array_type_name(array) == tensor_name(kind.code) == kind.tensor
    assert BY_TENSOR[kind.tensor] is kind


def test_strings_travel_in_the_head() -> None:
    array = np.array([["a", "ä"]], object)
    head = to_head("x", array, STRING)
    assert head == {"name": "x", "dims": [1, 2], "type": "string", "strings": ["a", "ä"]}
    assert to_bytes(array).size == 0
    assert from_bytes(head, to_bytes(array), STRING).tolist() == [["a", "ä"]]


def test_an_output_has_the_type_that_the_model_declares() -> None:
    data = np.array([1, 2], np.int32).view(np.uint8)
    head = {"name": "y", "type": "int32", "dims": [2]}
    assert from_bytes(head, data, "tensor(int64)").dtype == np.int64
    assert from_bytes(head, data, "seq(map)").dtype == np.int32
    with pytest.raises(errors.NotImplemented, match="The output 'y' has the type int4, which cannot leave the engine"):
        from_bytes({**head, "type": "int4"}, data, "tensor(int4)")


def test_names_of_types_that_engines_do_not_have() -> None:
    assert [tensor_name(code) for code in (8, 16, 99)] == ["tensor(string)", "tensor(bfloat16)", "tensor(type 99)"]
    assert array_type_name(np.zeros(1, np.complex64)) == "numpy.complex64"
    assert array_type_name(np.array(["a"])) == array_type_name(np.array([b"a"])) == "tensor(string)"
    assert element_type_of(np.zeros(1, ">f4")) is BY_TENSOR["tensor(float)"]


def test_providers_by_every_name() -> None:
    assert list(resolve(None)) == list(resolve([])) == ["ort:wasm"]
    assert resolve(["onnxjs:cpu", "ort:wasm", "onnxjs:cpu"]) == {"onnxjs:cpu": "onnxjs:cpu", "ort:wasm": "ort:wasm"}
    assert resolve(("onnxjs:cpu", {"a": 1}) for _ in range(1)) == {"onnxjs:cpu": "onnxjs:cpu"}
    assert resolve(["CPUExecutionProvider"]) == {"ort:wasm": "CPUExecutionProvider"}
    every = resolve("auto")
    assert "ort:wasm" in every
    first = resolve(["onnxjs:cpu", "auto"])
    assert next(iter(first)) == "onnxjs:cpu"
    assert set(every) <= set(first)


def test_providers_that_are_none() -> None:
    others: tuple[Any, ...] = (3, [3], [("onnxjs:cpu",)], [("onnxjs:cpu", 3)], [(3, {})])
    for wrong in others:
        with pytest.raises(InvalidArgument, match="provider"):
            resolve(wrong)
    with pytest.raises(InvalidArgument, match=r"Unknown Provider Type: ort:wasn\. Did you mean 'ort:wasm'\?") as caught:
        resolve(["ort:wasn"])
    assert caught.value.code == "unknown-provider"
    with pytest.raises(InvalidArgument, match=r"Unknown Provider Type: qqqq\. The providers here are"):
        resolve("qqqq")
    assert "CUDAExecutionProvider" in PROVIDERS_OF_ONNXRUNTIME
    with pytest.warns(UserWarning, match="Specified provider 'CUDAExecutionProvider' is not in available"):
        assert list(resolve(["CUDAExecutionProvider"])) == ["ort:wasm"]
