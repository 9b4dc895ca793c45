"""Every kernel by itself, against onnxruntime: one convolution, one norm, one sum, one ending."""

import numpy as np
import onnx
import pytest

from app_py.kernels.network import Convolution
from app_py.kernels.packing import kind_of
from app_py.kernels.program import STEP_BYTES, Kind
from app_py.kernels.reader import read_network
from tests.shared.support.style_graphs import GraphBuilder
from tests.support.kernel_graphs import run_onnxruntime
from tests.support.kernel_host import HostKernels, run_network

SIZES = [(8, 8), (13, 21), (40, 101)]


def _picture(channels: int, height: int, width: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 1, (1, channels, height, width)).astype(np.float32)


def _compare(kernels: HostKernels, model: bytes, x: np.ndarray, within: float = 2e-5) -> None:
    expected = run_onnxruntime(model, {"input": x})
    for budget in (None, 1):
        made = run_network(kernels, read_network(model), x, budget=budget)
        assert made.shape == expected.shape
        np.testing.assert_allclose(made, expected, atol=within * max(1.0, float(np.abs(expected).max())))


def test_a_step_is_as_long_as_the_kernels_take_it(kernels: HostKernels) -> None:
    assert kernels.step_bytes() == STEP_BYTES


@pytest.mark.parametrize("padding", ["zeros", "reflect", "edge"])
@pytest.mark.parametrize(
    ("kernel", "stride", "kind"),
    [
        (1, 1, Kind.DIRECT), (2, 1, Kind.DIRECT), (3, 1, Kind.WINOGRAD), (4, 1, Kind.BLOCKS), (5, 1, Kind.BLOCKS),
        (7, 1, Kind.BLOCKS), (9, 1, Kind.BLOCKS), (3, 2, Kind.DIRECT), (4, 2, Kind.DIRECT), (9, 2, Kind.DIRECT),
    ],
)  # fmt: skip
def test_convolutions(kernels: HostKernels, kernel: int, stride: int, kind: Kind, padding: str) -> None:
    for channels, out, (height, width) in zip((3, 5, 1), (4, 20, 30), SIZES, strict=True):
        graph = GraphBuilder(kernel)
        x = graph.padded_conv("input", channels, 12, kernel, padding, stride=stride)
        model = graph.finish(graph.padded_conv(graph.node("Relu", [x]), 12, out, 1, "zeros"), channels)
        layer = read_network(model).layers[0]
        assert isinstance(layer, Convolution)
        assert kind_of(layer) == kind
        _compare(kernels, model, _picture(channels, height, width))


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("padding", ["zeros", "reflect", "edge"])
def test_convolutions_behind_an_enlargement(kernels: HostKernels, kernel: int, padding: str) -> None:
    for out, (height, width) in zip((4, 20, 32), SIZES, strict=True):
        graph = GraphBuilder(kernel)
        x = graph.enlarge(graph.conv("input", 3, 8, 1))
        model = graph.finish(graph.padded_conv(x, 8, out, kernel, padding))
        _compare(kernels, model, _picture(3, height, width))


def test_lines_become_one_kernel_again(kernels: HostKernels) -> None:
    graph = GraphBuilder(3)
    across = graph.weight(graph.random.normal(size=(27, 3, 1, 9)).astype(np.float32) / 9)
    down = graph.weight(graph.random.normal(size=(4, 27, 9, 1)).astype(np.float32) / 9)
    for pads in ([0, 4, 0, 4], [0, 0, 0, 0]):
        graph.nodes.clear()
        x = graph.node("Conv", ["input", across], kernel_shape=[1, 9], pads=pads)
        upright = [pads[1], 0, pads[1], 0]
        model = graph.finish(graph.node("Conv", [x, down], kernel_shape=[9, 1], pads=upright))
        (layer,) = read_network(model).layers
        assert isinstance(layer, Convolution)
        assert layer.weights.shape == (4, 3, 9, 9)
        _compare(kernels, model, _picture(3, 20, 31))


def test_lines_with_a_bias_between_them_stay_two(kernels: HostKernels) -> None:
    graph = GraphBuilder(3)
    across = graph.weight(graph.random.normal(size=(8, 3, 1, 5)).astype(np.float32))
    down = graph.weight(graph.random.normal(size=(4, 8, 5, 1)).astype(np.float32))
    bias = graph.weight(np.ones(8, np.float32))
    x = graph.node("Conv", ["input", across, bias], kernel_shape=[1, 5], pads=[0, 2, 0, 2])
    model = graph.finish(graph.node("Conv", [x, down], kernel_shape=[5, 1], pads=[2, 0, 2, 0]))
    assert len(read_network(model).layers) == 2
    _compare(kernels, model, _picture(3, 17, 23))


