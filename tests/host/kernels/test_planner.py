"""What the planner takes and what it refuses, whatever nodes are called and however a norm is spelled."""

from collections.abc import Callable

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from app_py.kernels.network import Norm
from app_py.kernels.packing import pack
from app_py.kernels.program import Layout
from app_py.kernels.reader import read_network
from app_py.kernels.schedule import Form, schedule
from app_py.onnxruntime.errors import EngineError, InvalidArgument, InvalidProtobuf, OrtError
from tests.support.kernel_graphs import Family, GraphBuilder, make_member, run_onnxruntime
from tests.support.kernel_host import HostKernels, run_network

STYLE = 7


def _reshaped(graph: GraphBuilder, x: str, shape: list[int]) -> str:
    return graph.node("Reshape", [x, graph.weight(np.array(shape, np.int64))])


def _from_style(graph: GraphBuilder, channels: int) -> str:
    """A number of each channel from the style vector, by a convolution of 1 x 1."""
    weights = graph.weight(graph.random.normal(0, 0.3, (channels, STYLE, 1, 1)).astype(np.float32))
    bias = graph.weight(graph.random.normal(1, 0.2, channels).astype(np.float32))
    return graph.node("Conv", [_reshaped(graph, "style", [1, STYLE, 1, 1]), weights, bias])


def _spelled_out(graph: GraphBuilder, x: str, channels: int) -> str:
    """(x - mean) / sqrt(mean((x - mean)^2) + epsilon) * gamma + beta"""
    mean = graph.node("ReduceMean", [x, graph.weight(np.array([2, 3], np.int64))], keepdims=1)
    centred = graph.node("Sub", [x, mean])
    squares = graph.node("Pow", [centred, graph.number(2.0)])
    variance = graph.node("ReduceMean", [squares, graph.weight(np.array([2, 3], np.int64))], keepdims=1)
    root = graph.node("Sqrt", [graph.node("Add", [variance, graph.number(1e-5)])])
    normal = graph.node("Div", [centred, root])
    scaled = graph.node("Mul", [normal, _from_style(graph, channels)])
    return graph.node("Add", [scaled, _from_style(graph, channels)])


def _folded(graph: GraphBuilder, x: str, channels: int) -> str:
    """x * k + (beta - mean * k), k = gamma / sqrt(variance + epsilon)"""
    mean = graph.node("GlobalAveragePool", [x])
    centred = graph.node("Sub", [x, mean])
    variance = graph.node("GlobalAveragePool", [graph.node("Mul", [centred, centred])])
    inverse = graph.node("Reciprocal", [graph.node("Sqrt", [graph.node("Add", [graph.number(1e-3), variance])])])
    k = graph.node("Mul", [inverse, _from_style(graph, channels)])
    shift = graph.node("Sub", [_from_style(graph, channels), graph.node("Mul", [mean, k])])
    return graph.node("Add", [graph.node("Mul", [x, k]), shift])


def _around(graph: GraphBuilder, x: str, channels: int) -> str:
    """InstanceNormalization of ones and zeros, then the style's numbers."""
    plain = graph.norm(x, channels, affine=False)
    return graph.node("Add", [graph.node("Mul", [plain, _from_style(graph, channels)]), _from_style(graph, channels)])


@pytest.mark.parametrize("spell", [_spelled_out, _folded, _around])
@pytest.mark.parametrize("last", [False, True])
def test_norms_by_a_style_vector(
    kernels: HostKernels, spell: Callable[[GraphBuilder, str, int], str], last: bool
) -> None:
    graph = GraphBuilder(4)
    x = graph.node("Transpose", ["input"], perm=[0, 3, 1, 2]) if last else "input"
    x = graph.node("Relu", [spell(graph, graph.padded_conv(x, 3, 8, 9, "reflect"), 8)])
    x = graph.node("Relu", [spell(graph, graph.padded_conv(x, 8, 8, 3, "reflect", stride=2), 8)])
    x = graph.padded_conv(graph.enlarge(x), 8, 3, 3, "reflect")
    x = graph.node("Sigmoid", [spell(graph, x, 3)])
    x = graph.node("Transpose", [x], perm=[0, 2, 3, 1]) if last else x
    model = graph.finish(x, inputs=[helper.make_tensor_value_info("style", TensorProto.FLOAT, [1, STYLE])], last=last)
    network = read_network(model)
    assert [isinstance(change, Norm) for _, change in network.changes] == [True] * 3
    picture = np.random.default_rng(0).random((1, 30, 44, 3) if last else (1, 3, 30, 44), np.float32)
    for seed in (1, 2):
        style = np.random.default_rng(seed).normal(size=(1, STYLE)).astype(np.float32)
        expected = run_onnxruntime(model, {"input": picture, "style": style})
        made = run_network(kernels, network, picture, {"style": style})
        np.testing.assert_allclose(made, expected, atol=2e-5)


def _grouped(graph: GraphBuilder) -> str:
    weights = graph.weight(np.ones((3, 1, 3, 3), np.float32))
    return graph.node("Conv", ["input", weights], group=3)


def _dilated(graph: GraphBuilder) -> str:
    return graph.node("Conv", ["input", graph.weight(np.ones((3, 3, 3, 3), np.float32))], dilations=[2, 2])


def _not_finite(graph: GraphBuilder) -> str:
    return graph.node("Conv", ["input", graph.weight(np.full((3, 3, 1, 1), np.nan, np.float32))])


def _of_wrong_shape(graph: GraphBuilder) -> str:
    return graph.node("Conv", ["input", graph.weight(np.ones((3, 4, 1, 1), np.float32))])


