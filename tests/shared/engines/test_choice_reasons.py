"""Why this engine: the sentences for people."""

import pytest

from app_py.engines.choice import Assessment
from app_py.engines.choice_reasons import explain
from app_py.onnxruntime.providers import AUTO
from tests.shared.support.fake_models import spec

WASM = Assessment("ort:wasm", spec(), "right", predicted_ms=107.4)
WEBGL = Assessment("onnxjs:webgl", spec(), "right", predicted_ms=949.4)
NO_WEBGL = Assessment("onnxjs:webgl", spec(), "unusable", "This browser offers no WebGL.")
NO_WEBGPU = Assessment("ort:webgpu", spec(), "unusable", "This browser offers no WebGPU.")
SLOW_WASM = Assessment("onnxjs:wasm", spec(), "untried", "ONNX.js's WebAssembly is slower.")
NO_OWN = Assessment("kernels:wasm", spec(), "unusable", "The network is another.")


def why(best: Assessment, *others: Assessment, requested: str = AUTO) -> tuple[str, ...]:
    return explain(spec(), best, (*others, best), requested)


def test_the_fastest_is_compared_with_all_that_are_right() -> None:
    slow = Assessment("ort:webgpu", spec(), "right", predicted_ms=951.0)
    assert why(WASM, WEBGL, slow, SLOW_WASM) == (
        "WebAssembly is the fastest here: about 107 ms for this size; WebGL about 949 ms, WebGPU about 1.0 s.",
    )


def test_an_engine_that_nobody_waits_for_needs_no_comparison() -> None:
    unneeded = Assessment("onnxjs:webgl", spec(), "unneeded")
    assert why(WASM, unneeded, NO_WEBGPU) == ("WebAssembly needs only about 107 ms for this size.",)


def test_without_a_comparison_the_graphics_processor_is_what_people_ask_about() -> None:
    untried = Assessment("onnxjs:webgl", spec(), "untried", "WebGL runs on the processor here.")
    assert why(WASM, untried, NO_WEBGPU, SLOW_WASM, NO_OWN) == (
        "WebGL runs on the processor here.",
        "This browser offers no WebGPU.",
        "WebAssembly is the fastest engine that this leaves.",
    )
    assert why(WASM, SLOW_WASM, NO_OWN) == ()


@pytest.mark.parametrize(
    ("padding", "status", "sentence"),
    [
        ("reflect", "wrong", "This device's WebGL computes wrong pixels for reflect padding; using WebAssembly."),
        ("zero", "wrong", "This device's WebGL computes wrong pixels; using WebAssembly."),
        ("reflect", "crashed", "WebGL does not run on this device; using WebAssembly."),
        ("reflect", "late", "WebGL was not ready in time; using WebAssembly."),
    ],
)
def test_what_failed_is_said_before_what_is_slower(padding: str, status: str, sentence: str) -> None:
    failed = Assessment("onnxjs:webgl", spec(padding), status)
    assert why(WASM, failed, Assessment("ort:webgpu", spec(), "right", predicted_ms=500.0)) == (sentence,)


def test_another_variant_than_asked_for_comes_first() -> None:
    zero = Assessment("onnxjs:webgl", spec("zero"), "right", predicted_ms=20.0)
    late = Assessment("ort:webgpu", spec(), "late")
    assert why(zero, late, WASM) == (
        "This device's WebGL computes wrong pixels for reflect padding; using the style's variant with zero padding.",
        "WebGPU was not ready in time; using WebGL.",
    )


def test_an_engine_chosen_by_hand_is_not_compared() -> None:
    assert why(WASM, requested="ort:wasm") == ("WebAssembly was chosen by hand.",)


def test_of_an_engine_chosen_by_hand_its_own_fault_is_said() -> None:
    assert why(WASM, NO_WEBGL, NO_WEBGPU, requested="ort:webgpu") == (
        "This browser offers no WebGPU. Using WebAssembly.",
    )
    crashed = Assessment("onnxjs:webgl", spec(), "crashed")
    assert why(WASM, crashed, NO_WEBGPU, requested="onnxjs:webgl") == (
        "WebGL does not run on this device; using WebAssembly.",
    )


def test_a_sentence_begins_with_a_capital_whatever_the_engines_name() -> None:
    own = Assessment("kernels:wasm", spec(), "right", predicted_ms=1234.0)
    assert why(own, requested="kernels:wasm") == ("This site's own engine was chosen by hand.",)
    assert why(own, WEBGL)[0].startswith("This site's own engine is the fastest here: about 1.2 s for this size; ")
