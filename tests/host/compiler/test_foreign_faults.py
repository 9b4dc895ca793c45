"""Kinds of graphs that were once written wrong, or refused without need: what is right, on small ones."""

from collections.abc import Sequence
from pathlib import Path

import onnx
import onnx_ir as ir
import pytest

from build.cli.check import check
from build.common.errors import BuildError
from build.compiler.lowering import attempt, lower
from build.compiler.refusals import load_graph
from build.compiler.targets.catalogue import TARGETS, find_target
from build.compiler.verify.against_source import verify_against_source
from tests.support.paths import DATA

WEBGL, WASM, CPU = "onnxjs-0.1.8:webgl", "onnxjs-0.1.8:wasm", "onnxjs-0.1.8:cpu"
WEBGPU, ORT_WASM = "onnxruntime-web-1.30:webgpu", "onnxruntime-web-1.30:wasm"


def _proto(opset: int, inputs: str, outputs: str, body: str) -> onnx.ModelProto:
    text = f'<ir_version: 8, opset_import: ["" : {opset}, "com.microsoft" : 1, "ai.onnx.ml" : 3]> g'
    return onnx.parser.parse_model(f"{text} ({inputs}) => ({outputs}) {{ {body} }}")


def _model(opset: int, inputs: str, outputs: str, body: str) -> ir.Model:
    return ir.from_proto(_proto(opset, inputs, outputs, body))


def _lowered(model: ir.Model, target: str) -> onnx.ModelProto:
    """Lowered and compared with its source."""
    lowered = lower(model, find_target(target))
    verify_against_source(model, lowered.to_bytes(), {})
    return onnx.load_from_string(lowered.to_bytes())


def _operators(proto: onnx.ModelProto) -> list[str]:
    return [node.op_type for node in proto.graph.node]


def _outputs(proto: onnx.ModelProto) -> list[str]:
    return [value.name for value in proto.graph.output]


@pytest.mark.parametrize("target", [WEBGL, CPU, WEBGPU, ORT_WASM])
@pytest.mark.parametrize("body", ["y = Relu (x) z = Identity (y)", "a = Relu (x) y = Identity (a) z = Identity (a)"])
def test_joined_outputs_keep_their_names(target: str, body: str) -> None:
    lowered = _lowered(_model(13, "float[1,3] x", "float[1,3] y, float[1,3] z", body), target)
    assert _outputs(lowered) == ["y", "z"]
    made = [name for node in lowered.graph.node for name in node.output]
    assert sorted(set(made)) == sorted(made)
    assert {"y", "z"} <= set(made)


@pytest.mark.parametrize("target", [WEBGL, CPU])
@pytest.mark.parametrize("body", [
    "y = Relu (x) z = Constant <value = float[2] {1.0,2.0}> ()",
    "y = Relu (x) c = Constant <value = float[2] {1.0,2.0}> () z = Neg (c)",
    "y = Relu (x) c = Constant <value = float[2] {1.0,2.0}> () z = Identity (c)",
])  # fmt: skip
def test_a_constant_output_is_made_by_a_node(target: str, body: str) -> None:
    lowered = _lowered(_model(13, "float[1,3] x", "float[1,3] y, float[2] z", body), target)
    assert _outputs(lowered) == ["y", "z"]
    assert "z" in {name for node in lowered.graph.node for name in node.output}
    assert "z" not in {tensor.name for tensor in lowered.graph.initializer}


@pytest.mark.parametrize("target", [WEBGL, CPU])
def test_an_output_that_is_an_input_under_another_name_is_made_by_a_node(target: str) -> None:
    lowered = _lowered(_model(13, "float[1,3] x", "float[1,3] y", "y = Identity (x)"), target)
    assert _operators(lowered) == ["Mul"]


def test_outputs_that_no_loader_takes_are_refused() -> None:
    itself = _proto(13, "float[1,3] x", "float[1,3] y", "y = Relu (x)")
    itself.graph.output.append(itself.graph.input[0])
    with pytest.raises(BuildError, match=r"output x \(1\): it is an input itself, and onnxjs loads no such file"):
        lower(ir.from_proto(itself), find_target(WEBGL))
    twice = _proto(13, "float[1,3] x", "float[1,3] y", "y = Relu (x)")
    twice.graph.output.append(twice.graph.output[0])
    with pytest.raises(BuildError, match="it is listed 2 times"):
        lower(ir.from_proto(twice), find_target(CPU))


