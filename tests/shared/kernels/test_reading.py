"""Every shape of the family becomes the layers that it is made of."""

from dataclasses import replace

import numpy as np
import pytest

from app_py.kernels.network import Affine, Convolution, Network, Norm, Operation, Padding, Pointwise, Sum
from app_py.kernels.packing import kind_of
from app_py.kernels.program import Kind
from app_py.kernels.reader import read_network
from tests.shared.support.onnx_bytes import FLOAT
from tests.shared.support.style_graphs import Family, GraphBuilder, make_member

SMALL = Family(width=4, blocks=1)


def _convolutions(network: Network) -> list[Convolution]:
    return [layer for layer in network.layers if isinstance(layer, Convolution)]


@pytest.mark.parametrize("width", [4, 5, 16, 64])
@pytest.mark.parametrize("blocks", [0, 3])
def test_widths_and_numbers_of_blocks(width: int, blocks: int) -> None:
    network = read_network(make_member(Family(width=width, blocks=blocks)))
    assert network.channels[1:4] == (width, 2 * width, 4 * width)
    assert sum(isinstance(layer, Sum) for layer in network.layers) == blocks
    assert len(_convolutions(network)) == 6 + 2 * blocks


@pytest.mark.parametrize("kernel", range(1, 10))
def test_kernels_of_1_to_9(kernel: int) -> None:
    network = read_network(make_member(replace(SMALL, ends=kernel, inner=kernel)))
    layers = _convolutions(network)
    assert {layer.kernel for layer in layers} == {kernel}
    kinds = [kind_of(layer) for layer in layers]
    by_stride = {1: Kind.DIRECT if kernel < 3 else Kind.WINOGRAD if kernel == 3 else Kind.BLOCKS, 2: Kind.DIRECT}
    expected = [Kind.UPSAMPLED if layer.doubled and kernel == 3 else by_stride[layer.stride] for layer in layers]
    assert kinds == expected


@pytest.mark.parametrize(
    ("name", "padding"), [("zeros", Padding.ZEROS), ("reflect", Padding.REFLECT), ("edge", Padding.EDGE)]
)
def test_every_padding_belongs_to_its_convolution(name: str, padding: Padding) -> None:
    layers = _convolutions(read_network(make_member(replace(SMALL, padding=name))))
    assert {layer.padding for layer in layers} == {padding}
    assert [layer.pads for layer in layers] == [(4,) * 4, *[(1,) * 4] * 6, (4,) * 4]


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("normed", [True, False])
@pytest.mark.parametrize("affine", [True, False])
def test_biases_and_norms(bias: bool, normed: bool, affine: bool) -> None:
    network = read_network(make_member(replace(SMALL, bias=bias, normed=normed, affine=affine)))
    assert all((layer.bias is not None) == bias for layer in _convolutions(network))
    norms = [change for _, change in network.changes if isinstance(change, Norm)]
    assert len(norms) == (7 if normed else 0)
    plain = [norm.gamma.constant is not None and bool(np.all(norm.gamma.constant == 1)) for norm in norms]
    assert plain == [not affine] * len(norms)


@pytest.mark.parametrize(
    ("ending", "operations"),
    [
        ("none", []),
        ("relu", []),
        ("sigmoid", [Operation(Pointwise.SIGMOID)]),
        ("clip", [Operation(Pointwise.CLIP, -1.0, 1.0)]),
        (
            "tanh",
            [
                Operation(Pointwise.TANH),
                Operation(Pointwise.AFFINE, 150.0, 0.0),
                Operation(Pointwise.AFFINE, 1.0, 127.5),
            ],
        ),
    ],
)
def test_endings(ending: str, operations: list[Operation]) -> None:
    network = read_network(make_member(replace(SMALL, ending=ending)))
    assert list(network.ending.operations) == operations
    assert network.ending.input.relu == (ending == "relu")


@pytest.mark.parametrize(("start", "factor"), [("unit", 1 / 255), ("centred", 0.01)])
def test_what_scales_the_picture_first_is_read_with_it(start: str, factor: float) -> None:
    network = read_network(make_member(replace(SMALL, start=start)))
    change = network.layers[0].input.change if isinstance(network.layers[0], Convolution) else None
    assert isinstance(change, Affine)
    assert change.factor.constant is not None
    np.testing.assert_allclose(change.factor.constant, factor, rtol=1e-6)


def test_a_picture_with_its_channels_last() -> None:
    network = read_network(make_member(replace(SMALL, channels_last=True)))
    assert network.input.channels_last
    assert network.output.channels_last
    assert len(network.layers) == len(read_network(make_member(SMALL)).layers)


def test_two_convolutions_that_read_one_norm_share_it() -> None:
    graph = GraphBuilder(0)
    x = graph.node("Relu", [graph.norm(graph.conv("input", 3, 8, 1), 8)])
    total = graph.node("Add", [graph.conv(x, 8, 3, 1), graph.conv(x, 8, 3, 1)])
    network = read_network(graph.finish(total))
    assert len(network.changes) == 1


def test_a_style_vector_is_computed_once_a_style() -> None:
    graph = GraphBuilder(0)
    x = graph.norm(graph.conv("input", 3, 8, 1), 8, affine=False)
    shape = graph.weight(np.array([1, 8, 1, 1], np.int64))
    scale = graph.node("Reshape", [graph.node("MatMul", ["style", graph.weight(np.eye(8, dtype=np.float32))]), shape])
    model = graph.finish(graph.conv(graph.node("Mul", [x, scale]), 8, 3, 1), inputs=[("style", FLOAT, [1, 8])])
    network = read_network(model)
    ((_, norm),) = network.changes
    assert network.small_inputs == ("style",)
    assert isinstance(norm, Norm)
    style = np.arange(8, dtype=np.float32)[None]
    np.testing.assert_array_equal(norm.gamma.compute({"style": style}), style[0])
