"""Models and values of which an engine is known to compute something else are refused."""

import pytest

from app_py.onnxruntime.errors import Fail
from app_py.onnxruntime.errors import NotImplemented as Unsupported
from app_py.onnxruntime.known_faults import check_model
from app_py.onnxruntime.onnx_header import OnnxHeader, read_header
from tests.shared.support import onnx_bytes
from tests.shared.support.onnx_bytes import FLOAT, INT64


def header(read: int = INT64, made: int = INT64, operator: str = "Add", opset: int = 13) -> OnnxHeader:
    return read_header(
        onnx_bytes.model([("x", read, ("n",))], [("y", made, ("n",))], operators=["Relu", operator], opset=opset)
    )


def test_sums_of_wide_integers_are_refused_by_engines_of_32_bits() -> None:
    with pytest.raises(
        Unsupported, match=r"ONNX\.js computes 64-bit integers in 32 bits.*the provider ort:wasm"
    ) as caught:
        check_model("onnxjs:cpu", header())
    assert caught.value.code == "unsupported-type"
    check_model("ort:wasm", header())


@pytest.mark.parametrize(
    "model",
    [header(operator="Gather"), header(read=FLOAT), header(made=FLOAT)],
    ids=["no sum", "from floats", "to floats"],
)
def test_what_stays_within_32_bits_is_not_refused(model: OnnxHeader) -> None:
    check_model("onnxjs:cpu", model)


def test_the_newest_opset_that_an_engine_knows() -> None:
    check_model("onnxjs:webgl", header(FLOAT, FLOAT, opset=27))
    with pytest.raises(Fail, match="The model's opset 28 is too new for this engine, which knows up to 27") as caught:
        check_model("onnxjs:webgl", header(FLOAT, FLOAT, opset=28))
    assert caught.value.code == "model-too-new"
    check_model("ort:wasm", header(FLOAT, FLOAT, opset=28))  # onnxruntime says so itself


def test_a_model_of_other_operators_alone_has_no_opset_to_be_too_new() -> None:
    model = header(FLOAT, FLOAT)
    model.opsets.clear()
    check_model("onnxjs:webgl", model)
