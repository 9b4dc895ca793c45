"""`python -m build check|lower|export|info`: exit statuses, JSON, and one sentence for each bad input."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.cli import main
from build.rules.resize_to_upsample import ResizeToUpsample
from tests.support.checkpoints import write_checkpoint

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
    (_quantized(), "quantized integers"), (_custom(), "domain acme"),
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
])  # fmt: skip
def test_export_refuses_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], extra: list[str], reason: str
) -> None:
    checkpoint, out = str(write_checkpoint(tmp_path / "a.pth")), tmp_path / "a.onnx"
    assert main(["export", checkpoint, str(out), *extra]) == 2
    assert reason in capsys.readouterr().err
    assert not out.exists()


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
    capsys.readouterr()
    assert main(["info", str(out), "--json"]) == 0
    graph = json.loads(capsys.readouterr().out)
    assert weights["width"] == 8
    # The two lines that the last Conv becomes: 27 to 3 channels, 9 high, zeros and ones.
    assert graph["parameters"] - 27 * 3 * 9 == weights["parameters"] > 10_000
    assert graph["nodes"] == 65
    assert graph["inputs"] == {"input": "[1,3,H,W]"}
    assert main(["info", str(out)]) == 0
    assert "parameters" in capsys.readouterr().out


def test_info_on_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(tmp_path / "none.onnx")]) == 2
    assert "does not exist" in capsys.readouterr().err
