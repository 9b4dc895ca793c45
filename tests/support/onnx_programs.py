"""Small networks as public programs have them, written anew."""

from collections.abc import Mapping, Sequence

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("ai.onnx.ml", 1)]

Value = onnx.ValueInfoProto


def _model(
    nodes: list[onnx.NodeProto], inputs: Sequence[Value], outputs: Sequence[Value], weights: Mapping[str, object]
) -> bytes:
    tensors = [numpy_helper.from_array(np.asarray(value), name) for name, value in weights.items()]
    graph = helper.make_graph(nodes, "program", inputs, outputs, tensors)
    model: onnx.ModelProto = helper.make_model(graph, ir_version=8, opset_imports=OPSETS)
    data: bytes = model.SerializeToString()
    return data


def _value(name: str, kind: int, *shape: int | str) -> Value:
    return helper.make_tensor_value_info(name, kind, list(shape))


def add() -> bytes:
    """y = x + 1."""
    nodes = [helper.make_node("Add", ["x", "one"], ["y"])]
    value, out = _value("x", TensorProto.FLOAT, "n"), _value("y", TensorProto.FLOAT, "n")
    return _model(nodes, [value], [out], {"one": np.float32(1)})


def two_axes() -> bytes:
    """y = |x| of two axes, of which the first says that it is the batch."""
    value = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["b", "n"], shape_denotation=["DATA_BATCH", ""])
    return _model([helper.make_node("Abs", ["x"], ["y"])], [value], [_value("y", TensorProto.FLOAT, "b", "n")], {})


def iris() -> bytes:
    """A classifier of four numbers, as scikit-learn's exporter writes one: labels, and a ZipMap of probabilities."""
    random = np.random.default_rng(3)
    nodes = [
        helper.make_node(
            "LinearClassifier",
            ["X"],
            ["label", "scores"],
            domain="ai.onnx.ml",
            coefficients=random.normal(size=12).astype(np.float32).tolist(),
            intercepts=[0.1, -0.2, 0.3],
            classlabels_ints=[0, 1, 2],
            post_transform="SOFTMAX",
        ),
        helper.make_node("Identity", ["label"], ["output_label"]),
        helper.make_node(
            "ZipMap", ["scores"], ["output_probability"], domain="ai.onnx.ml", classlabels_int64s=[0, 1, 2]
        ),
    ]
    kind = helper.make_sequence_type_proto(
        helper.make_map_type_proto(TensorProto.INT64, helper.make_tensor_type_proto(TensorProto.FLOAT, []))
    )
    outputs = [_value("output_label", TensorProto.INT64, "n"), helper.make_value_info("output_probability", kind)]
    return _model(nodes, [_value("X", TensorProto.FLOAT, "n", 4)], outputs, {})


def upper() -> bytes:
    """Strings in, strings out."""
    nodes = [helper.make_node("StringNormalizer", ["words"], ["shouted"], case_change_action="UPPER")]
    return _model(nodes, [_value("words", TensorProto.STRING, "n")], [_value("shouted", TensorProto.STRING, "n")], {})


def digits() -> bytes:
    """A convolutional classifier of 28x28 digits, as MNIST's tutorial has it."""
    random = np.random.default_rng(1)
    nodes = [
        helper.make_node("Conv", ["Input3", "w1", "b1"], ["c1"], auto_pad="SAME_UPPER"),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["p1"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Flatten", ["p1"], ["f"]),
        helper.make_node("Gemm", ["f", "w2", "b2"], ["Plus214_Output_0"]),
    ]
    weights = {
        "w1": random.normal(size=(8, 1, 5, 5)).astype(np.float32),
        "b1": random.normal(size=8).astype(np.float32),
        "w2": random.normal(size=(392, 10)).astype(np.float32),
        "b2": random.normal(size=10).astype(np.float32),
    }
    value = _value("Input3", TensorProto.FLOAT, 1, 1, 28, 28)
    return _model(nodes, [value], [_value("Plus214_Output_0", TensorProto.FLOAT, 1, 10)], weights)


def super_resolution() -> bytes:
    """Three times the size, by sub-pixel convolution."""
    random = np.random.default_rng(2)
    nodes = [
        helper.make_node("Conv", ["input", "w1"], ["c1"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2"], ["c2"], pads=[1, 1, 1, 1]),
        helper.make_node("DepthToSpace", ["c2"], ["output"], blocksize=3, mode="CRD"),
    ]
    weights = {
        "w1": random.normal(size=(8, 1, 3, 3)).astype(np.float32),
        "w2": random.normal(size=(9, 8, 3, 3)).astype(np.float32),
    }
    value = _value("input", TensorProto.FLOAT, "batch", 1, "h", "w")
    return _model(nodes, [value], [_value("output", TensorProto.FLOAT, "batch", 1, "H", "W")], weights)


def voice_activity() -> bytes:
    """A recurrent network whose state is passed from call to call, as silero-vad's is."""
    random = np.random.default_rng(4)
    nodes = [
        helper.make_node("MatMul", ["input", "wx"], ["a"]),
        helper.make_node("MatMul", ["state", "wh"], ["b"]),
        helper.make_node("Add", ["a", "b"], ["c"]),
        helper.make_node("Tanh", ["c"], ["stateN"]),
        helper.make_node("ReduceMean", ["stateN"], ["output"], axes=[1], keepdims=1),
    ]
    weights = {
        "wx": random.normal(size=(64, 16)).astype(np.float32),
        "wh": random.normal(size=(16, 16)).astype(np.float32),
    }
    inputs = [_value("input", TensorProto.FLOAT, "n", 64), _value("state", TensorProto.FLOAT, "n", 16)]
    outputs = [_value("output", TensorProto.FLOAT, "n", 1), _value("stateN", TensorProto.FLOAT, "n", 16)]
    return _model(nodes, inputs, outputs, weights)


def weight_as_output() -> bytes:
    """y = x + w, and w itself."""
    weight = np.array([1, 2, 3], np.float32)
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "w"], ["y"]), helper.make_node("Identity", ["w"], ["v"])],
        "program",
        [_value("x", TensorProto.FLOAT, 3)],
        [_value("y", TensorProto.FLOAT, 3), _value("v", TensorProto.FLOAT, 3)],
        [numpy_helper.from_array(weight, "w")],
    )
    data: bytes = helper.make_model(graph, ir_version=3, opset_imports=[helper.make_opsetid("", 7)]).SerializeToString()
    return data
