"""What engines say, sorted; however long it is."""

import pytest

from app_py.onnxruntime.faults import classify, explain_refusal
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
