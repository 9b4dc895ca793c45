"""QDQ files -> the floats that they stand for."""

import numpy as np
import onnx
import onnx_ir as ir
import pytest
from onnx import TensorProto, helper, numpy_helper

from build.common.errors import BuildError
from build.compiler.passes.dequantize import dequantize
from build.compiler.passes.open_sides import open_sides
from build.compiler.verify.quantized import deviation
from build.compiler.verify.session import start_session

RNG = np.random.default_rng(3)
WEIGHT = RNG.integers(-127, 127, (4, 3, 3, 3)).astype(np.int8)
ZERO = np.array([2, -3, 0, 1], np.int8)
ACTIVATION_STEP = 0.02


def _graph(scales: np.ndarray, axis: int, opset: int = 13) -> ir.Model:
    """Quantize, a Conv of dequantized weights, quantize, a Transpose of integers, dequantize."""
    weights = {
        "w": WEIGHT,
        "w_scale": scales.astype(np.float32),
        "w_zero": ZERO[: scales.size].reshape(scales.shape),
        "step": np.array(ACTIVATION_STEP, np.float32),
        "zero": np.array(-5, np.int8),
    }
    nodes = [
        helper.make_node("QuantizeLinear", ["x", "step", "zero"], ["xq"]),
        helper.make_node("DequantizeLinear", ["xq", "step", "zero"], ["xf"]),
        helper.make_node("DequantizeLinear", ["w", "w_scale", "w_zero"], ["wf"], axis=axis),
        helper.make_node("Conv", ["xf", "wf"], ["y"], pads=[1, 1, 1, 1]),
        helper.make_node("QuantizeLinear", ["y", "step", "zero"], ["yq"]),
        helper.make_node("Transpose", ["yq"], ["yt"], perm=[0, 2, 3, 1]),
        helper.make_node("DequantizeLinear", ["yt", "step", "zero"], ["out"]),
    ]
    graph = helper.make_graph(
        nodes,
        "qdq",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 8, 8])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, 8, 8, 4])],
        [numpy_helper.from_array(np.asarray(numbers), name) for name, numbers in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    return ir.from_proto(model)


def _run(model: ir.Model, x: np.ndarray) -> np.ndarray:
    (out,) = start_session(ir.to_proto(model).SerializeToString()).run(None, {"x": x})
    return np.asarray(out)


@pytest.mark.parametrize(("scales", "axis"), [(np.array(0.01), 1), (np.array([0.01, 0.02, 0.005, 0.03]), 0)])
def test_the_float_graph_computes_without_rounding(scales: np.ndarray, axis: int) -> None:
    quantized, model = _graph(scales, axis), _graph(scales, axis)

    assert dequantize(model) == 5

    assert [node.op_type for node in model.graph] == ["Conv", "Transpose"]
    x = np.random.default_rng(5).uniform(-0.4, 0.4, (1, 3, 8, 8)).astype(np.float32)
    assert model.graph.outputs[0].name == "out"
    zero = ZERO[: scales.size].astype(np.float32)
    sides = (-1, 1, 1, 1)
    floats = (WEIGHT - zero.reshape(sides)) * scales.astype(np.float32).reshape(sides)
    np.testing.assert_array_equal(_weight_of_conv(model), floats.astype(np.float32))
    # Each of the two activations is rounded by half a step at most; the first one goes through the weights.
    largest = ACTIVATION_STEP / 2 * (1 + np.abs(floats).sum((1, 2, 3)).max())
    close = np.abs(np.clip(_run(model, x), -2.46, 2.64) - _run(quantized, x))
    assert 0 < close.max() <= largest


def _weight_of_conv(model: ir.Model) -> np.ndarray:
    weight = model.graph[0].inputs[1]
    assert weight is not None
    tensor = ir.convenience.get_const_tensor(weight)
    assert tensor is not None
    return tensor.numpy()


def test_weights_can_stay_as_they_are_stored() -> None:
    model = _graph(np.array(0.01), 1)
    assert dequantize(model, weights=False) == 4
    assert [node.op_type for node in model.graph] == ["DequantizeLinear", "Conv", "Transpose"]


def test_the_deviation_is_that_of_the_rounding() -> None:
    quantized = _graph(np.array(0.01), 1)
    floats = quantized.clone()
    dequantize(floats)
    difference = deviation(quantized, floats)
    assert 0 < difference.mean < difference.maximum < difference.span * 2


def _replaced(model: ir.Model, op_type: str) -> ir.Model:
    proto = ir.to_proto(model)
    node = next(node for node in proto.graph.node if node.op_type == "Transpose")
    node.op_type = op_type
    del node.attribute[:]
    return ir.from_proto(proto)


def test_integers_that_are_computed_with_are_refused() -> None:
    with pytest.raises(BuildError, match="Abs computes with quantized integers"):
        dequantize(_replaced(_graph(np.array(0.01), 1), "Abs"))


@pytest.mark.parametrize(("end", "message"), [("input", "the input x is quantized"), ("output", "the output yt is")])
def test_quantized_ends_are_refused(end: str, message: str) -> None:
    proto = ir.to_proto(_graph(np.array(0.01), 1))
    if end == "input":
        proto.graph.input[0].type.tensor_type.elem_type = TensorProto.INT8
        del proto.graph.node[0]
        proto.graph.node[0].input[0] = "x"
    else:
        del proto.graph.node[6]
        proto.graph.output[0].name = "yt"
        proto.graph.output[0].type.tensor_type.elem_type = TensorProto.INT8
        proto.graph.node[4].output[0] = "yq"
        # The Transpose between them moves numbers only, so what it gives is quantized as well.
        proto.graph.node[5].output[0] = "yt"
    with pytest.raises(BuildError, match=message):
        dequantize(ir.from_proto(proto))


def test_an_opened_graph_runs_at_any_size() -> None:
    model = _graph(np.array(0.01), 1)
    dequantize(model)
    assert open_sides(model) == 1
    assert _run(model, np.zeros((1, 3, 5, 9), np.float32)).shape == (1, 5, 9, 4)


@pytest.mark.parametrize("shape", [(1, 64, 8, 8), (1, 100, 1, 1), (1, 1, 1, 100), (3, 24, 32)])
def test_what_is_no_picture_stays_closed(shape: tuple[int, ...]) -> None:
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    out = helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [value], [out])
    model = ir.from_proto(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8))
    with pytest.raises(BuildError, match="this model has none"):
        open_sides(model)