def _too_large(graph: GraphBuilder) -> str:
    return graph.node("Conv", ["input", graph.weight(np.ones((3, 3, 11, 11), np.float32))])


def _softmax(graph: GraphBuilder) -> str:
    return graph.node("Softmax", [graph.conv("input", 3, 3, 1)])


def _sigmoid_within(graph: GraphBuilder) -> str:
    return graph.conv(graph.node("Sigmoid", [graph.conv("input", 3, 3, 1)]), 3, 3, 1)


def _linear(graph: GraphBuilder) -> str:
    scales = graph.weight(np.array([1, 1, 2, 2], np.float32))
    return graph.conv(graph.node("Resize", [graph.conv("input", 3, 3, 1), "", scales], mode="linear"), 3, 3, 1)


def _thrice(graph: GraphBuilder) -> str:
    scales = graph.weight(np.array([1, 1, 3, 3], np.float32))
    return graph.conv(graph.node("Resize", [graph.conv("input", 3, 3, 1), "", scales], mode="nearest"), 3, 3, 1)


def _padded_with_one(graph: GraphBuilder) -> str:
    amounts = graph.weight(np.array([0, 0, 1, 1, 0, 0, 1, 1], np.int64))
    return graph.conv(graph.node("Pad", ["input", amounts, graph.number(1.0)]), 3, 3, 3)


def _half_a_norm(graph: GraphBuilder) -> str:
    x = graph.conv("input", 3, 3, 1)
    mean = graph.node("ReduceMean", [x, graph.weight(np.array([2, 3], np.int64))], keepdims=1)
    return graph.conv(graph.node("Sub", [x, mean]), 3, 3, 1)


def _no_layer(graph: GraphBuilder) -> str:
    return graph.node("Relu", ["input"])


def _norm_of_a_sum(graph: GraphBuilder) -> str:
    a, b = graph.conv("input", 3, 4, 1), graph.conv("input", 3, 4, 1)
    return graph.conv(graph.norm(graph.node("Add", [a, b]), 4), 4, 3, 1)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (_grouped, "Conv 'node0' has groups"),
        (_dilated, "dilations"),
        (_not_finite, "Conv 'node0' has weights that are not finite numbers"),
        (_of_wrong_shape, "weights for 4 channels where there are 3"),
        (_too_large, "a kernel of 11 x 11; expected 9 at most"),
        (_softmax, "Softmax 'node1' is not an operator of the family"),
        (_sigmoid_within, "Conv 'node2' reads what has passed another activation than ReLU"),
        (_linear, "Resize 'node1' enlarges by the mode 'linear'; expected nearest"),
        (_thrice, "expected twice"),
        (_padded_with_one, "Pad 'node0' pads with 1; expected 0"),
        (_half_a_norm, "in another way than InstanceNorm does"),
        (_no_layer, "the model does not end in one picture that a convolution made"),
        (_norm_of_a_sum, "normalizes a sum of tensors"),
    ],
)
def test_what_is_not_of_the_family_names_the_node_and_why(build: Callable[[GraphBuilder], str], words: str) -> None:
    graph = GraphBuilder(0)
    output = build(graph)
    picture = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, "H", "W"])
    result = helper.make_tensor_value_info(output, TensorProto.FLOAT, [None] * 4)
    made = helper.make_graph(graph.nodes, "g", [picture], [result], graph.weights)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)]).SerializeToString()
    with pytest.raises(OrtError, match="cannot run this model") as caught:
        read_network(model)
    assert words in str(caught.value)
    assert caught.value.code == "unsupported-operator"


def test_names_and_the_order_of_independent_nodes_do_not_matter() -> None:
    model = onnx.load_from_string(make_member(Family(blocks=1)))
    names = {value: f"renamed{i}" for i, value in enumerate({name for n in model.graph.node for name in n.output})}
    kept = {output.name for output in model.graph.output}
    for node in model.graph.node:
        node.name = ""
        node.input[:] = [names.get(name, name) if name not in kept else name for name in node.input]
        node.output[:] = [names.get(name, name) if name not in kept else name for name in node.output]
    assert len(read_network(model.SerializeToString()).layers) == len(
        read_network(make_member(Family(blocks=1))).layers
    )


@pytest.mark.parametrize("cut", [0, 1, 100, -1])
def test_what_is_no_onnx_file(cut: int) -> None:
    with pytest.raises((InvalidProtobuf, OrtError)):
        read_network(make_member(Family(width=4, blocks=0))[:cut] if cut >= 0 else b"\xff" * 50)


@pytest.mark.parametrize(
    ("size", "error", "words"),
    [
        ((0, 40), InvalidArgument, "too small"),
        ((4, 40), InvalidArgument, "Conv 'node1' would read beyond it"),
        ((100_000, 100_000), EngineError, "need more memory than a page can have"),
    ],
)
def test_sizes_that_cannot_be_painted(size: tuple[int, int], error: type[Exception], words: str) -> None:
    packed = pack(read_network(make_member(Family(width=4, blocks=0))))
    with pytest.raises(error, match="") as caught:
        schedule(packed, *size, Form(Layout.RGBA8, Layout.RGBA8, 0))
    assert words in str(caught.value)


def test_every_step_has_work_for_no_longer_than_a_stop_may_take() -> None:
    packed = pack(read_network(make_member(Family(width=16, blocks=5))))
    for budget in (2**32, 1):
        program = schedule(packed, 3000, 4000, Form(Layout.RGBA8, Layout.RGBA8, 0), budget=budget)
        assert program.costs.max() < 1.5e9