BRANCH = (
    "s = ReduceSum <keepdims = 0> (x) k = Constant <value = float {0.0}> () c = Greater (s, k) a = Relu (x)"
    " y = If (c) <then_branch = t () => (float[1,3] p) { p = Identity (a) },"
    " else_branch = e () => (float[1,3] q) { q = Neg (x) }>"
)


@pytest.mark.parametrize("outputs", ["float[1,3] y", "float[1,3] y, float[1,3] a"])
@pytest.mark.parametrize("target", [ORT_WASM, WEBGPU])
def test_a_branch_that_gives_an_outer_value_stays_a_branch(outputs: str, target: str) -> None:
    assert "If" in _operators(_lowered(_model(16, "float[1,3] x", outputs, BRANCH), target))


@pytest.mark.parametrize("sides", ["1,3", "1,1,3"])
def test_a_branch_whose_condition_folds_is_none(sides: str) -> None:
    body = (
        "s = Shape (x) i = Constant <value = int64 {0}> () o = Constant <value = int64 {1}> () n = Gather (s, i)"
        " c = Equal (n, o) y = If (c) <then_branch = t () => (float[] p) { ax = Constant <value = int64[1] {0}> ()"
        " p = Squeeze (x, ax) }, else_branch = e () => (float[] q) { q = Identity (x) }>"
    )
    model = _model(16, f"float[{','.join('abc'[: sides.count(',') + 1])}] x", "float[] y", body)
    given = {"x": tuple(int(side) for side in sides.split(","))}
    lowered = lower(model, find_target(WEBGL), given)
    verify_against_source(model, lowered.to_bytes(), given)
    assert "If" not in _operators(onnx.load_from_string(lowered.to_bytes()))


@pytest.mark.parametrize("side", [-1, 0])
def test_a_side_below_one_is_open(tmp_path: Path, side: int) -> None:
    proto = _proto(13, "float[1,3,H,W] x", "float[1,3,H,W] y", "y = Relu (x)")
    for value in (proto.graph.input[0], proto.graph.output[0]):
        for axis in (2, 3):
            value.type.tensor_type.shape.dim[axis].dim_value = side
    onnx.save(proto, tmp_path / "a.onnx")
    lowered = _lowered(load_graph(tmp_path / "a.onnx"), WEBGL)
    dims = lowered.graph.input[0].type.tensor_type.shape.dim
    assert [dim.HasField("dim_value") for dim in dims] == [True, True, False, False]


STATISTICS = " ".join(
    f"{name} = Constant <value = float[3] {numbers}> ()"
    for name, numbers in zip(
        "sbmv", ("{1.0,2.0,-3.0}", "{0.5,0.0,1.0}", "{0.1,-0.2,0.3}", "{1.5,0.7,0.3}"), strict=True
    )
)


@pytest.mark.parametrize("target", [WEBGL, WASM, CPU])
@pytest.mark.parametrize("shape", ["4,3", "2,3,5"])
def test_batch_normalization_without_pictures_is_a_product(target: str, shape: str) -> None:
    body = f"{STATISTICS} y = BatchNormalization (x, s, b, m, v)"
    assert _operators(_lowered(_model(13, f"float[{shape}] x", f"float[{shape}] y", body), target)) == ["Mul", "Add"]


@pytest.mark.parametrize(("opset", "form"), [
    (9, "y, o1, o2, o3, o4 = BatchNormalization (x, s, b, m, v)"),
    (14, "y, o1, o2 = BatchNormalization <training_mode = 1> (x, s, b, m, v)"),
])  # fmt: skip
@pytest.mark.parametrize("target", [WEBGL, CPU, WEBGPU])
@pytest.mark.parametrize("pictures", [1, 2])
def test_batch_normalization_of_the_batch_computes_what_onnxruntime_does(
    opset: int, form: str, target: str, pictures: int
) -> None:
    shape = f"float[{pictures},3,4,5]"
    lowered = _lowered(_model(opset, f"{shape} x", f"{shape} y", f"{STATISTICS} {form}"), target)
    assert "BatchNormalization" not in _operators(lowered)


