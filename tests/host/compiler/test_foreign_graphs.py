"""Graphs that nobody here wrote: light models of the onnx package, networks in known manners, the older exporter."""

import warnings
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import pytest
import torch

from build.common.errors import BuildError
from build.compiler.lowering import attempt, lower
from build.compiler.refusals import load_graph
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.against_source import TOLERANCE, verify_against_source
from build.compiler.verify.session import Difference
from tests.support.networks import NETWORKS, Network

TARGET = find_target("onnxjs-0.1.8")
LIGHT = Path(onnx.__file__).parent / "backend" / "test" / "data" / "light"
# The others (alexnet, densenet121, inception, resnet50, vgg19, zfnet512) were lowered as well, but take minutes.
QUICK = ("light_squeezenet", "light_shufflenet", "light_inception_v1")


def _with_random_weights(model: ir.Model) -> ir.Model:
    """The light models fill each weight with one number, so that every output is alike; noise makes errors show."""
    rng = np.random.default_rng(0)
    for node in list(model.graph):
        if node.op_type != "ConstantOfShape":
            continue
        sides = node.inputs[0]
        assert sides is not None
        shape = ir.convenience.get_const_tensor(sides)
        assert shape is not None
        numbers = rng.uniform(0.01, 0.05, shape.numpy().tolist()).astype(np.float32)
        node.outputs[0].replace_all_uses_with(weights := ir.Value(name=f"random_{node.outputs[0].name}"))
        weights.const_value, weights.shape, weights.dtype = (
            ir.tensor(numbers),
            ir.Shape(numbers.shape),
            ir.DataType.FLOAT,
        )
        model.graph.initializers.add(weights)
        model.graph.remove(node, safe=True)
    return model


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.parametrize("target", ["onnxjs-0.1.8:webgl", "onnxjs-0.1.8:wasm"])
def test_light_models_of_the_onnx_package(name: str, target: str) -> None:
    model = _with_random_weights(load_graph(LIGHT / f"{name}.onnx"))
    lowered = lower(model, find_target(target))
    difference, span = verify_against_source(model, lowered.to_bytes(), {})
    assert difference.maximum <= TOLERANCE * span


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_the_current_exporter(name: str) -> None:
    network = NETWORKS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            network.module().eval(), (torch.rand(network.shape),), dynamo=True, opset_version=18, verbose=False
        )
    assert program is not None
    _lowered(program.model, {})


@pytest.mark.parametrize("opset", [9, 13, 17])
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_of_the_older_exporter_with_their_shape_arithmetic(name: str, opset: int, tmp_path: Path) -> None:
    network = NETWORKS[name]
    try:
        model = _export_older(network, opset, tmp_path / "older.onnx")
    except torch.onnx.errors.OnnxExporterError as error:
        pytest.skip(f"torch cannot export it at opset {opset}: {str(error).splitlines()[0]}")
    _lowered(model, {"x": network.shape})


def _export_older(network: Network, opset: int, path: Path) -> ir.Model:
    """By the TorchScript exporter, with every side of pictures and the length of sequences open."""
    picture = len(network.shape) == 4
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network.module().eval(),
            (torch.rand(network.shape),),
            path,
            dynamo=False,
            opset_version=opset,
            input_names=["x"],
            dynamic_axes={"x": {2: "H", 3: "W"} if picture else {1: "T"}},
        )
    return ir.from_proto(onnx.load(path))


def _lowered(model: ir.Model, sides: dict[str, tuple[int, ...]]) -> None:
    lowered = lower(model, TARGET, sides)
    difference, span = verify_against_source(model, lowered.to_bytes(), sides)
    assert difference.maximum <= TOLERANCE * span


@pytest.mark.parametrize("name", ["resnet", "unet", "generator"])
def test_sides_stay_open_where_their_arithmetic_cancels_out(name: str, tmp_path: Path) -> None:
    model = _export_older(NETWORKS[name], 13, tmp_path / "older.onnx")
    lowered = lower(model, TARGET)
    for more in (0, 3, 8):
        shape = tuple(side + more * (axis > 1) for axis, side in enumerate(NETWORKS[name].shape))
        difference, span = verify_against_source(model, lowered.to_bytes(), {"x": shape})
        assert difference.maximum <= TOLERANCE * span


def test_shape_arithmetic_of_an_open_size_is_refused_with_the_remedy(tmp_path: Path) -> None:
    model = _export_older(NETWORKS["super-resolution"], 13, tmp_path / "older.onnx")
    problems = attempt(model, TARGET).problems
    assert any("known only while the model runs; --size" in problem.reason for problem in problems)


def test_shapes_fold_to_the_end_below_opset_12() -> None:
    """A group normalization as the older exporter writes it: its shape is put back, and what follows needs its axes."""
    text = (
        '<ir_version: 7, opset_import: ["" : 11]> g (float[1,4,6,8] x) => (float[1,4,6,8] y)'
        " <float[2] s = {1.0, 2.0}, float[2] b = {0.5, 0.0}, float[4] t = {1.0, 2.0, 3.0, 4.0}> {"
        " p = Constant <value = int64[3] {0, 2, -1}> () r = Reshape (x, p) n = InstanceNormalization (r, s, b)"
        " h = Shape (x) m = Reshape (n, h) l = LeakyRelu (m) y = InstanceNormalization (l, t, t) }"
    )
    model = ir.from_proto(onnx.parser.parse_model(text))
    lowered = lower(model, find_target("onnxjs-0.1.5:webgl"))
    difference, span = verify_against_source(model, lowered.to_bytes(), {})
    assert difference.maximum <= TOLERANCE * span


def test_a_graph_that_onnxs_own_tools_choke_on_is_answered_in_words() -> None:
    text = (
        '<ir_version: 8, opset_import: ["" : 13]> g (float[2,3] x, int64 n) => (float[2,a] y) {'
        " s = SplitToSequence <axis = 1> (x, n) y = ConcatFromSequence <axis = 1> (s) }"
    )
    with pytest.raises(BuildError, match="sequences"):
        lower(ir.from_proto(onnx.shape_inference.infer_shapes(onnx.parser.parse_model(text))), TARGET)


@pytest.mark.parametrize(("found", "maximum"), [
    ([np.nan, np.inf, -np.inf, 1.5], 0.5), ([0, np.inf, -np.inf, 1], np.inf), ([np.nan, -np.inf, -np.inf, 1], np.inf),
    ([np.nan, np.inf, -np.inf, np.nan], np.inf),
])  # fmt: skip
def test_what_is_not_a_number_is_equal_to_itself_alone(found: list[float], maximum: float) -> None:
    expected = np.array([np.nan, np.inf, -np.inf, 1], np.float32)
    difference = Difference.between(np.array(found, np.float32), expected)
    assert (difference.maximum, difference.span) == (maximum, 1)
