"""Passes that change types: other floats, half weights, whole numbers at the ends."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.common.errors import BuildError
from build.compiler.passes.half_weights import SMALLEST, half_weights
from build.compiler.passes.whole_number_inputs import whole_number_inputs
from build.compiler.passes.widen_floats import LARGEST, holds_narrow_floats, widen_floats
from build.compiler.verify.session import start_session
from tests.support.rule_graphs import inferred, model

FLOAT, HALF, DOUBLE = ir.DataType.FLOAT, ir.DataType.FLOAT16, ir.DataType.DOUBLE


def weighted(numbers: np.ndarray, kind: str = "float", body: str = "y = Add (x, w)") -> ir.Model:
    source = model(13, f"({kind}[{','.join(map(str, numbers.shape))}] x) => (y)", body)
    value = ir.Value(name="w", shape=ir.Shape(numbers.shape), const_value=ir.tensor(numbers, name="w"))
    value.dtype = ir.DataType.from_numpy(numbers.dtype)
    source.graph.initializers.add(value)
    for node in source.graph:
        for index, old in enumerate(node.inputs):
            if old is not None and old.name == "w":
                node.replace_input_with(index, value)
    return source


@pytest.mark.parametrize(("size", "count"), [(SMALLEST - 1, 0), (SMALLEST, 1), (SMALLEST + 1, 1)])
def test_large_weights_are_halved(size: int, count: int) -> None:
    numbers = np.linspace(-3, 3, size, dtype=np.float32)
    source = weighted(numbers)
    assert half_weights(source) == count
    assert list(source.graph.initializers) == (["w.half"] if count else ["w"])
    assert [node.op_type for node in source.graph] == (["Cast", "Add"] if count else ["Add"])
    source.graph.outputs[0].type, source.graph.outputs[0].shape = ir.TensorType(FLOAT), ir.Shape([size])
    (found,) = start_session(ir.to_proto(source).SerializeToString()).run(None, {"x": np.zeros(size, np.float32)})
    expected = numbers.astype(np.float16).astype(np.float32) if count else numbers
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("dtype", [np.float64, np.int32, np.float16])
def test_weights_of_other_types_are_not_halved(dtype: type) -> None:
    assert half_weights(weighted(np.ones(100, dtype))) == 0


@pytest.mark.parametrize(("largest", "fits"), [(65504.0, True), (65520.0, False), (-70000.0, False), (np.inf, False)])
def test_numbers_beyond_half_precision_are_told(largest: float, fits: bool) -> None:
    numbers = np.ones(100, np.float32)
    numbers[50] = largest
    if fits:
        assert half_weights(weighted(numbers)) == 1
        return
    with pytest.raises(BuildError, match="w holds numbers beyond float16's 65504; export it without --half"):
        half_weights(weighted(numbers))


@pytest.mark.parametrize("kind", ["float16", "double"])
def test_inputs_weights_and_attributes_become_floats(kind: str) -> None:
    dtype = {"float16": HALF, "double": DOUBLE}[kind]
    source = weighted(np.ones(3, dtype.numpy()), kind, f"c = Cast <to = {int(dtype)}> (x) a = Add (c, w) y = Neg (a)")
    for node in source.graph:
        node.outputs[0].dtype = dtype
    assert widen_floats(source).count == 3  # the input, the weight and the Cast
    values = [*source.graph.inputs, *source.graph.initializers.values(), *(node.outputs[0] for node in source.graph)]
    assert {value.dtype for value in values} == {FLOAT}
    assert source.graph[0].attributes["to"].as_int() == FLOAT
    (weight,) = source.graph.initializers.values()
    assert weight.const_value is not None
    assert (weight.const_value.dtype, weight.const_value.name) == (FLOAT, "w")
    assert widen_floats(source).modified is False


def test_other_types_and_attributes_stay() -> None:
    body = "c = Cast <to = 7> (x) k = Constant <value = int64[1] {10}> () a = Add (c, k) t = ArgMax <axis = 1> (x)"
    source = inferred(body + " y = Add (a, t)", "float[2,3] x")
    assert widen_floats(source).count == 0
    numbers = inferred("k = Constant <value = double[2] {1.5, 1e300}> () y = Identity (k)")
    assert widen_floats(numbers).count == 1
    assert numbers.graph[0].attributes["value"].as_tensor().numpy().tolist() == [1.5, LARGEST]


@pytest.mark.parametrize(
    ("given", "expected"),
    [([1e300, -1e300], [LARGEST, -LARGEST]), ([np.inf, -np.inf], [np.inf, -np.inf]), ([1.5, -0.25], [1.5, -0.25])],
)
def test_numbers_beyond_floats_become_the_largest(given: list[float], expected: list[float]) -> None:
    source = weighted(np.asarray(given), "double")
    widen_floats(source)
    tensor = source.graph.initializers["w"].const_value
    assert tensor is not None
    assert tensor.numpy().tolist() == expected


def test_graphs_within_the_graph_are_widened_as_well() -> None:
    body = """c = Constant <value = bool {1}> () y = If (c) <
        then_branch = a () => (double[2] v) { k = Constant <value = double[2] {1.5, 2.5}> () v = Add (k, x) },
        else_branch = b () => (double[2] w) { w = Neg (x) }>"""
    source = inferred(body, "double[2] x")
    assert widen_floats(source).count == 2
    inner = [node for node in source.graph.all_nodes() if node.op_type == "Constant" and node.graph is not source.graph]
    assert [node.attributes["value"].as_tensor().dtype for node in inner] == [FLOAT]


@pytest.mark.parametrize(
    ("source", "narrow"),
    [
        (weighted(np.ones(3, np.float32)), False),
        (weighted(np.ones(3, np.float16)), True),
        (weighted(np.ones(3, np.float64), "double"), False),
        (model(13, "(float16[2] x) => (float16[2] y)", "y = Relu (x)"), True),
        (model(13, "(float[2] x) => (float[2] y)", "h = Cast <to = 10> (x) y = Cast <to = 1> (h)"), True),
        (model(13, "(float[2] x) => (float[2] y)", "h = Cast <to = 11> (x) y = Cast <to = 1> (h)"), False),
        (model(13, "(float[2,9] x) => (y)", "y = Softmax <axis = 10> (x)"), False),
        (model(13, "(float[2] x) => (y)", "k = Constant <value = float16[1] {1}> () y = Cast <to = 1> (k)"), True),
    ],
)
def test_whether_some_numbers_have_16_bits(source: ir.Model, narrow: bool) -> None:
    assert holds_narrow_floats(source) == narrow


@pytest.mark.parametrize(
    ("kind", "body", "count"),
    [
        ("uint8", "y = Cast <to = 1> (x)", 1),
        ("int64", "t = Transpose (x) y = Cast <to = 1> (t)", 1),
        ("uint8", "s = Shape (x) f = Cast <to = 1> (x) y = Reshape (f, s)", 1),
        ("uint8", "a, b = Split <axis = 1> (x) c = Cast <to = 1> (a) d = Cast <to = 1> (b) y = Add (c, d)", 1),
        ("uint8", "a, b = Split <axis = 1> (x) c = Cast <to = 1> (a) d = Cast <to = 6> (b) y = Cast <to = 1> (d)", 0),
        ("uint8", "y = Cast <to = 6> (x)", 0),
        ("uint8", "c = Cast <to = 1> (x) d = Cast <to = 6> (x) e = Cast <to = 1> (d) y = Add (c, e)", 0),
        ("float", "y = Cast <to = 1> (x)", 0),
        ("bool", "y = Cast <to = 1> (x)", 0),
        ("int64", "k = Constant <value = float[9] {1,2,3,4,5,6,7,8,9}> () y = Gather (k, x)", 0),
        ("uint8", "t = Transpose (x) y = Identity (t)", 0),
    ],
)
def test_whole_numbers_that_are_only_cast(kind: str, body: str, count: int) -> None:
    source = inferred(body, f"{kind}[2,4] x")
    expected = start_session(ir.to_proto(source).SerializeToString())
    assert whole_number_inputs(source).count == count
    (value,) = source.graph.inputs
    assert (value.dtype == FLOAT) == (count == 1 or kind == "float")
    if count:
        assert "Cast" not in {node.op_type for node in source.graph}
        x = np.arange(8).reshape(2, 4)
        (before,) = expected.run(
            None, {"x": x.astype(onnx.helper.tensor_dtype_to_np_dtype({"uint8": 2, "int64": 7}[kind]))}
        )
        (after,) = start_session(ir.to_proto(source).SerializeToString()).run(None, {"x": x.astype(np.float32)})
        np.testing.assert_array_equal(after, before)
        assert source.graph.outputs[0].name == "y"


def test_whole_numbers_at_both_ends_stay() -> None:
    source = model(13, "(uint8[2] x) => (float[2] y, uint8[2] x)", "y = Cast <to = 1> (x)")
    assert whole_number_inputs(source).count == 0
    unread = model(13, "(uint8[2] x, float[2] z) => (float[2] y)", "y = Relu (z)")
    assert whole_number_inputs(unread).count == 0
