"""The dicts with which classifiers end are made in Python, of the tensor that the engine computes."""

import numpy as np
import pytest

from app_py.onnxruntime.onnx_header import read_header
from app_py.onnxruntime.session import InferenceSession
from app_py.onnxruntime.zipmap import ZipMap, without_zipmaps
from tests.shared.support import onnx_bytes
from tests.shared.support.fake_engine import FakePlatform
from tests.shared.support.onnx_bytes import FLOAT

RELU = onnx_bytes.node("Relu", ["x"], ["scores"])
IN_ML = b"\x3a\x0aai.onnx.ml"
"""The field of a NodeProto that names its domain."""


def zipmap(output: str, *labels: int) -> bytes:
    return onnx_bytes.node("ZipMap", ["scores"], [output], classlabels_int64s=list(labels)) + IN_ML


def model(nodes: list[bytes], *outputs: str) -> bytes:
    values = [(name, FLOAT, (None, 2)) for name in outputs]
    return onnx_bytes.model_of(nodes, [], [("x", FLOAT, (None, 2))], values)


def outputs(data: bytes) -> list[str]:
    return [value.name for value in read_header(data).outputs]


def test_the_tensor_takes_the_place_of_the_dicts() -> None:
    changed, found = without_zipmaps(model([RELU, zipmap("maps", 4, 7)], "maps"))
    assert found == (ZipMap("maps", "scores", (4, 7)),)
    assert outputs(changed) == ["scores"]
    assert b"ZipMap" not in changed
    assert b"Relu" in changed
    rows = found[0].build(np.array([[0.25, 0.75], [1, 0]], np.float32))
    assert rows == [{4: 0.25, 7: 0.75}, {4: 1.0, 7: 0.0}]


def test_a_tensor_that_is_an_output_anyway_is_one_once() -> None:
    changed, found = without_zipmaps(
        model([RELU, zipmap("maps", 4, 7), zipmap("again", 1, 2)], "scores", "maps", "again")
    )
    assert [made.output for made in found] == ["maps", "again"]
    assert outputs(changed) == ["scores"]


@pytest.mark.parametrize(
    ("nodes", "names"),
    [
        ([RELU], ["scores"]),
        ([RELU, zipmap("inner", 4, 7)], ["scores"]),
        ([RELU, onnx_bytes.node("ZipMap", ["scores"], ["other"], classlabels_int64s=[4, 7])], ["other"]),
    ],
    ids=["none", "one whose dicts nobody gets", "one of another domain"],
)
def test_a_file_without_them_stays_as_it_is(nodes: list[bytes], names: list[str]) -> None:
    data = model(nodes, *names)
    assert without_zipmaps(data) == (data, ())


def test_a_session_gives_the_dicts_and_the_tensor_by_their_names() -> None:
    scores = np.array([[0.25, 0.75]], np.float32)
    platform = FakePlatform(lambda _provider, feed: feed)
    session = InferenceSession(model([RELU, zipmap("maps", 4, 7)], "scores", "maps"), platform=platform)
    assert [value.name for value in session.get_outputs()] == ["scores", "maps"]
    tensor, maps = session.run(None, {"x": scores})
    np.testing.assert_array_equal(tensor, scores)
    assert maps == [{4: 0.25, 7: 0.75}]
    assert session.run(["maps"], {"x": scores}) == [[{4: 0.25, 7: 0.75}]]


def test_labels_are_numbers_with_a_sign_or_texts() -> None:
    text = onnx_bytes.node("ZipMap", ["scores"], ["texts"]) + IN_ML
    text += onnx_bytes._field(5, onnx_bytes._field(1, "classlabels_strings") + onnx_bytes._field(9, "a") * 2)
    _, found = without_zipmaps(model([RELU, zipmap("maps", -1, 7), text], "maps", "texts"))
    assert [made.labels for made in found] == [(-1, 7), ("a", "a")]
