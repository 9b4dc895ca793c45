"""What the planner takes and what it refuses, whatever nodes are called and however a norm is spelled."""

from collections.abc import Callable

import numpy as np
import onnx
import pytest

from app_py.kernels.network import Norm
from app_py.kernels.reader import read_network
from tests.shared.support.onnx_bytes import FLOAT
from tests.shared.support.style_graphs import Family, GraphBuilder, make_member
from tests.support.kernel_graphs import run_onnxruntime
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
    model = graph.finish(x, inputs=[("style", FLOAT, [1, STYLE])], last=last)
    network = read_network(model)
    assert [isinstance(change, Norm) for _, change in network.changes] == [True] * 3
    picture = np.random.default_rng(0).random((1, 30, 44, 3) if last else (1, 3, 30, 44), np.float32)
    for seed in (1, 2):
        style = np.random.default_rng(seed).normal(size=(1, STYLE)).astype(np.float32)
        expected = run_onnxruntime(model, {"input": picture, "style": style})
        made = run_network(kernels, network, picture, {"style": style})
        np.testing.assert_allclose(made, expected, atol=2e-5)


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
