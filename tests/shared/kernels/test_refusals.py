"""What the planner refuses names the node and why, in the language of the page."""

import json
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from app_py.errors import AppError
from app_py.i18n import use_words
from app_py.kernels.reader import read_network
from app_py.onnxruntime.errors import InvalidProtobuf, OrtError
from app_py.session import translate
from tests.shared.support import onnx_bytes
from tests.shared.support.onnx_bytes import FLOAT, INT64
from tests.shared.support.style_graphs import Family, GraphBuilder, make_member


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


def _two_epsilons(graph: GraphBuilder) -> str:
    """(x - mean) / sqrt(variance + 1e-5) + (x - mean) / sqrt(variance + 1), as one product."""
    x = graph.conv("input", 3, 3, 1)
    axes = graph.weight(np.array([2, 3], np.int64))
    centred = graph.node("Sub", [x, graph.node("ReduceMean", [x, axes], keepdims=1)])
    variance = graph.node("ReduceMean", [graph.node("Mul", [centred, centred]), axes], keepdims=1)
    roots = [graph.node("Sqrt", [graph.node("Add", [variance, graph.number(epsilon)])]) for epsilon in (1e-5, 1.0)]
    both = graph.node("Add", [graph.node("Reciprocal", [root]) for root in roots])
    return graph.conv(graph.node("Mul", [centred, both]), 3, 3, 1)


def _scaled_by_one_and_shifted_by_another(graph: GraphBuilder) -> str:
    """x / sqrt(variance + 1e-5) - mean / sqrt(variance + 1)"""
    x = graph.conv("input", 3, 3, 1)
    axes = graph.weight(np.array([2, 3], np.int64))
    mean = graph.node("ReduceMean", [x, axes], keepdims=1)
    centred = graph.node("Sub", [x, mean])
    variance = graph.node("ReduceMean", [graph.node("Mul", [centred, centred]), axes], keepdims=1)
    roots = [graph.node("Sqrt", [graph.node("Add", [variance, graph.number(epsilon)])]) for epsilon in (1e-5, 1.0)]
    parts = [graph.node("Div", [part, root]) for part, root in zip((x, mean), roots, strict=True)]
    return graph.conv(graph.node("Sub", parts), 3, 3, 1)


def _other_pixels(graph: GraphBuilder) -> str:
    scales = graph.weight(np.array([1, 1, 2, 2], np.float32))
    options = {"mode": "nearest", "coordinate_transformation_mode": "tf_half_pixel_for_nn"}
    return graph.conv(graph.node("Resize", [graph.conv("input", 3, 3, 1), "", scales], **options), 3, 3, 1)


def _no_layer(graph: GraphBuilder) -> str:
    return graph.node("Relu", ["input"])


def _norm_of_a_sum(graph: GraphBuilder) -> str:
    a, b = graph.conv("input", 3, 4, 1), graph.conv("input", 3, 4, 1)
    return graph.conv(graph.norm(graph.node("Add", [a, b]), 4), 4, 3, 1)


def _before_the_picture(graph: GraphBuilder) -> str:
    return graph.conv(graph.node("Transpose", ["input"], perm=[0, 1, 3, 2]), 3, 3, 1)


def _shape_of_the_picture(graph: GraphBuilder) -> str:
    return graph.conv(graph.node("Reshape", ["input", graph.node("Shape", ["input"])]), 3, 3, 1)


def _to_a_computed_size(graph: GraphBuilder) -> str:
    return graph.conv(graph.node("Resize", [graph.conv("input", 3, 3, 1), "", "", "sizes"], mode="nearest"), 3, 3, 1)


def _padded_twice(graph: GraphBuilder) -> str:
    return graph.conv(graph.pad("input", 1, 1, "reflect"), 3, 3, 3, pads=1)


def _cut(graph: GraphBuilder) -> str:
    return graph.conv(graph.pad("input", -1, -1, "constant"), 3, 3, 3)


def _wide_strides(graph: GraphBuilder) -> str:
    return graph.conv("input", 3, 3, 5, stride=5)


def _many_channels(graph: GraphBuilder) -> str:
    return graph.conv(graph.conv("input", 3, 257, 1), 257, 3, 1)


def _nothing_computes(graph: GraphBuilder) -> str:
    return graph.conv("nobody", 3, 3, 1)


def _norm_of_wrong_length(graph: GraphBuilder) -> str:
    return graph.norm(graph.conv("input", 3, 4, 1), 5)


def _sum_of_other_channels(graph: GraphBuilder) -> str:
    return graph.node("Add", [graph.conv("input", 3, 4, 1), graph.conv("input", 3, 8, 1)])


def _product_of_tensors(graph: GraphBuilder) -> str:
    return graph.node("Mul", [graph.conv("input", 3, 4, 1), graph.conv("input", 3, 4, 1)])


def _number_of_each_pixel(graph: GraphBuilder) -> str:
    return graph.node("Mul", [graph.conv("input", 3, 3, 1), graph.weight(np.ones((1, 3, 8, 8), np.float32))])


