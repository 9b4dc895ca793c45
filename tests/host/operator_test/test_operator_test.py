"""The models of the operator test: complete, right, and the same each time."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest

from app_py.pages.operator_test.cases import parse_cases
from app_py.pages.operator_test.inputs import FILLS
from build.cli import ops as command
from build.cli.ops import LIST, compute_expected, write_ops
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.operator_test.graphs import OPSET, all_cases

# First values of row 0 and of the middle row, channel 0, that native onnxruntime gave for the predecessor's own files.
PREDECESSOR = {
    "conv2d": ([5.62353, 5.72941, 5.83529, 5.94118], [10.14118, 10.24706, 10.35294, 10.45882]),
    "pad-reflect": ([0.505882, 0.501961, 0.505882, 0.509804], [0.003922, 0, 0.003922, 0.007843]),
    "pad-reflect-conv2d": ([10.10588, 10.14118, 10.24706, 10.35294],) * 2,
    "pad-zero": ([0, 0, 0, 0], [0, 0, 0.003922, 0.007843]),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ops")
    write_ops(path)
    return path


def test_the_predecessors_four_give_what_its_files_gave(folder: Path) -> None:
    for name, rows in PREDECESSOR.items():
        expected = np.load(folder / f"{name}.npz")["expected"]
        plane = expected[0, 0]
        for row, values in zip((0, plane.shape[0] // 2), rows, strict=True):
            np.testing.assert_allclose(plane[row, :4], np.asarray(values), atol=5e-6)


def test_the_predecessors_own_files_agree(folder: Path, data: Path) -> None:
    theirs = {
        "conv2d": "test_conv2d_128x128",
        "pad-reflect": "test_pad_reflect_128x128",
        "pad-reflect-conv2d": "test_pad_reflect_conv2d_128x128",
        "pad-zero": "test_pad_zero_128x128",
    }
    for name, file in theirs.items():
        path = data / "baseline" / "onnx_test" / f"{file}.onnx"
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        feed = FILLS["ramp"]((1, 3, 128, 128))
        found = session.run(None, {session.get_inputs()[0].name: feed})[0]
        np.testing.assert_allclose(np.load(folder / f"{name}.npz")["expected"], found, atol=1e-5)


def test_the_page_can_read_the_list(folder: Path) -> None:
    cases, tolerance = parse_cases((folder / LIST).read_bytes())
    assert [case.id for case in cases] == [case.id for case in all_cases()]
    assert 0 < tolerance.absolute <= 1e-2
    entries = json.loads((folder / LIST).read_text())["cases"]
    for entry, case in zip(entries, cases, strict=True):
        data = (folder / entry["model"]["file"]).read_bytes()
        assert len(data) == entry["model"]["bytes"]
        assert list(np.load(folder / entry["expected"]["file"])["expected"].shape) == entry["output"]
        assert case.input().shape == case.shape


def trained_models() -> list[Path]:
    """The graphs of trained styles that `python -m build models` writes, where it has been run."""
    manifest = ROOT / "models" / "manifest.json"
    if not manifest.is_file():
        pytest.skip("needs models/manifest.json: run `python -m build models`")
    return [manifest.with_name(entry["file"]) for entry in json.loads(manifest.read_text())["models"]]


def test_every_operator_of_the_shipped_models_is_tested() -> None:
    models = trained_models()
    used = {node.op_type for path in models for node in onnx.load(path).graph.node}
    assert used <= {operator for case in all_cases() for operator in case.operators}
    assert all(onnx.load(path).opset_import[0].version == OPSET for path in models)


def test_every_form_of_convolution_of_the_shipped_models_is_tested() -> None:
    """An engine may be right for a square kernel and wrong for one of a single line."""
    models = trained_models()
    shipped = {form for path in models for form in forms(onnx.load(path))}
    assert ((1, 9), (1, 1), (0, 0, 0, 0)) in shipped
    assert shipped <= {form for case in all_cases() for form in forms(case.model)}


def forms(model: onnx.ModelProto) -> set[tuple[tuple[int, ...], ...]]:
    """Kernel, strides, and which sides are padded, of every Conv."""
    found: set[tuple[tuple[int, ...], ...]] = set()
    for node in model.graph.node:
        if node.op_type == "Conv":
            given = {attribute.name: tuple(attribute.ints) for attribute in node.attribute}
            padded = tuple(int(pads > 0) for pads in given["pads"])
            found.add((given["kernel_shape"], given["strides"], padded))
    return found


def test_the_last_layers_are_those_that_ship() -> None:
    last = next(case for case in all_cases() if case.id == "last-layers")
    assert [node.op_type for node in last.model.graph.node] == ["InstanceNormalization", "Relu", "Pad", "Conv", "Conv"]


def test_the_same_bytes_each_time(folder: Path, tmp_path: Path) -> None:
    write_ops(tmp_path)
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_a_disagreement_stops_the_build(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        def __init__(self, *_arguments: object, **_options: object) -> None: ...

        def run(self, _outputs: object, feeds: dict[str, np.ndarray]) -> list[np.ndarray]:
            return [feeds["input"]]

    monkeypatch.setattr(command, "ReferenceEvaluator", Wrong)
    relu = next(case for case in all_cases() if case.id == "relu")
    with pytest.raises(BuildError, match="disagree about the operator test relu"):
        compute_expected(relu)
