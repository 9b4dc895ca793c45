"""What is said of an engine that failed, and when nothing is left."""

from app_py.engines.painting import Failure, given_up
from app_py.errors import EngineError
from app_py.session import TOO_LARGE

LOST = EngineError("The context was lost.", code="context-lost")
FULL = EngineError("There is no memory left.", code="out-of-memory")
LARGE = EngineError("The picture is too large.", code=TOO_LARGE)


def test_what_becomes_of_a_failure() -> None:
    assert Failure("ort:wasm", LOST, False).sentence == (
        "WebAssembly failed: The context was lost. It was started again."
    )
    assert Failure("kernels:wasm", LOST, True).sentence == (
        "This site's own engine failed again: The context was lost. Another engine was used."
    )
    for again in (False, True):
        failure = Failure("onnxjs:webgl", LARGE, again)
        assert failure.too_large
        assert failure.sentence == "WebGL: The picture is too large. Another engine was used."


def test_the_last_failure_names_the_error_and_all_are_told() -> None:
    error = given_up((Failure("ort:wasm", LOST, False), Failure("onnxjs:wasm", FULL, False)))
    assert error.code == "out-of-memory"
    assert error.detail == (
        "WebAssembly failed: The context was lost. It was started again. "
        "ONNX.js's WebAssembly failed: There is no memory left. It was started again."
    )
    assert given_up((Failure("ort:wasm", LOST, False),)).code == "context-lost"