def test_training_outputs_that_are_read_are_refused() -> None:
    form = f"{STATISTICS} y, z, o2 = BatchNormalization <training_mode = 1> (x, s, b, m, v)"
    model = _model(14, "float[1,3,4,5] x", "float[1,3,4,5] y, float[3] z", form)
    for target in (WEBGL, WEBGPU):
        with pytest.raises(BuildError, match=r"is read|training_mode=1"):
            lower(model, find_target(target))


def _both(model: ir.Model, target: str) -> tuple[str, str]:
    """What `check` says, and how `lower` ends."""
    verdict = check(model, find_target(target), attempt(model, find_target(target))).verdict
    try:
        lower(model, find_target(target))
    except BuildError as error:
        return verdict, str(error)
    return verdict, ""


@pytest.mark.parametrize("target", sorted(TARGETS))
@pytest.mark.parametrize(("opset", "inputs", "outputs", "body"), [
    (13, "float[1,2,4,4] x", "float[1,2,3,3] y, int64[1,2,3,3] i", "y, i = MaxPool <kernel_shape = [2,2]> (x)"),
    (13, "float[1,2,4,4] x", "float[1,2,3,3] y", "y, i = MaxPool <kernel_shape = [2,2]> (x)"),
    (13, "float[1,2,4,4] x", "float[8,4] y", "y = Flatten <axis = -1> (x)"),
    (13, "float[1,4] x, float[1,4] z", "bool[1,4] y", "y = Equal (x, z)"),
    (13, "float[1,1,1,1,1,2,3] x", "float[3,1,1,1,1,1,2] y", "y = Transpose <perm = [6,0,1,2,3,4,5]> (x)"),
    (18, "float[1,2,4,4] x", "float[1,2,2,2] y",
     "s = Constant <value = float[4] {1.0,1.0,0.5,0.5}> () y = Resize <antialias = 1, mode = \"linear\"> (x, , s)"),
    (11, "float[2,3,4] x", "float[2,3,4] y", "y = Softmax <axis = 1> (x)"),
    (13, "float[2,3] x", "float[2,3] y", "y = com.microsoft.Gelu (x)"),
])  # fmt: skip
def test_check_and_lower_agree(target: str, opset: int, inputs: str, outputs: str, body: str) -> None:
    verdict, error = _both(_model(opset, inputs, outputs, body), target)
    assert (verdict == "impossible") == bool(error)
    assert "defect" not in error


@pytest.mark.parametrize(("body", "opset", "verdict", "said"), [
    ('s = Constant <value = float[4] {1.0,1.0,0.5,0.5}> () y = Resize <antialias = 1, mode = "linear"> (x, , s)', 18,
     "impossible", "antialias"),
    ("y, i = MaxPool <kernel_shape = [2,2], strides = [2,2]> (x) z = Cast <to = 1> (i) w = Add (y, z)", 13,
     "impossible", "its output 1 is read"),
    ("y = Softmax <axis = 1> (x)", 11, "lowered", ""),
    ("y = Softmax <axis = 3> (x)", 11, "supported", ""),
    ("y = Softmax <axis = 1> (x)", 13, "supported", ""),
])  # fmt: skip
def test_webgpu_is_promised_what_its_kernels_run(body: str, opset: int, verdict: str, said: str) -> None:
    output = "w" if "w =" in body else "y"
    model = _model(opset, "float[1,2,4,4] x", f"float[a,b,c,d] {output}", body)
    report = check(model, find_target(WEBGPU), attempt(model, find_target(WEBGPU)))
    assert report.verdict == verdict
    assert any(said in row.detail for row in report.rows)


def test_softmax_over_several_axes_is_right_with_open_sides() -> None:
    for shape in ("2,3,4,5", "N,C,H,W"):
        model = _model(11, f"float[{shape}] x", f"float[{shape}] y", "y = Softmax <axis = 1> (x)")
        assert "Reshape" in _operators(_lowered(model, WEBGPU))


