"""What a lowered graph is compared with, and how far off it may be."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.cli.main import main
from build.common.errors import BuildError
from build.compiler.verify.against_source import HALF_TOLERANCE, TOLERANCE, verify_against_source
from build.compiler.verify.feeds import make_feeds

TARGET = "onnxjs-0.1.8:webgl"


def _model(inputs: str, outputs: str, body: str, opset: int = 13) -> ir.Model:
    text = f'<ir_version: 8, opset_import: ["" : {opset}]> g ({inputs}) => ({outputs}) {{ {body} }}'
    return ir.from_proto(onnx.parser.parse_model(text))


def _data(model: ir.Model) -> bytes:
    data: bytes = ir.to_proto(model).SerializeToString()
    return data


DETECTOR = (
    "w = Constant <value = float {300.0}> () e = Constant <value = float {%s}> ()"
    " boxes = Mul (x, w) s = Sigmoid (x) scores = Mul (s, e) y = Concat <axis = 1> (boxes, scores)"
)


def test_scores_beside_boxes_have_a_tolerance_of_their_own() -> None:
    right = _model("float[1,4,100] x", "float[1,8,100] y", DETECTOR % "1.0")
    wrong = _model("float[1,4,100] x", "float[1,8,100] y", DETECTOR % "0.5")
    verify_against_source(right, _data(right), {}, HALF_TOLERANCE)
    with pytest.raises(BuildError, match="times as much as may be there"):
        verify_against_source(right, _data(wrong), {}, HALF_TOLERANCE)


def test_what_moves_in_the_source_itself_may_differ() -> None:
    body = "k = Constant <value = float {3000.0}> () t = Constant <value = float {3.0}> () {} y = Sin (b)"
    source = _model("float[1,64] x", "float[1,64] y", body.replace("{}", "a = Mul (x, k) b = Mul (a, t)"))
    other = _model("float[1,64] x", "float[1,64] y", body.replace("{}", "a = Mul (x, t) b = Mul (a, k)"))
    wrong = _model("float[1,64] x", "float[1,64] y", body.replace("{}", "a = Mul (x, k) b = Add (a, x)"))
    difference, span = verify_against_source(source, _data(other), {})
    assert difference.maximum > TOLERANCE * span
    with pytest.raises(BuildError, match="times as much as may be there"):
        verify_against_source(source, _data(wrong), {})


def test_noise_that_says_nothing_is_not_taken_for_a_proof() -> None:
    body = "k = Constant <value = float {90000000.0}> () b = Mul (x, k) y = Sin (b)"
    source = _model("float[1,64] x", "float[1,64] y", body)
    other = _model("float[1,64] x", "float[1,64] y", body.replace("Sin", "Cos"))
    with pytest.raises(BuildError, match="noise cannot tell right from wrong; give inputs"):
        verify_against_source(source, _data(other), {})


def test_a_network_of_tiny_numbers_is_compared_by_the_floor() -> None:
    head = "m = Constant <value = float {0.0000001}> () o = Constant <value = float {1.0}> () t = Mul (x, m)"
    source = _model("float[1,64] x", "float[1,64] y", f"{head} a = Add (t, o) y = Sub (a, o)")
    rough = f"{head} h = Add (o, o) b = Add (t, h) a = Sub (b, o) y = Sub (a, o)"
    other = _model("float[1,64] x", "float[1,64] y", rough)
    verify_against_source(source, _data(other), {})


def test_whole_numbers_are_equal_or_wrong() -> None:
    source = _model("float[1,8,20] x", "int64[1,20] y", "y = ArgMax <axis = 1, keepdims = 0> (x)")
    other = _model("float[1,8,20] x", "int64[1,20] y", "y = ArgMin <axis = 1, keepdims = 0> (x)")
    verify_against_source(source, _data(source), {})
    with pytest.raises(BuildError, match="output 0 of the lowered model is off"):
        verify_against_source(source, _data(other), {})


TWO = "w = Constant <value = float[1,2,1,1] {1.0,2.0}> ()"


@pytest.mark.parametrize(("inputs", "body", "shape"), [
    ("float[N,H,W,3] x", "y = Relu (x)", (1, 90, 70, 3)),
    ("float[a,b,c,d] x", f"t = Transpose <perm = [0,3,1,2]> (x) {TWO} y = Conv (t, w)", (1, 90, 70, 2)),
    ("float[N,C,H,W] x", f"{TWO} y = Conv (x, w)", (1, 2, 90, 70)),
    ("float[N,T] x", "y = Relu (x)", (1, 12)),
    ("float[T,N,2] x", "y = Relu (x)", (1, 12, 2)),
    ("float[N,C] x", "w = Constant <value = float[3,2] {1.0,2.0,3.0,4.0,5.0,6.0}> () y = MatMul (x, w)", (1, 3)),
    ("float[N,2,L] x", "w = Constant <value = float[1,2,1] {1.0,2.0}> () y = Conv (x, w)", (1, 2, 48)),
])  # fmt: skip
def test_sides_are_guessed_from_how_they_are_used(inputs: str, body: str, shape: tuple[int, ...]) -> None:
    assert make_feeds(_model(inputs, "float y", body), {})["x"].shape == shape


def test_sides_of_one_name_are_one_number() -> None:
    feeds = make_feeds(_model("float[N,T] x, float[T,5] w", "float y", "y = MatMul (x, w)"), {})
    assert feeds["x"].shape[1] == feeds["w"].shape[0]


OPEN = (
    '<ir_version: 8, opset_import: ["" : 13]> g (float[1,2,H,W] x) => (float[1,2,A,B] y) {'
    " k = Constant <value = float {0.00390625}> () z = Mul (x, k) y = Sigmoid (z) }"
)


def _lower(folder: Path, *options: str, text: str = OPEN) -> int:
    onnx.save(onnx.parser.parse_model(text), folder / "in.onnx")
    return main(["lower", str(folder / "in.onnx"), str(folder / "out.onnx"), "--target", TARGET, *options])


def _declared(folder: Path) -> list[int]:
    shape = onnx.load(folder / "out.onnx").graph.input[0].type.tensor_type.shape
    return [side.dim_value for side in shape.dim]


def test_a_sample_shape_closes_nothing(tmp_path: Path) -> None:
    assert _lower(tmp_path, "--sample-shape", "x=1,2,8,6") == 0
    assert _declared(tmp_path) == [1, 2, 0, 0]


def test_a_shape_may_leave_sides_open(tmp_path: Path) -> None:
    assert _lower(tmp_path, "--shape", "x=1,2,8,?") == 0
    assert _declared(tmp_path) == [1, 2, 8, 0]


def test_given_feeds_are_what_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(tmp_path / "in.npz", x=np.full((1, 2, 3, 3), 256.0, np.float32))
    assert _lower(tmp_path, "--feeds", str(tmp_path / "in.npz")) == 0
    assert "where values reach 0.731" in capsys.readouterr().out


def test_a_range_is_what_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _lower(tmp_path, "--range", "0..1") == 0
    assert "where values reach 0.501" in capsys.readouterr().out


@pytest.mark.parametrize(("options", "said"), [
    (["--range", "1"], "--range 1 is not a range"),
    (["--range", "2..1"], "--range 2..1 is not a range"),
    (["--feeds", "none.npz"], "none.npz is not a readable .npz file"),
    (["--sample-shape", "x=1,2"], "--sample-shape gives x 2 axes, and it has 4"),
    (["--sample-shape", "z=1"], "--sample-shape names an input z, and the model has x"),
])  # fmt: skip
def test_what_is_said_wrong_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert _lower(tmp_path, *options) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out.onnx").exists()


@pytest.mark.parametrize(("arrays", "said"), [
    ({"z": np.zeros(1)}, "one array for each input (x) and nothing else; it has z"),
    ({"x": np.zeros((1, 2, 3, 3))}, "x is float64, and the model takes float32"),
    ({"x": np.zeros((1, 3, 3, 3), np.float32)}, "x has shape [1, 3, 3, 3], and the model takes [1,2,H,W]"),
])  # fmt: skip
def test_feeds_that_do_not_fit_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arrays: dict[str, Any], said: str
) -> None:
    np.savez(tmp_path / "in.npz", **arrays)
    assert _lower(tmp_path, "--feeds", str(tmp_path / "in.npz")) == 2
    assert said in capsys.readouterr().err