def _unpadded_end(graph: GraphBuilder) -> str:
    return graph.pad(graph.conv("input", 3, 3, 1), 1, 1, "reflect")


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
        (_two_epsilons, "combines roots of a variance that have different epsilons"),
        (_scaled_by_one_and_shifted_by_another, "combines roots of a variance that have different epsilons"),
        (_other_pixels, "chooses pixels by 'tf_half_pixel_for_nn' and 'round_prefer_floor'"),
        (_no_layer, "this model: it does not end in one picture that a convolution made"),
        (_norm_of_a_sum, "normalizes a sum of tensors"),
        (_before_the_picture, "Transpose 'node0' turns the picture's axes by [0, 1, 3, 2]"),
        (_shape_of_the_picture, "Shape 'node0' is not an operator of the family"),
        (_to_a_computed_size, "Resize 'node1' reads 'sizes', which nothing computes"),
        (_padded_twice, "Conv 'node1' pads what was padded before"),
        (_cut, "Pad 'node0' pads by amounts that cannot be read, or cuts"),
        (_wide_strides, "Conv 'node0' has strides that differ or are more than 4"),
        (_many_channels, "Conv 'node0' has 257 channels; expected 256 at most"),
        (_nothing_computes, "Conv 'node0' reads 'nobody', which nothing computes"),
        (_norm_of_wrong_length, "InstanceNormalization 'node1' has scale or shift of a wrong length"),
        (_sum_of_other_channels, "Add 'node2' adds tensors that are padded, enlarged or of different channels"),
        (_product_of_tensors, "Mul 'node2' combines two tensors"),
        (_number_of_each_pixel, "Mul 'node1' uses numbers that differ from pixel to pixel"),
        (_unpadded_end, "this model: it does not end in one picture that a convolution made"),
    ],
)
def test_what_is_not_of_the_family_names_the_node_and_why(build: Callable[[GraphBuilder], str], words: str) -> None:
    graph = GraphBuilder(0)
    with pytest.raises(OrtError, match="cannot run this model") as caught:
        read_network(graph.finish(build(graph)))
    assert words in str(caught.value)
    assert caught.value.code == "unsupported-operator"


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        ([("input", FLOAT, [1, "C", "H", "W"])], "it takes a batch, or pictures of any number of channels"),
        ([("input", FLOAT, [2, 3, "H", "W"])], "it takes a batch"),
        ([("input", FLOAT, [1, 3])], "it has 0 inputs that could be the picture"),
        ([("input", FLOAT, None)], "it has 0 inputs that could be the picture"),
        ([("input", 2, [1, 3, "H", "W"])], "its picture is made of uint8; expected 32-bit floats"),
        ([("input", FLOAT, [1, 300, "H", "W"])], "its picture has 300 channels; expected 256 at most"),
        ([("input", FLOAT, [1, 3, "H", "W"]), ("other", FLOAT, [1, 3, "H", "W"])], "it has 2 inputs that could be"),
        ([("input", FLOAT, [1, 3, "H", "W"]), ("k", INT64, ["n"])], "its input 'k' has axes of any length"),
    ],
)
def test_inputs_that_are_no_single_picture(inputs: list[onnx_bytes.Value], words: str) -> None:
    graph = GraphBuilder(0)
    made = [(graph.conv("input", 3, 3, 1), FLOAT, [None] * 4)]
    with pytest.raises(OrtError, match="cannot run this model") as caught:
        read_network(onnx_bytes.model_of(graph.nodes, graph.weights, inputs, made))
    assert words in str(caught.value)


@pytest.mark.parametrize("cut", [0, 1, 100, 5000])
def test_what_is_no_onnx_file(cut: int) -> None:
    with pytest.raises((InvalidProtobuf, OrtError)):
        read_network(make_member(Family(width=4, blocks=0))[:cut])


def test_bytes_of_something_else() -> None:
    with pytest.raises(InvalidProtobuf, match="not ONNX or is cut short"):
        read_network(b"\xff" * 50)


@pytest.fixture
def german() -> Iterator[None]:
    words = {
        "The project's own kernels cannot run this model: {node} {reason}.": "Eigene Kernel nicht: {node} {reason}.",
        "is not an operator of the family": "ist kein Operator dieser Familie",
        "The project's own kernels cannot run this model: {reason}.": "Eigene Kernel nicht: {reason}.",
        "it has {count} inputs that could be the picture; expected one of rank 4": "es hat {count} mögliche Bilder",
    }
    use_words(json.dumps(words))
    yield
    use_words("{}")


@pytest.mark.usefixtures("german")
def test_the_whole_sentence_is_in_the_language_of_the_page() -> None:
    graph = GraphBuilder(0)
    assert str(_refusal(graph.finish(_softmax(graph)))) == (
        "Eigene Kernel nicht: Softmax 'node1' ist kein Operator dieser Familie."
    )
    no_picture = onnx_bytes.model_of([], [], [("input", FLOAT, [3])], [("input", FLOAT, [3])])
    assert str(_refusal(no_picture)) == "Eigene Kernel nicht: es hat 0 mögliche Bilder."


def _refusal(model: bytes) -> AppError:
    with pytest.raises(OrtError) as caught:
        read_network(model)
    return translate(caught.value)
