"""The forms that QDQ files have: scales of every kind, pairs at the ends, and what moves between a pair."""

import numpy as np
import onnx_ir as ir
import pytest

from build.common.errors import BuildError
from build.compiler.passes.dequantize import dequantize, floats_of, quantized_nodes
from build.compiler.verify.session import start_session
from tests.support.rule_graphs import floats, inferred, model, node_of

STEP = floats("s", "", 0.5) + "z = Constant <value = int8 {3}> () "
PAIR = "q = QuantizeLinear (x, s, z) d = DequantizeLinear (q, s, z) "
LINE = "float[2,4] x"
MOVED = "q = QuantizeLinear (x, s, z) t = Transpose (q) f = Flatten (t) y = DequantizeLinear (f, s, z)"


def bytes_of(name: str, shape: str, *values: int) -> str:
    return f"{name} = Constant <value = int8[{shape}] {{{','.join(map(str, values))}}}> () "


def kinds(source: ir.Model) -> list[str]:
    return [node.op_type for node in source.graph if node.op_type != "Constant"]


@pytest.mark.parametrize(
    ("scales", "given", "more", "opset"),
    [
        (floats("s", "", 0.5), "", "", 13),
        (floats("s", "", 0.5), "", ", z", 13),
        (floats("s", "1", 0.5), "", "", 13),
        (floats("s", "4", 1, 2, 3, 4), "", "", 13),
        (floats("s", "4", 1, 2, 3, 4), "<axis = -1>", "", 13),
        (floats("s", "2", 1, 2), "<axis = 0>", "", 13),
        (floats("s", "2,2", 1, 2, 3, 4), "<axis = 1, block_size = 2>", "", 21),
        (floats("s", "1,4", 1, 2, 3, 4), "<axis = 0, block_size = 2>", "", 21),
        (floats("s", "2,2", 1, 2, 3, 4), "<axis = 1, block_size = 3>", "", 21),
    ],
)
def test_constants_as_onnxruntime_widens_them(scales: str, given: str, more: str, opset: int) -> None:
    numbers = bytes_of("q", "2,4", 1, -2, 3, -4, 50, -60, 70, 127)
    body = (
        numbers
        + scales
        + "z = Constant <value = int8 {3}> () "
        + f"w = DequantizeLinear {given} (q, s{more}) y = Mul (w, x)"
    )
    node = node_of("DequantizeLinear", body, LINE, opset)
    found = floats_of(node, np.array([[1, -2, 3, -4], [50, -60, 70, 127]], np.int8))
    assert found.dtype == np.float32
    source = model(opset, f"({LINE}) => (float[2,4] y)", body)
    if "block_size = 3" in given:  # the last block is a part of one, which onnxruntime does not take
        blocks = np.array([[1, 1, 1, 2], [3, 3, 3, 4]])
        np.testing.assert_array_equal(found, blocks * [[1, -2, 3, -4], [50, -60, 70, 127]])
        return
    (expected,) = start_session(ir.to_proto(source).SerializeToString()).run(None, {"x": np.ones((2, 4), np.float32)})
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("inputs", ["q, k", "q, s, k"])
def test_a_scale_that_is_computed_is_told(inputs: str) -> None:
    body = bytes_of("q", "4", 1, 2, 3, 4) + STEP + f"y = DequantizeLinear ({inputs})"
    source = model(13, f"({'int8 k' if 's, k' in inputs else 'float k'}) => (float[4] y)", body)
    with pytest.raises(BuildError, match="DequantizeLinear has a scale that is computed while the model runs"):
        dequantize(source)


@pytest.mark.parametrize(
    ("body", "left", "count"),
    [
        (PAIR + "y = Relu (d)", ["Relu"], 2),
        ("r = Relu (x) " + PAIR.replace("(x,", "(r,") + "y = Neg (d)", ["Relu", "Neg"], 2),
        ("r = Relu (x) q = QuantizeLinear (r, s, z) y = DequantizeLinear (q, s, z)", ["Relu"], 2),
        ("q = QuantizeLinear (x, s, z) y = DequantizeLinear (q, s, z)", ["Identity"], 2),
        (MOVED, ["Transpose", "Flatten"], 2),
        ("y = Relu (x)", ["Relu"], 0),
    ],
)  # fmt: skip
def test_pairs_go_and_outputs_keep_their_names(body: str, left: list[str], count: int) -> None:
    source = inferred(STEP + body, LINE)
    assert quantized_nodes(source) == count
    assert dequantize(source) == count
    assert kinds(source) == left
    assert quantized_nodes(source) == 0
    (output,) = source.graph.outputs
    assert (output.name, output.dtype) == ("y", ir.DataType.FLOAT)
    inner = [value for node in source.graph for value in node.outputs if not value.is_graph_output()]
    assert all(value.type is None and value.shape is None for value in inner)


def test_an_output_of_unknown_type_is_one_of_floats() -> None:
    source = inferred(STEP + "r = Relu (x) q = QuantizeLinear (r, s, z) y = DequantizeLinear (q, s, z)", LINE)
    source.graph.outputs[0].type = None
    dequantize(source)
    assert source.graph.outputs[0].dtype == ir.DataType.FLOAT


def test_one_value_that_is_two_outputs() -> None:
    body = STEP + "v = Relu (x) q = QuantizeLinear (v, s, z) y = DequantizeLinear (q, s, z)"
    source = model(13, f"({LINE}) => (float[2,4] v, float[2,4] y)", body)
    dequantize(source)
    assert [value.name for value in source.graph.outputs] == ["v", "y"]
    assert kinds(source) == ["Relu", "Identity"]


@pytest.mark.parametrize("mover", ["t = Transpose (q)", "t, u = Split <axis = 1> (q)"])
def test_what_is_moved_between_a_pair_must_not_be_computed_with(mover: str) -> None:
    source = inferred(STEP + f"q = QuantizeLinear (x, s, z) {mover} y = Abs (t)", LINE)
    with pytest.raises(BuildError, match="Abs computes with quantized integers"):
        dequantize(source)


def test_weights_stay_where_they_are_asked_to() -> None:
    body = bytes_of("w", "4", 1, 2, 3, 4) + STEP + "f = DequantizeLinear (w, s, z) " + PAIR + "y = Mul (d, f)"
    source = inferred(body, LINE)
    assert dequantize(source, weights=False) == 2
    assert kinds(source) == ["DequantizeLinear", "Mul"]
    assert quantized_nodes(source) == 1
    assert dequantize(source) == 1
    assert list(source.graph.initializers) == ["f.float"]
    (weight,) = source.graph.initializers.values()
    assert (weight.dtype, weight.shape) == (ir.DataType.FLOAT, ir.Shape([4]))
    assert weight.const_value is not None
    assert weight.const_value.name == "f.float"
    np.testing.assert_array_equal(weight.const_value.numpy(), (np.array([1, 2, 3, 4]) - 3) * 0.5)
