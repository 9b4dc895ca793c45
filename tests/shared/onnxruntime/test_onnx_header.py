"""What a file says of itself: values of every kind, axes, names and versions."""

from typing import Any

import pytest

from app_py.onnxruntime.errors import InvalidProtobuf
from app_py.onnxruntime.onnx_header import OnnxHeader, ValueInfo, read_header
from app_py.onnxruntime.session_info import describe_model, describe_value
from tests.shared.support import onnx_bytes
from tests.shared.support.onnx_bytes import FLOAT, INT64, STRING, _field, _number

TENSOR_OF_FLOATS = _field(1, _number(1, FLOAT))


def with_input(kind: bytes) -> OnnxHeader:
    return read_header(_number(1, 3) + _field(7, _field(11, _field(1, "x") + kind)))


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (TENSOR_OF_FLOATS, "tensor(float)"),
        (_field(4, _field(1, TENSOR_OF_FLOATS)), "seq(tensor(float))"),
        (_field(4, b""), "seq()"),
        (_field(5, _number(1, INT64) + _field(2, TENSOR_OF_FLOATS)), "map(int64,tensor(float))"),
        (_field(5, _number(1, STRING)), "map(string,)"),
        (
            _field(4, _field(1, _field(5, _number(1, INT64) + _field(2, TENSOR_OF_FLOATS)))),
            "seq(map(int64,tensor(float)))",
        ),
        (_field(8, _number(1, FLOAT)), "sparse_tensor(float)"),
        (_field(9, _field(1, TENSOR_OF_FLOATS)), "optional(tensor(float))"),
        (_field(9, b""), "optional()"),
        (b"", "tensor(undefined)"),
    ],
)
def test_types_are_named_as_onnxruntime_names_them(kind: bytes, name: str) -> None:
    (value,) = with_input(_field(2, kind)).inputs
    assert (value.name, value.type, value.shape, value.denotations) == ("x", name, None, ())


def test_a_value_without_a_type_has_none() -> None:
    assert with_input(b"").inputs == (ValueInfo("x", "tensor(undefined)", None),)


def test_axes_have_a_size_a_symbol_or_nothing_and_may_stand_for_something() -> None:
    axes = [_number(1, 0), _number(1, 5), _number(1, -1), _field(2, "N"), b"", _field(2, "B") + _field(3, "DATA_BATCH")]
    shape = _field(2, b"".join(_field(1, axis) for axis in axes))
    (value,) = with_input(_field(2, _field(1, _number(1, FLOAT) + shape))).inputs
    assert value.shape == (0, 5, -1, "N", None, "B")
    assert value.denotations == ("", "", "", "", "", "DATA_BATCH")
    (scalar,) = with_input(_field(2, _field(1, _number(1, FLOAT) + _field(2, b"")))).inputs
    assert (scalar.shape, scalar.denotations) == ((), ())
    assert describe_value(value).shape == [0, 5, -1, "N", None, "B"]


def test_who_made_a_model_and_for_which_operators() -> None:
    graph = _field(2, "graph") + _field(10, "of nothing") + _field(1, _field(4, "Relu") + _field(7, "ai.onnx.ml"))
    graph += _field(1, _field(4, "Relu")) * 2
    head = (
        _number(1, 9) + _field(2, "tool") + _field(3, "1.2") + _field(4, "org.site") + _number(5, 4) + _field(6, "it")
    )
    opsets = _field(8, _number(2, 18)) + _field(8, _field(1, "ai.onnx.ml") + _number(2, 3))
    told = _field(14, _field(1, "author") + _field(2, "me"))
    header = read_header(head + _field(7, graph) + opsets + told)
    assert (header.ir_version, header.producer_name, header.producer_version) == (9, "tool", "1.2")
    assert (header.domain, header.model_version, header.description) == ("org.site", 4, "it")
    assert (header.graph_name, header.graph_description) == ("graph", "of nothing")
    assert header.opsets == {"ai.onnx": 18, "ai.onnx.ml": 3}
    assert header.operators == {("ai.onnx.ml", "Relu"): 1, ("ai.onnx", "Relu"): 2}
    meta = describe_model(header)
    assert (meta.producer_name, meta.domain, meta.description, meta.version) == ("tool", "org.site", "it", 4)
    assert (meta.graph_name, meta.graph_description) == ("graph", "of nothing")
    assert meta.custom_metadata_map == {"author": "me"}


def test_operators_of_subgraphs_count() -> None:
    inner = _field(1, _field(4, "Inner"))
    listed = _field(5, _field(11, inner) + _field(11, inner))
    header = read_header(_field(7, _field(1, _field(4, "If") + _field(5, _field(6, inner)) + listed)))
    assert header.operators == {("ai.onnx", "If"): 1, ("ai.onnx", "Inner"): 3}


def test_of_a_field_that_comes_twice_the_last_counts() -> None:
    """As protobuf reads fields that are not repeated."""
    header = read_header(_number(1, 3) + _number(1, 8) + _field(2, "a") + _field(2, "b") + _field(7, b""))
    assert (header.ir_version, header.producer_name) == (8, "b")


def test_weights_are_no_inputs() -> None:
    header = read_header(onnx_bytes.model(weights=["w", "v"]))
    assert [value.name for value in header.inputs] == ["x"]
    assert [value.name for value in header.outputs] == ["y"]
    assert header.external_files == ()


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (_field(1, "three") + _field(7, b""), "a message where a number was expected"),
        (_number(7, 1), "a number where a message was expected"),
    ],
)
def test_a_field_of_the_wrong_kind_is_no_onnx(data: Any, detail: str) -> None:
    with pytest.raises(InvalidProtobuf) as caught:
        read_header(data)
    assert caught.value.detail == detail
