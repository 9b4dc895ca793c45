"""What engines say, sorted; however long it is."""

import pytest

from app_py.onnxruntime.errors import BY_ERROR_CODE
from app_py.onnxruntime.faults import LONGEST, classify, explain_refusal, merge_refusals
from app_py.onnxruntime.onnx_header import read_header
from tests.shared.support import onnx_bytes

LONG = 300_000


@pytest.mark.parametrize("name", ["a" * LONG, "/" * LONG, "a.cc:" * (LONG // 5), "ai.onnx:" * (LONG // 8)])
def test_a_message_of_any_length_is_read_and_shown_in_short(name: str) -> None:
    """Read whole, these would take hours."""
    said = {"code": "engine-failed", "message": f"ERROR_CODE: 2, ERROR_MESSAGE: {name}", "detail": name}
    error = explain_refusal(classify(said), "ort:wasm", read_header(onnx_bytes.model()))
    assert type(error).__name__ == "InvalidArgument"
    assert len(str(error)) < 3000
    assert len(error.detail) < 5000


def failed(message: str, code: str = "engine-failed", detail: str = "", **more: object) -> dict[str, object]:
    return {"code": code, "message": message, "detail": detail, **more}


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("The given dimensions are outside this GPU's boundaries: 9", "input-too-large"),
        ("RangeError: Maximum allowed texture size", "out-of-memory"),
        ("CONTEXT has been LOST", "context-lost"),
        ("TypeError: Failed to fetch", "engine-unavailable"),
        ("webgpu is not supported here", "engine-unavailable"),
    ],
)
def test_what_engines_say_in_their_own_words(said: str, code: str) -> None:
    error = classify(failed(said))
    assert (error.code, error.detail) == (code, said)


def test_what_an_engine_knows_of_its_fault_itself_is_kept() -> None:
    error = classify(failed("raw", "context-lost", "where", sentence="{what} is gone.", values={"what": "It"}))
    assert (str(error), error.code, error.detail) == ("It is gone.", "context-lost", "where")
    assert str(classify(failed("It is gone.", "context-lost"))) == "It is gone."


def test_onnxruntimes_numbers_are_its_errors() -> None:
    names = {
        1: "Fail", 2: "InvalidArgument", 3: "NoSuchFile", 4: "NoModel", 5: "EngineError", 6: "RuntimeException",
        7: "InvalidProtobuf", 8: "ModelLoaded", 9: "NotImplemented", 10: "InvalidGraph", 11: "EPFail",
        12: "ModelLoadCanceled", 13: "ModelRequiresCompilation", 14: "NotFound",
    }  # fmt: skip
    assert {number: kind.__name__ for number, kind in BY_ERROR_CODE.items()} == names
    for number, name in names.items():
        assert type(classify(failed(f"ERROR_CODE: {number}, no"))).__name__ == name
    assert type(classify(failed("ERROR_CODE: 99, no"))).__name__ == "Fail"


def test_a_message_is_cut_where_it_is_too_long_and_only_then() -> None:
    assert classify(failed("a" * LONGEST)).detail.strip() == "a" * LONGEST
    assert classify(failed("a" * (LONGEST + 1))).detail.strip() == "a" * LONGEST + "…"


def test_an_operator_of_another_domain_is_named_with_that() -> None:
    model = onnx_bytes.model_of([onnx_bytes.node("Foo", ["x"], ["y"]) + b"\x3a\x03abc"], [], [], [])
    said = classify(failed("Fatal error: abc:Foo(-1) is not a registered function/op"))
    error = explain_refusal(said, "ort:wasm", read_header(model))
    assert str(error) == "NOT_IMPLEMENTED : The engine ort:wasm has no operator Foo of abc opset 1."
    other = classify(failed("something else"))
    assert explain_refusal(other, "ort:wasm", read_header(model)) is other


def test_refusals_are_told_together_and_the_last_is_the_kind() -> None:
    refusals = [classify(failed("One.", "context-lost")), classify(failed("Two.", "out-of-memory"))]
    error = merge_refusals(refusals)
    assert (str(error), error.code) == ("No engine could open the model. One. Two.", "out-of-memory")