@pytest.mark.parametrize(("mean", "spread"), [(0.0, 1.0), (1000.0, 1.0), (-3.0, 1e-3)])
def test_norms_of_large_means_and_small_variances(kernels: HostKernels, mean: float, spread: float) -> None:
    graph = GraphBuilder(0)
    x = graph.norm(graph.node("Conv", ["input", graph.weight(np.eye(4, dtype=np.float32).reshape(4, 4, 1, 1))]), 4)
    model = graph.finish(graph.node("Relu", [x]), 4)
    picture = _picture(4, 50, 60) * np.float32(spread) + np.float32(mean)
    _compare(kernels, model, picture, within=2e-4 if mean else 2e-5)


def test_flat_pictures_become_the_shift_of_the_norm(kernels: HostKernels) -> None:
    graph = GraphBuilder(0)
    model = graph.finish(graph.norm(graph.padded_conv("input", 3, 8, 3, "reflect"), 8))
    made = run_network(kernels, read_network(model), np.full((1, 3, 16, 24), 7, np.float32))
    # onnxruntime is off by 0.003 here: the root of the epsilon magnifies what the mean is rounded by.
    shift = onnx.numpy_helper.to_array(onnx.TensorProto.FromString(graph.weights[-1])).reshape(1, 8, 1, 1)
    np.testing.assert_allclose(made, np.broadcast_to(shift, made.shape), atol=1e-3)


@pytest.mark.parametrize("padding", ["reflect", "edge"])
@pytest.mark.parametrize("kernel", range(1, 10))
def test_what_is_flat_stays_flat_to_the_last_bit(kernels: HostKernels, kernel: int, padding: str) -> None:
    """A norm would magnify the least difference between two pixels, layer after layer."""
    colours = np.array([100, 37, 190], np.float32).reshape(1, 3, 1, 1)
    for stride, enlarged in ((1, False), (1, True), (2, False)):
        graph = GraphBuilder(kernel)
        x = graph.enlarge(graph.conv("input", 3, 8, 1)) if enlarged else graph.conv("input", 3, 8, 1)
        model = graph.finish(graph.padded_conv(x, 8, 20, kernel, padding, stride=stride))
        for height, width in ((40, 48), (61, 75)):
            picture = np.broadcast_to(colours, (1, 3, height, width)).astype(np.float32)
            for budget in (None, 1):
                made = run_network(kernels, read_network(model), picture, budget=budget)
                assert np.ptp(made, axis=(2, 3)).max() == 0


@pytest.mark.parametrize("ending", ["Sigmoid", "Tanh"])
def test_sigmoid_and_tanh(kernels: HostKernels, ending: str) -> None:
    graph = GraphBuilder(0)
    x = graph.node("Conv", ["input", graph.weight(np.ones((1, 1, 1, 1), np.float32))])
    model = graph.finish(graph.node(ending, [x]), 1)
    values = np.concatenate([np.linspace(-100, 100, 4001), [np.inf, -np.inf, 0, -0.0]]).astype(np.float32)
    x_values = values[:4000].reshape(1, 1, 40, 100)
    made = run_network(kernels, read_network(model), x_values)
    exact = np.tanh(x_values.astype(np.float64)) if ending == "Tanh" else 1 / (1 + np.exp(-x_values.astype(np.float64)))
    np.testing.assert_allclose(made, exact, atol=3e-7)


def test_clip_and_scaling_at_the_end(kernels: HostKernels) -> None:
    graph = GraphBuilder(0)
    x = graph.node("Clip", [graph.conv("input", 3, 3, 1), graph.number(-0.5), graph.number(0.25)])
    x = graph.node("Add", [graph.node("Mul", [x, graph.number(3.0)]), graph.number(1.0)])
    _compare(kernels, graph.finish(x), _picture(3, 9, 11))


def test_a_long_end(kernels: HostKernels) -> None:
    graph = GraphBuilder(0)
    x = graph.node("Tanh", [graph.conv("input", 3, 3, 1)])
    for _ in range(40):
        x = graph.node("Add", [x, graph.number(0.1)])
    _compare(kernels, graph.finish(x), _picture(3, 9, 11))


def test_sums_of_tensors(kernels: HostKernels) -> None:
    graph = GraphBuilder(0)
    a = graph.node("Relu", [graph.norm(graph.conv("input", 3, 8, 1), 8)])
    b = graph.norm(graph.padded_conv(a, 8, 8, 3, "reflect"), 8)
    total = graph.node("Relu", [graph.node("Add", [a, b])])
    model = graph.finish(graph.padded_conv(graph.node("Add", [total, a]), 8, 3, 3, "reflect"))
    _compare(kernels, model, _picture(3, 30, 44))


def test_what_is_no_number_stays_none(kernels: HostKernels) -> None:
    graph = GraphBuilder(0)
    model = graph.finish(graph.norm(graph.padded_conv("input", 3, 4, 3, "reflect"), 4))
    for wrong in (np.nan, np.inf):
        picture = _picture(3, 12, 12)
        picture[0, 0, 5, 5] = wrong
        assert np.isnan(run_network(kernels, read_network(model), picture)).all()
