"""`python -m build check|lower|export|info`: exit statuses, JSON, and one sentence for each bad input."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.cli.main import main
from build.common.paths import ROOT
from build.compiler.rules.resizing.resize_to_upsample import ResizeToUpsample
from tests.shared.support.style_graphs import Family, GraphBuilder, make_member
from tests.support.checkpoints import random_state, write_checkpoint

TARGET = "onnxjs-0.1.8:webgl"
UPSAMPLE = (
    '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2,H,W] x) => (float[1,2,A,B] y)'
    "{ s = Constant <value = float[4] {1.0,1.0,2.0,2.0}> () r = Relu (x)"
    ' y = Resize <mode = "nearest"> (r, , s) }'
)
PLAIN = '<ir_version: 8, opset_import: ["" : 9]> g (float[1,2,3] x) => (float[1,2,3] y) { y = Relu (x) }'
IMPOSSIBLE = '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2,3] x) => (bool[1,2,3] y) { y = IsNaN (x) }'


def _write(folder: Path, text: str) -> Path:
    path = folder / "model.onnx"
    onnx.save(onnx.parser.parse_model(text), path)
    return path


@pytest.mark.parametrize(("text", "status", "word"), [
    (PLAIN, 0, "supported"), (UPSAMPLE, 1, "ResizeToUpsample"), (IMPOSSIBLE, 2, "no rule replaces it"),
])  # fmt: skip
def test_check_answers_with_its_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, status: int, word: str
) -> None:
    assert main(["check", str(_write(tmp_path, text)), "--target", TARGET]) == status
    assert word in capsys.readouterr().out


def test_check_speaks_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(_write(tmp_path, UPSAMPLE)), "--target", TARGET, "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    rows = {row["operator"]: (row["nodes"], row["verdict"], row["detail"]) for row in report["rows"]}
    assert report["verdict"] == "lowered"
    assert rows["Resize"] == (1, "lowered", "ResizeToUpsample, UpsampleToAttribute")
    assert rows["Relu"][1] == "lowered"


def test_lower_writes_a_verified_file_that_check_finds_nothing_wrong_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.onnx"
    assert main(["lower", str(_write(tmp_path, UPSAMPLE)), str(out), "--target", TARGET, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["nodes"] == 2
    assert facts["max_abs_error"] == 0
    assert [node.op_type for node in onnx.load(out).graph.node] == ["Relu", "Upsample"]
    assert main(["check", str(out), "--target", TARGET]) == 0


def test_lower_fixes_the_size(tmp_path: Path) -> None:
    out = tmp_path / "out.onnx"
    arguments = ["lower", str(_write(tmp_path, UPSAMPLE)), str(out), "--target", "onnxjs-0.1.5:webgl", "--size", "6x9"]
    assert main(arguments) == 0
    shape = onnx.load(out).graph.input[0].type.tensor_type.shape
    assert [side.dim_value for side in shape.dim] == [1, 2, 6, 9]


@pytest.mark.parametrize("op", ["Log", "Sqrt"])
def test_what_is_no_number_in_both_is_equal(tmp_path: Path, op: str) -> None:
    path = _write(tmp_path, PLAIN.replace("Relu (x)", f"{op} (x)"))
    assert main(["lower", str(path), str(tmp_path / "out.onnx"), "--target", TARGET]) == 0


def test_a_size_leaves_fixed_sides_alone(tmp_path: Path) -> None:
    text = (
        '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2,H,W] x, float[3,2,3,3] w, float[N,2,1,W] m)'
        " => (float[1,3,A,B] y) { a = Mul (x, m) y = Conv (a, w) }"
    )
    out = tmp_path / "out.onnx"
    assert main(["lower", str(_write(tmp_path, text)), str(out), "--target", TARGET, "--size", "6x9"]) == 0
    shapes = [value.type.tensor_type.shape.dim for value in onnx.load(out).graph.input]
    assert [[side.dim_value for side in shape] for shape in shapes] == [[1, 2, 6, 9], [3, 2, 3, 3], [1, 2, 1, 9]]


def test_a_size_needs_an_open_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = PLAIN.replace("[1,2,3]", "[1,2,3,4]")
    assert main(["check", str(_write(tmp_path, text)), "--target", TARGET, "--size", "8"]) == 2
    assert "whose H or W is open, and this model has none; use --shape" in capsys.readouterr().err


def test_lower_writes_nothing_when_the_numbers_differ(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    right = ResizeToUpsample.replace

    def wrong(self: ResizeToUpsample, op: object, node: ir.Node, plan: object) -> ir.Value:
        value = right(self, op, node, plan)  # type: ignore[arg-type]
        maker = value.producer()
        assert maker is not None
        scales = maker.inputs[1]
        assert scales is not None
        doubled = scales.producer()
        assert doubled is not None
        doubled.attributes["value"] = ir.AttrTensor("value", ir.tensor(np.array([1, 1, 2, 3], np.float32)))
        return value

    monkeypatch.setattr(ResizeToUpsample, "replace", wrong)
    out = tmp_path / "out.onnx"
    assert main(["lower", str(_write(tmp_path, UPSAMPLE)), str(out), "--target", TARGET]) == 2
    assert not out.exists()
    assert "shape" in capsys.readouterr().err


def _quantized() -> bytes:
    text = (
        '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2] x) => (float[1,2] y) {'
        " s = Constant <value = float {0.1}> () z = Constant <value = uint8 {0}> ()"
        " q = QuantizeLinear (x, s, z) y = DequantizeLinear (q, s, z) }"
    )
    data: bytes = onnx.parser.parse_model(text).SerializeToString()
    return data


def _custom() -> bytes:
    text = '<ir_version: 8, opset_import: ["acme" : 1]> g (float[1] x) => (float[1] y) { y = acme.Do (x) }'
    data: bytes = onnx.parser.parse_model(text).SerializeToString()
    return data


def _sum_with_weights() -> onnx.ModelProto:
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 13]> g (float[2] x) => (float[2] y)'
        " <float[2] w = {1.0, 2.0}> { y = Add (x, w) }"
    )
    model.graph.initializer[0].CopyFrom(onnx.numpy_helper.from_array(np.array([1, 2], np.float32), "w"))
    return model


def _external(location: str) -> bytes:
    model = _sum_with_weights()
    onnx.external_data_helper.set_external_data(model.graph.initializer[0], location)
    model.graph.initializer[0].ClearField("raw_data")
    data: bytes = model.SerializeToString()
    return data


@pytest.mark.parametrize("command", ["check", "lower"])
@pytest.mark.parametrize(("data", "reason"), [
    (b"", "is not an ONNX file"), (b"<html>404</html>", "is not an ONNX file"), (b"\x08\x08", "is not an ONNX file"),
    (_external("weights.bin"), "external file weights.bin, which is not beside it"),
    (_external("../weights.bin"), "outside its own folder"),
    (_quantized(), "quantized integers, and onnxjs-0.1.8:webgl lacks such kernels"), (_custom(), "domain acme"),
])  # fmt: skip
def test_unusable_files_get_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, data: bytes, reason: str
) -> None:
    (tmp_path / "in.onnx").write_bytes(data)
    out = [str(tmp_path / "out.onnx")] if command == "lower" else []
    assert main([command, str(tmp_path / "in.onnx"), *out, "--target", TARGET]) == 2
    said = capsys.readouterr()
    assert reason in said.out + said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "out.onnx").exists()


def _sum_with_sparse_weights() -> onnx.ModelProto:
    """1 and 2 at places 0 and 2: as a sparse initializer `w`, by a single index each, and as a Constant, by two."""
    values, places = np.array([1, 2], np.float32), np.array([0, 2])
    sparse = onnx.helper.make_sparse_tensor(
        onnx.numpy_helper.from_array(values, "w"), onnx.numpy_helper.from_array(places), [3]
    )
    table = onnx.helper.make_sparse_tensor(
        onnx.numpy_helper.from_array(values, "v"), onnx.numpy_helper.from_array(np.array([[0, 0], [0, 2]])), [1, 3]
    )
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 13]> g (float[1,3] x) => (float[1,3] y)'
        " { c = Constant <value = float {0}> () a = Add (x, w) y = Add (a, c) }"
    )
    model.graph.sparse_initializer.append(sparse)
    model.graph.node[0].attribute[0].CopyFrom(onnx.helper.make_attribute("sparse_value", table))
    return model


def test_sparse_weights_are_weights(tmp_path: Path) -> None:
    onnx.save(_sum_with_sparse_weights(), tmp_path / "in.onnx")
    out = tmp_path / "out.onnx"
    assert main(["lower", str(tmp_path / "in.onnx"), str(out), "--target", TARGET]) == 0
    weights = [onnx.numpy_helper.to_array(tensor) for tensor in onnx.load(out).graph.initializer]
    assert [tensor.tolist() for tensor in weights] == [[1, 0, 2], [[1, 0, 2]]]


HEAD = '<ir_version: 8, opset_import: ["" : 13]> g (float[1,3,4,4] x) => (float[a,b,c,d] y)'


@pytest.mark.parametrize("command", ["check", "lower", "info"])
@pytest.mark.parametrize(("body", "reason"), [
    ("{ y = Relu (nowhere) }", "input 'nowhere' of node"),
    ("{ y = Relu (a) a = Neg (x) }", "must be topologically sorted, however input 'a'"),
    ("{ y = Relu <axis = 1> (x) }", "Unrecognized attribute: axis for operator Relu"),
    ("{ y = Softmax <axis = 1.5> (x) }", "Expected: 'INT', actual: 'FLOAT'"),
    ("{ y = Conv (x) }", "has input size 1 not in range"),
    ("{ y = Zork (x) }", "No Op registered for Zork"),
    ("<float[2,3,3,3] w> { y = Conv <group = 0> (x, w) }", "a Conv has its 2 channels in 0 groups"),
    ("<float[3,1,3,3] w> { y = Conv <group = 2> (x, w) }", "a Conv has its 3 channels in 2 groups"),
    ("<float[3,5] w> { y = Add (x, w) }", "(op_type:Add): Incompatible dimensions"),
    ("<int64[1] w> { y = Add (x, w) }", "(op_type:Add): B has inconsistent type"),
    ("{ y = DepthToSpace <blocksize = 0> (x) }", "Blocksize must be positive"),
    ("{ p = Constant <value = int64[1] {-1}> () c = ConstantOfShape (p) y = Add (x, c) }", "non-negative elements"),
    ("{ z = Constant <value = int64[2] {8, 8}> () y = Resize (x, , , z) }", "must be same as rank of input 'X' (4)"),
])  # fmt: skip
def test_graphs_against_the_rules_of_onnx_get_one_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], command: str, body: str, reason: str
) -> None:
    model = onnx.parser.parse_model(f"{HEAD} {body}")
    _fill_weights(model)
    onnx.save(model, tmp_path / "in.onnx")
    out = [str(tmp_path / "out.onnx")] if command == "lower" else []
    target = [] if command == "info" else ["--target", TARGET]
    assert main([command, str(tmp_path / "in.onnx"), *out, *target]) == 2
    said = capfd.readouterr().err
    assert said.startswith("error: in.onnx is not a valid ONNX model: ")
    assert reason in said
    assert said.count("\n") == 1
    assert not (tmp_path / "out.onnx").exists()


@pytest.mark.parametrize("word", [b"nearest", b"half_pixel", b"picture", b"resized", b"Resize"])
@pytest.mark.parametrize("command", ["check", "info"])
def test_text_that_is_none_is_damage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, word: bytes
) -> None:
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2,3,4] picture) => (float[1,2,6,8] resized) {'
        " s = Constant <value = float[4] {1.0,1.0,2.0,2.0}> ()"
        ' resized = Resize <mode = "nearest", coordinate_transformation_mode = "half_pixel"> (picture, , s) }'
    )
    data = model.SerializeToString()
    assert word in data
    (tmp_path / "in.onnx").write_bytes(data.replace(word, b"\xf1" + word[1:]))
    target = [] if command == "info" else ["--target", TARGET]
    assert main([command, str(tmp_path / "in.onnx"), *target]) == 2
    assert re.search("error: in.onnx is a damaged ONNX model: .* is not in UTF-8", capsys.readouterr().err)


def _fill_weights(model: onnx.ModelProto) -> None:
    """Ones for every weight that the text declares."""
    for value in model.graph.value_info:
        dims = [side.dim_value for side in value.type.tensor_type.shape.dim]
        dtype = onnx.helper.tensor_dtype_to_np_dtype(value.type.tensor_type.elem_type)
        model.graph.initializer.append(onnx.numpy_helper.from_array(np.ones(dims, dtype), value.name))
    del model.graph.value_info[:]


def test_an_input_without_a_type_is_the_files_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = onnx.parser.parse_model(PLAIN)
    model.graph.input[0].ClearField("type")
    onnx.save(model, tmp_path / "in.onnx")
    assert main(["lower", str(tmp_path / "in.onnx"), str(tmp_path / "out.onnx"), "--target", TARGET]) == 2
    assert "it declares no type for x" in capsys.readouterr().err


def test_what_engines_take_is_not_refused_for_its_form(tmp_path: Path) -> None:
    """A graph without a name, in the long name of the standard domain, with an operator that ONNX took back."""
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 18]> g (float[1,2,3,3] x) => (float[1,2,3,3] y)'
        " <float[1] s, float[1] b> { a = ai.onnx.Relu (x) y = GroupNormalization <num_groups = 1> (a, s, b) }"
    )
    _fill_weights(model)
    model.graph.name = ""
    onnx.save(model, tmp_path / "in.onnx")
    out = ["lower", str(tmp_path / "in.onnx"), str(tmp_path / "out.onnx")]
    assert main([*out, "--target", "onnxruntime"]) == 0


def test_an_unknown_number_of_axes_is_the_files_fault(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = onnx.parser.parse_model(PLAIN)
    for value in (model.graph.input[0], model.graph.output[0]):
        value.type.tensor_type.ClearField("shape")
    onnx.save(model, tmp_path / "in.onnx")
    lower = ["lower", str(tmp_path / "in.onnx"), str(tmp_path / "out.onnx"), "--target", TARGET]
    assert main(lower) == 2
    assert "input x (1): how many axes it has is not known; --shape fixes" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "in.onnx"), "--target", TARGET]) == 2
    assert main([*lower, "--shape", "x=2,3"]) == 0


OLD = "onnxjs-0.1.5:webgl"


@pytest.mark.parametrize(("given", "result", "others"), [
    ("w0", "y", ["w1", "w2"]), ("x", "w0", ["w1", "w2"]), ("w1", "v0", ["w0", "w2"]),
])  # fmt: skip
def test_short_names_of_weights_leave_the_graphs_own_alone(
    tmp_path: Path, given: str, result: str, others: list[str]
) -> None:
    model = onnx.parser.parse_model(
        f'<ir_version: 8, opset_import: ["" : 7]> g (float[1,3] {given}) => (float[1,3] {result})'
        f" <float[3] k, float[1,3] q> {{ a = Mul ({given}, k) {result} = Add (a, q) }}"
    )
    _fill_weights(model)
    onnx.save(model, tmp_path / "in.onnx")
    assert main(["lower", str(tmp_path / "in.onnx"), str(tmp_path / "out.onnx"), "--target", OLD]) == 0
    graph = onnx.load(tmp_path / "out.onnx").graph
    assert [value.name for value in graph.input] == [given, *others]
    assert [value.name for value in graph.output] == [result]


def test_a_weight_that_is_an_output_keeps_its_name(tmp_path: Path) -> None:
    model = onnx.parser.parse_model(
        '<ir_version: 8, opset_import: ["" : 7]> g (float[2] x) => (float[2] y, float[2] k) <float[2] k>'
        " { y = Add (x, k) }"
    )
    _fill_weights(model)
    onnx.save(model, tmp_path / "in.onnx")
    assert main(["lower", str(tmp_path / "in.onnx"), str(tmp_path / "out.onnx"), "--target", OLD]) == 0
    assert [value.name for value in onnx.load(tmp_path / "out.onnx").graph.output] == ["y", "k"]


BRANCH = (
    '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2] x, bool c) => (float[1,2] y) {'
    " a = Neg (x) y = If (c) <then_branch = t () => (float[1,2] v0) { v0 = Relu (a) },"
    " else_branch = e () => (float[1,2] v1) { v1 = Abs (a) }> }"
)
SEQUENCE = (
    '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2] x) => (float[1,2] y) {'
    " s = SplitToSequence <axis = 1> (x) y = ConcatFromSequence <axis = 1> (s) }"
)


@pytest.mark.parametrize(("text", "reason"), [
    (BRANCH, "branches or loops"), (SEQUENCE, f"{TARGET} takes tensors only"),
    (_quantized(), f"{TARGET} lacks such kernels"),
])  # fmt: skip
def test_onnxruntime_takes_what_its_own_table_lists(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | bytes, reason: str
) -> None:
    model = onnx.parser.parse_model(text) if isinstance(text, str) else onnx.load_from_string(text)
    onnx.save(onnx.shape_inference.infer_shapes(model), tmp_path / "in.onnx")
    assert main(["check", str(tmp_path / "in.onnx"), "--target", "onnxruntime-web-1.30:wasm"]) == 0
    out = str(tmp_path / "out.onnx")
    assert main(["lower", str(tmp_path / "in.onnx"), out, "--target", "onnxruntime-web-1.30:wasm"]) == 0
    assert main(["check", str(tmp_path / "in.onnx"), "--target", TARGET]) == 2
    assert reason in capsys.readouterr().out


def test_operators_within_branches_are_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path, BRANCH.replace("Abs (a)", "acme.Abs (a)").replace('"" : 13', '"" : 13, "acme" : 1'))
    assert main(["check", str(path), "--target", "onnxruntime"]) == 2
    assert "Abs" in capsys.readouterr().out


@pytest.mark.parametrize(("body", "present", "absent"), [
    ("{ y = Shrink (x) }", "Shrink", "  Less "),
    ("{ s = Constant <value = int64[1] {1}> () t = ReduceMax <keepdims = 0> (x) a = Constant <value = float {0}> ()"
     " d = Constant <value = float {1}> () y = Range (a, t, d) }", "Range", "  Loop "),
])  # fmt: skip
def test_check_speaks_of_operators_that_the_file_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, present: str, absent: str
) -> None:
    head = HEAD.replace('"" : 13', '"" : 18')
    path = _write(tmp_path, (head.replace("float[a,b,c,d]", "float[a]") if present == "Range" else head) + body)
    assert main(["check", str(path), "--target", TARGET]) == 2
    said = capsys.readouterr().out
    assert re.search(rf"{present} +1  impossible written out with \w+: {TARGET} does not have it", said)
    assert absent not in said


def test_sides_that_no_memory_holds_get_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out = _write(tmp_path, PLAIN), tmp_path / "out.onnx"
    assert main(["lower", str(path), str(out), "--target", TARGET, "--shape", "x=1,1000000,1000000000"]) == 2
    assert "not enough memory to verify the model at this size" in capsys.readouterr().err
    assert not out.exists()


def test_onnxruntime_says_nothing_of_its_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = HEAD.replace("float[a,b,c,d] y", "float[2,b,c,d] y") + "{ y = DepthToSpace <blocksize = 2> (x) }"
    main(["lower", str(_write(tmp_path, text)), str(tmp_path / "out.onnx"), "--target", "onnxruntime"])
    said = capfd.readouterr().err
    assert "[E:onnxruntime" not in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(("extra", "reason"), [
    (["--target", "netscape"], "there is no target 'netscape'; known are"),
    (["--target", TARGET, "--size", "big"], "--size big is not a size"),
    (["--target", TARGET, "--shape", "z=1"], "an input z, and the model has x"),
    (["--target", TARGET, "--shape", "x"], "is not NAME=side,side"),
])  # fmt: skip
def test_wrong_options_get_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: list[str], reason: str
) -> None:
    assert main(["check", str(_write(tmp_path, UPSAMPLE)), *extra]) == 2
    assert reason in capsys.readouterr().err


def test_external_data_beside_the_file_is_read(tmp_path: Path) -> None:
    model = _sum_with_weights()
    onnx.save(model, tmp_path / "in.onnx", save_as_external_data=True, location="w.bin", size_threshold=0)
    assert main(["lower", str(tmp_path / "in.onnx"), str(tmp_path / "out.onnx"), "--target", TARGET]) == 0
    assert onnx.numpy_helper.to_array(onnx.load(tmp_path / "out.onnx").graph.initializer[0]).tolist() == [1, 2]


def test_export_with_its_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint, out = str(write_checkpoint(tmp_path / "a.pth")), tmp_path / "a.onnx"
    assert main(["export", checkpoint, str(out), "--padding", "zero", "--size", "24x36", "--width", "8"]) == 0
    assert "width 8" in capsys.readouterr().out
    assert [side.dim_value for side in onnx.load(out).graph.input[0].type.tensor_type.shape.dim] == [1, 3, 24, 36]
    assert not any(node.op_type == "Pad" for node in onnx.load(out).graph.node)


@pytest.mark.parametrize(("extra", "reason"), [
    (["--width", "16"], "has width 8, not 16"), (["--half"], "reads float32 weights only; leave out --half"),
    (["--size", "1"], "--size 1 is too small: the network needs sides of at least 5 px"),
    (["--size", "64x4", "--padding", "zero"], "--size 64x4 is too small"),
    (["--size", "1000000"], "a picture of 1000000x1000000 px could not be painted to verify the file"),
])  # fmt: skip
def test_export_refuses_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: list[str], reason: str
) -> None:
    checkpoint, out = str(write_checkpoint(tmp_path / "a.pth")), tmp_path / "a.onnx"
    assert main(["export", checkpoint, str(out), *extra]) == 2
    assert reason in capsys.readouterr().err
    assert not out.exists()


def test_export_at_the_least_size(tmp_path: Path) -> None:
    checkpoint, out = str(write_checkpoint(tmp_path / "a.pth")), tmp_path / "a.onnx"
    assert main(["export", checkpoint, str(out), "--size", "5"]) == 0


def test_export_does_not_overwrite_its_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint = write_checkpoint(tmp_path / "a.pth")
    before = checkpoint.read_bytes()
    assert main(["export", str(checkpoint), str(tmp_path / "." / "a.pth")]) == 2
    assert "itself, which is not overwritten" in capsys.readouterr().err
    assert checkpoint.read_bytes() == before


def test_export_measures_by_what_the_network_reaches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    state = random_state()
    state["deconv3.conv2d.weight"] *= 1e30
    checkpoint = write_checkpoint(tmp_path / "a.pth", state)
    assert main(["export", str(checkpoint), str(tmp_path / "a.onnx")]) == 0
    assert re.search(r"off from torch by \S+e\+2\d where values reach \S+e\+3\d", capsys.readouterr().out)


@pytest.mark.parametrize("command", ["export", "lower"])
def test_an_output_that_cannot_be_written_gets_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    source = write_checkpoint(tmp_path / "a.pth") if command == "export" else _write(tmp_path, PLAIN)
    assert main([command, str(source), str(tmp_path), "--target", TARGET]) == 2
    assert "it is a folder" in capsys.readouterr().err


def test_half_weights_where_the_target_reads_them(tmp_path: Path) -> None:
    checkpoint = str(write_checkpoint(tmp_path / "a.pth"))
    for name, extra in (("full", []), ("half", ["--half"])):
        out = str(tmp_path / f"{name}.onnx")
        assert main(["export", checkpoint, out, "--target", "onnxruntime-web-1.30:wasm", *extra]) == 0
    assert (tmp_path / "half.onnx").stat().st_size < 0.56 * (tmp_path / "full.onnx").stat().st_size


def test_info_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    checkpoint, out = write_checkpoint(tmp_path / "a.pth"), tmp_path / "a.onnx"
    assert main(["info", str(checkpoint), "--json"]) == 0
    weights = json.loads(capsys.readouterr().out)
    main(["export", str(checkpoint), str(out)])
    exported = capsys.readouterr().out
    assert main(["info", str(out), "--json"]) == 0
    graph = json.loads(capsys.readouterr().out)
    assert weights["width"] == 8
    # The two lines that the last Conv becomes: 27 to 3 channels, 9 high, zeros and ones.
    assert graph["parameters"] - 27 * 3 * 9 == weights["parameters"] > 10_000
    assert f" {graph['nodes']} nodes," in exported
    assert graph["inputs"] == {"input": "[1,3,H,W]"}
    assert main(["info", str(out)]) == 0
    assert "parameters" in capsys.readouterr().out


def test_info_on_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(tmp_path / "none.onnx")]) == 2
    assert "does not exist" in capsys.readouterr().err
    assert main(["info", str(tmp_path)]) == 2
    assert "is a folder; expected a checkpoint" in capsys.readouterr().err


@pytest.mark.parametrize(("data", "said"), [
    (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\n", "it is a Git LFS pointer, not the file itself"),
    (b"\n<!DOCTYPE html><html></html>", "it is a web page, not the file itself"),
    (b"\x02\0\0\0\0\0\0\0{}", "it is a safetensors file"),
])  # fmt: skip
@pytest.mark.parametrize("command", ["check", "lower"])
def test_what_is_no_model_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, data: bytes, said: str
) -> None:
    (tmp_path / "in.onnx").write_bytes(data)
    out = [str(tmp_path / "out.onnx")] if command == "lower" else []
    assert main([command, str(tmp_path / "in.onnx"), *out, "--target", TARGET]) == 2
    assert f"in.onnx is not an ONNX file: {said}" in capsys.readouterr().err


def test_lower_does_not_overwrite_its_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _write(tmp_path, UPSAMPLE)
    before = path.read_bytes()
    (tmp_path / "other.onnx").symlink_to(path)
    for out in (path, tmp_path / "." / "model.onnx", tmp_path / "other.onnx"):
        assert main(["lower", str(path), str(out), "--target", TARGET]) == 2
        assert "is model.onnx itself, which is not overwritten" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_reader_that_has_enough_ends_it_quietly(tmp_path: Path) -> None:
    command = f"{sys.executable} -m build check {_write(tmp_path, UPSAMPLE)} --target {TARGET} | true"
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.stderr == ""


def test_the_libraries_say_nothing_beside_us(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = (
        '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2] x) => (float[1,2] y, float[2] z)'
        " { y = Exp (x) c = Constant <value = float[2] {100.0,-1.0}> () e = Exp (c) z = Log (c) }"
    )
    assert main(["lower", str(_write(tmp_path, text)), str(tmp_path / "out.onnx"), "--target", "onnxruntime"]) == 0
    assert capfd.readouterr().err == ""


KERNELS = "kernels:wasm"


def _grouped_end() -> bytes:
    graph = GraphBuilder(0)
    weights = graph.weight(np.ones((3, 1, 3, 3), np.float32))
    return graph.finish(graph.node("Conv", [graph.conv("input", 3, 3, 1), weights], group=3, pads=[1, 1, 1, 1]))


def _unfit_end() -> bytes:
    graph = GraphBuilder(0)
    return graph.finish(graph.node("Softmax", [graph.conv("input", 3, 3, 1)]))


@pytest.mark.parametrize(
    ("model", "status", "words"),
    [
        (make_member(Family(width=4, blocks=1)), 0, "supported"),
        (_grouped_end(), 1, "GroupedConvToDense"),
        (_unfit_end(), 2, "Softmax 'node1' is not an operator of the family"),
    ],
)
def test_check_asks_the_planner_of_our_own_engine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], model: bytes, status: int, words: str
) -> None:
    path = tmp_path / "model.onnx"
    path.write_bytes(model)
    assert main(["check", str(path), "--target", KERNELS]) == status
    assert words in capsys.readouterr().out
    out = tmp_path / "out.onnx"
    assert main(["lower", str(path), str(out), "--target", KERNELS]) == (2 if status == 2 else 0)
    assert out.exists() == (status < 2)
    if status < 2:
        assert main(["check", str(out), "--target", KERNELS]) == 0


def test_weights_of_half_the_size_are_read_by_our_own_engine(tmp_path: Path) -> None:
    path, out = tmp_path / "model.onnx", tmp_path / "out.onnx"
    path.write_bytes(make_member(Family(width=4, blocks=1)))
    assert main(["lower", str(path), str(out), "--target", KERNELS, "--half"]) == 0
    assert out.stat().st_size < 0.7 * path.stat().st_size
    assert main(["check", str(out), "--target", KERNELS]) == 0


def test_what_the_planner_says_of_the_model_as_a_whole(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(_write(tmp_path, PLAIN)), "--target", KERNELS, "--json"]) == 2
    rows = {row["operator"]: row["detail"] for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["the graph"].strip() == "it has 0 inputs that could be the picture; expected one of rank 4"