@pytest.mark.parametrize(("target", "name", "known"), [
    (ORT_WASM, "com.microsoft.Gelu", True), (WEBGPU, "com.microsoft.Gelu", True),
    ("onnxruntime", "com.microsoft.Gelu", True), (WEBGPU, "com.microsoft.FastGelu", True),
    (ORT_WASM, "com.microsoft.Zork", False), (WEBGL, "com.microsoft.Gelu", False),
    (ORT_WASM, "ai.onnx.ml.Scaler", True), (CPU, "ai.onnx.ml.Scaler", False),
])  # fmt: skip
def test_other_domains_are_known_where_the_package_has_them(target: str, name: str, known: bool) -> None:
    model = _model(13, "float[1,3] x", "float[1,3] y", f"y = {name} (x)")
    problems = attempt(model, find_target(target)).problems
    if known:
        assert not [p for p in problems if "domain" in p.reason]
    else:
        assert [p.reason for p in problems] == [
            f"it belongs to the domain {name.rpartition('.')[0]}, of which {target} has no {name.rpartition('.')[2]}"
        ]


@pytest.mark.parametrize(("target", "body", "refused"), [
    (CPU, "y = LRN <size = 3> (x)", True), (WASM, "y = LRN <size = 3> (x)", True),
    (WEBGL, "y = LRN <size = 3> (x)", False),
    (CPU, "w = Constant <value = float[3,1,2,2] {%s}> () y = ConvTranspose <strides = [2,2]> (x, w)", True),
    (CPU, 's = Constant <value = float[4] {1.0,1.0,2.0,2.0}> () y = Resize <mode = "linear"> (x, , s)', True),
    (WEBGL, 's = Constant <value = float[4] {1.0,1.0,2.0,2.0}> () y = Resize <mode = "linear"> (x, , s)', False),
])  # fmt: skip
def test_several_pictures_at_once_are_refused_where_they_come_out_wrong(target: str, body: str, refused: bool) -> None:
    numbers = ",".join(str(k / 10) for k in range(12))
    model = _model(13, "float[2,3,4,4] x", "float[a,b,c,d] y", body.replace("%s", numbers))
    problems = attempt(model, find_target(target)).problems
    assert any("2 pictures at once" in problem.reason for problem in problems) == refused


REFUSED = {("q_tr_r7", WEBGL), ("q_tr_r7", CPU), ("identity_of_outer", WEBGL), ("identity_of_outer", CPU)}
REFUSED |= {("maxpool_indices", target) for target in (WEBGL, CPU, WEBGPU)}
REFUSED |= {("b2_lrn", CPU), ("b2_convt", CPU)}


@pytest.mark.parametrize("target", [WEBGL, CPU, WEBGPU])
@pytest.mark.parametrize("path", sorted((DATA / "cases" / "graphs").glob("*.onnx")), ids=lambda path: path.stem)
@pytest.mark.usefixtures("data")
def test_the_collected_files_come_out_as_they_should(path: Path, target: str) -> None:
    model = load_graph(path)
    if (path.stem, target) in REFUSED:
        with pytest.raises(BuildError, match="cannot be lowered"):
            lower(model, find_target(target))
        return
    lowered = _lowered(model, target)
    assert _outputs(lowered) == [value.name for value in model.graph.outputs]


def _names(values: Sequence[ir.Value]) -> list[str | None]:
    return [value.name for value in values]


def test_steps_tell_whether_they_changed_anything() -> None:
    model = _model(13, "float[1,3] x", "float[1,3] y", "a = Identity (x) y = Relu (a)")
    for step in find_target(WEBGL).stages.prepare:
        step.apply(model)
    again = {step.name: step.apply(model) for step in find_target(WEBGL).stages.prepare}
    assert not any(applied.modified or applied.count for name, applied in again.items() if name != "infer-shapes")
    assert _names(model.graph.outputs) == ["y"]


def test_whole_numbers_are_no_constant_output_for_webgl() -> None:
    model = _model(
        13, "float[1,3] x", "float[1,3] y, int64[2] z", "y = Relu (x) z = Constant <value = int64[2] {1,2}> ()"
    )
    with pytest.raises(BuildError, match="int64"):
        lower(model, find_target(WEBGL))
