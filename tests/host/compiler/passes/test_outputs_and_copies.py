"""Passes about which node makes or reads a value: copies, outputs, identities, what nobody reads."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.compiler.passes.distinct_inputs import distinct_inputs
from build.compiler.passes.identities import drop_identities
from build.compiler.passes.made_outputs import made_outputs
from build.compiler.passes.unread_outputs import unread_outputs
from build.compiler.passes.unshare_conv_weights import unshare_conv_weights
from build.compiler.passes.views_of_copies import views_of_copies
from build.compiler.rules.reading import constant, producer
from build.compiler.verify.session import start_session
from tests.support.rule_graphs import floats, inferred, model, noise

PICTURE = "float[1,2,4,4] x"
Sides = list[int | str | None]


def kinds(source: ir.Model) -> list[str]:
    return [node.op_type for node in source.graph]


def with_weights(source: ir.Model) -> ir.Model:
    """Its Constants as initializers, which the last passes see."""
    for node in [node for node in source.graph if node.op_type == "Constant"]:
        old, tensor = node.outputs[0], node.attributes["value"].as_tensor()
        name, output = str(old.name), old.is_graph_output()
        old.name = None
        value = ir.Value(
            name=name, shape=ir.Shape(tensor.numpy().shape), type=ir.TensorType(tensor.dtype), const_value=tensor
        )
        old.replace_all_uses_with(value, replace_graph_outputs=output)
        source.graph.remove(node, safe=True)
        source.graph.initializers.add(value)
    return source


@pytest.mark.parametrize(
    ("body", "count"),
    [
        ("y = Mul (x, x)", 1),
        ("n = Neg (x) y = Mul (n, x)", 0),
        ("y = Sum (x, x, x)", 2),
        ("a, b = Split <axis = 1> (x) y = Mul (a, b)", 1),
        ("y = Clip (x, , )", 0),
        (floats("k", "", 2.0) + "y = Sum (k, x, k)", 0),
    ],
)
def test_a_value_is_read_once_by_each_node(body: str, count: int) -> None:
    source = with_weights(inferred(body, PICTURE))
    before = kinds(source)
    result = distinct_inputs(source)
    assert (result.count, result.modified) == (count, count > 0)
    assert kinds(source).count("Constant") == count
    assert len(kinds(source)) == len(before) + 2 * count
    read = [
        id(value.producer() or value)
        for value in source.graph[-1].inputs
        if value is not None and value.const_value is None
    ]
    assert len(set(read)) == len(read)


def test_a_copy_has_the_type_and_the_sides_of_its_value() -> None:
    source = inferred("i = Cast <to = 6> (x) y = Mul (i, i)", PICTURE)
    distinct_inputs(source)
    constant, product = source.graph[1], source.graph[2]
    assert (product.op_type, product.outputs[0].dtype, product.outputs[0].shape) == (
        "Mul",
        ir.DataType.INT32,
        ir.Shape([1, 2, 4, 4]),
    )
    assert constant.attributes["value"].as_tensor().numpy().dtype == np.int32
    assert (constant.outputs[0].dtype, constant.outputs[0].shape) == (ir.DataType.INT32, ir.Shape([1]))
    plain = inferred("y = Mul (x, x)", PICTURE)
    plain.graph.inputs[0].type = None
    distinct_inputs(plain)
    assert plain.graph[0].outputs[0].dtype == ir.DataType.FLOAT


RESHAPE = "s = Constant <value = int64[1] {-1}> () "


@pytest.mark.parametrize(
    ("body", "outputs", "count"),
    [
        ("n = Neg (x) r = Flatten (n) y = Relu (r)", "y", 0),
        ("n = Neg (x) r = Flatten (n) y = Relu (r) z = Relu (n)", "y, z", 1),
        ("n = Neg (x) y = Flatten (n)", "y, n", 1),
        (RESHAPE + "y = Reshape (x, s)", "y", 0),
        (RESHAPE + "y = Reshape (x, s) z = Flatten (x)", "y, z", 2),
        ("n = Neg (x) y = Transpose (n) z = Relu (n)", "y, z", 0),
    ],
)
def test_views_of_what_others_read_are_views_of_a_copy(body: str, outputs: str, count: int) -> None:
    source = with_weights(model(12, f"({PICTURE}) => ({outputs})", body))
    assert views_of_copies(source).count == count
    assert kinds(source).count("Mul") == count
    for node in source.graph:
        if node.op_type == "Mul":
            assert {use.node.op_type for use in node.outputs[0].uses()} <= {"Flatten", "Reshape"}


def test_a_view_of_a_weight_is_no_view_of_a_texture() -> None:
    source = with_weights(
        model(12, f"({PICTURE}) => (y, z)", floats("k", "1,2", 1, 2) + "y = Flatten (k) z = Relu (k)")
    )
    assert views_of_copies(source).count == 0


@pytest.mark.parametrize(
    ("body", "outputs", "count"),
    [
        ("y = Conv (x, w)", "y", 0),
        ("y = Conv (x, w) z = Add (x, w)", "y, z", 1),
        ("y = Conv (x, w) z = Conv (x, w)", "y, z", 0),
        ("y = Conv (x, w)", "y, w", 1),
        ("y = Conv (w, w)", "y", 1),
        ("z = Add (x, w)", "z", 0),
        ("y = Conv (x, k, w)", "y", 0),
    ],
)
def test_a_kernel_is_read_by_convolutions_alone(body: str, outputs: str, count: int) -> None:
    weights = noise("w", "2", 2) if "k, w" in body else noise("w", "1,2,1,1", 2)
    source = with_weights(model(12, f"({PICTURE}) => ({outputs})", weights + noise("k", "2,2,1,1", 4) + body))
    before = len(source.graph.initializers)
    assert unshare_conv_weights(source).count == count
    assert len(source.graph.initializers) == before + count
    for value in source.graph.initializers.values():
        readers = {(use.node.op_type, use.idx) for use in value.uses()}
        assert ("Conv", 1) not in readers or (readers == {("Conv", 1)} and not value.is_graph_output())
    if count:
        copy, own = source.graph.initializers["w.kernel"], source.graph.initializers["w"]
        assert (copy.shape, copy.type) == (own.shape, own.type)
        np.testing.assert_array_equal(constant(copy), constant(own))


@pytest.mark.parametrize(
    ("body", "outputs", "count", "left"),
    [
        ("y = Relu (x)", "y", 0, ["Relu"]),
        ("y = Identity (x)", "y", 1, ["Constant", "Mul"]),
        ("n = Neg (x) y = Identity (n) z = Relu (y)", "y, z", 1, ["Neg", "Relu", "Constant", "Mul"]),
        (floats("y", "2", 1, 2), "y", 1, ["Constant", "Constant", "Mul"]),
        (floats("y", "2", 1, 2) + "z = Add (x, y)", "y, z", 1, ["Constant", "Add", "Constant", "Mul"]),
    ],
)
def test_every_output_is_made_by_a_node(body: str, outputs: str, count: int, left: list[str]) -> None:
    names, feeds = outputs.split(", "), {"x": np.ones((1, 2, 4, 2), np.float32)}
    source = inferred_outputs(body, names)
    expected = start_session(ir.to_proto(source).SerializeToString()).run(None, feeds)
    result = made_outputs(source)
    assert (result.count, sorted(kinds(source))) == (count, sorted(left))
    assert [value.name for value in source.graph.outputs] == names
    assert {producer(value).op_type for value in source.graph.outputs} <= {"Relu", "Add", "Mul"}
    found = start_session(ir.to_proto(source).SerializeToString()).run(None, feeds)
    for mine, theirs in zip(found, expected, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def inferred_outputs(body: str, names: list[str]) -> ir.Model:
    text = f'<ir_version: 8, opset_import: ["" : 13]> g (float[1,2,4,2] x) => ({", ".join(names)}) {{ {body} }}'
    return ir.from_proto(onnx.shape_inference.infer_shapes(onnx.parser.parse_model(text)))


def test_an_output_that_is_a_weight_is_made_of_it() -> None:
    source = with_weights(inferred_outputs(floats("y", "2", 1, 2) + "z = Add (x, y)", ["y", "z"]))
    assert made_outputs(source).count == 1
    assert list(source.graph.initializers) == ["y.constant"]
    (weight,) = source.graph.initializers.values()
    assert weight.const_value is not None
    assert weight.const_value.name == "y.constant"
    assert [value.name for value in source.graph.outputs] == ["y", "z"]
    found = start_session(ir.to_proto(source).SerializeToString()).run(None, {"x": np.zeros((1, 2, 4, 2), np.float32)})
    assert found[0].tolist() == [1, 2]


def test_an_output_that_is_an_input_is_left_to_be_refused() -> None:
    source = model(13, "(float[2] x) => (float[2] x, float[2] y)", "y = Relu (x)")
    assert made_outputs(source).count == 0


@pytest.mark.parametrize(
    ("body", "outputs", "count", "left"),
    [
        ("i = Identity (x) y = Relu (i)", "y", 1, ["Relu"]),
        ("n = Neg (x) y = Identity (n)", "y", 1, ["Neg"]),
        ("n = Neg (x) y = Identity (n) z = Relu (n)", "y, z", 1, ["Neg", "Relu"]),
        ("y = Identity (x)", "y", 0, ["Identity"]),
        ("n = Neg (x) y = Identity (n)", "n, y", 0, ["Neg", "Identity"]),
        ("n = Neg (x) i = Identity (n) y = Identity (i)", "y", 2, ["Neg"]),
    ],
)
def test_identities_go_where_no_output_needs_them(body: str, outputs: str, count: int, left: list[str]) -> None:
    source = inferred_outputs(body, outputs.split(", "))
    assert drop_identities(source).count == count
    assert kinds(source) == left
    assert [value.name for value in source.graph.outputs] == outputs.split(", ")


@pytest.mark.parametrize(
    ("own", "told", "kept"),
    [
        (None, [2, 3], [2, 3]),
        ([None, 3], [2, None], [2, 3]),
        (["N", 3], [None, 3], ["N", 3]),
        ([2, 3], [5, 6], [2, 3]),
        ([2, None], [2, 3, 4], [2, None]),
        ([2, None], None, [2, None]),
    ],
)
def test_what_only_an_identity_said_of_its_sides_is_kept(
    own: list[int] | None, told: list[int] | None, kept: list[int]
) -> None:
    source = model(13, "(float[A,B] x) => (y)", "n = Neg (x) i = Identity (n) y = Relu (i)")
    value, result = source.graph[0].outputs[0], source.graph[1].outputs[0]
    value.shape, value.type = None if own is None else ir.Shape(own), None
    result.shape, result.type = None if told is None else ir.Shape(told), ir.TensorType(ir.DataType.FLOAT)
    drop_identities(source)
    assert [side if isinstance(side, int) else side.value for side in value.shape or ()] == kept
    assert value.dtype == ir.DataType.FLOAT


@pytest.mark.parametrize(
    ("opset", "body", "outputs", "kept"),
    [
        (13, "y, m = Dropout (x)", "y", 1),
        (13, "y, m = Dropout (x)", "y, m", 2),
        (13, "y, m = Dropout (x) z = Not (m)", "y, z", 2),
        (12, "y, i = MaxPool <kernel_shape = [2, 2]> (x)", "y", 1),
        (9, noise("w", "2", 2) + "y, a, b, c, d = BatchNormalization (x, w, w, w, w)", "y", 1),
        (9, noise("w", "2", 2) + "y, a, b, c, d = BatchNormalization (x, w, w, w, w)", "y, b", 3),
        (13, "y, z = Split <axis = 1> (x)", "y", 2),
    ],
)
def test_trailing_outputs_that_nobody_reads_go(opset: int, body: str, outputs: str, kept: int) -> None:
    source = model(opset, f"({PICTURE}) => ({outputs})", body)
    node = next(node for node in source.graph if node.op_type not in ("Constant", "Not"))
    before = len(node.outputs)
    assert unread_outputs(source).count == (kept < before)
    assert len(node.outputs) == kept
    if node.op_type == "BatchNormalization":
        assert node.attributes["training_mode"].as_int() == 1
