"""Graphs in which a value has several readers, each in a way of its own: what the planner takes of them is right."""

from collections.abc import Callable

import numpy as np
import pytest

from app_py.kernels.reader import read_network
from app_py.onnxruntime.errors import NotImplemented as Unsupported
from tests.shared.support.style_graphs import GraphBuilder
from tests.support.kernel_graphs import run_onnxruntime
from tests.support.kernel_host import HostKernels, run_network

WIDTH = 4
GRAPHS = 120
NODES = 9


def _line(graph: GraphBuilder, x: str, *, upright: bool) -> str:
    """A convolution of 5 along one axis, without a bias, of which two become one layer."""
    sides = (5, 1) if upright else (1, 5)
    weights = graph.weight(graph.random.normal(0, 0.3, (WIDTH, WIDTH, *sides)).astype(np.float32))
    pads = [2, 0, 2, 0] if upright else [0, 2, 0, 2]
    return graph.node("Conv", [x, weights], kernel_shape=list(sides), pads=pads)


def _spelled_norm(graph: GraphBuilder, x: str) -> str:
    axes = graph.weight(np.array([2, 3], np.int64))
    centred = graph.node("Sub", [x, graph.node("ReduceMean", [x, axes], keepdims=1)])
    variance = graph.node("ReduceMean", [graph.node("Mul", [centred, centred]), axes], keepdims=1)
    epsilon = graph.number(float(graph.random.choice([1e-5, 0.5])))
    return graph.node("Div", [centred, graph.node("Sqrt", [graph.node("Add", [variance, epsilon])])])


OF_ONE: tuple[Callable[[GraphBuilder, str], str], ...] = (
    lambda graph, x: graph.conv(x, WIDTH, WIDTH, 3, pads=1),
    lambda graph, x: graph.padded_conv(x, WIDTH, WIDTH, 3, "reflect"),
    lambda graph, x: _line(graph, x, upright=False),
    lambda graph, x: _line(graph, x, upright=True),
    lambda graph, x: _line(graph, _line(graph, x, upright=False), upright=True),
    lambda graph, x: graph.norm(x, WIDTH),
    lambda graph, x: graph.node("Relu", [graph.norm(x, WIDTH)]),
    _spelled_norm,
    lambda graph, x: graph.node("Relu", [x]),
    lambda graph, x: graph.node("Identity", [x]),
    lambda graph, x: graph.node("Mul", [x, graph.number(0.5)]),
    lambda graph, x: graph.node("Add", [x, graph.number(0.25)]),
)
"""Nodes of one input; all pictures here have the same sides and as many channels."""


def _make(seed: int) -> bytes:
    graph = GraphBuilder(seed)
    values = [graph.conv("input", 3, WIDTH, 1)]
    for _ in range(NODES):
        # The latest is read most often, so that most nodes are of use.
        x = values[-1 - min(int(graph.random.geometric(0.6)) - 1, len(values) - 1)]
        if graph.random.random() < 0.2:
            made = graph.node("Add", [x, str(graph.random.choice(values))])
        else:
            made = OF_ONE[graph.random.integers(len(OF_ONE))](graph, x)
        values.append(made)
    return graph.finish(graph.node("Add", [graph.conv(values[-1], WIDTH, 3, 1), graph.conv(values[1], WIDTH, 3, 1)]))


@pytest.mark.parametrize("first", range(0, GRAPHS, GRAPHS // 4))
def test_what_is_taken_is_right(kernel_files: dict[str, bytes], first: int) -> None:
    taken = 0
    x = np.random.default_rng(0).normal(0, 1, (1, 3, 15, 22)).astype(np.float32)
    for seed in range(first, first + GRAPHS // 4):
        model = _make(seed)
        try:
            network = read_network(model)
        except Unsupported:
            continue
        taken += 1
        expected = run_onnxruntime(model, {"input": x})
        scale = max(1.0, float(np.abs(expected).max()))
        for budget in (None, 1):
            made = run_network(HostKernels(kernel_files["simd"], seed), network, x, budget=budget)
            np.testing.assert_allclose(made / scale, expected / scale, atol=2e-4, err_msg=f"graph {seed}")
    assert taken > GRAPHS // 4 / 4
