"""A file whose ZipMap was taken out is a right one, and gives the same dicts."""

import numpy as np
import onnx
import onnxruntime

from app_py.onnxruntime.zipmap import without_zipmaps
from tests.support import onnx_programs

ROWS = np.array([[5.1, 3.5, 1.4, 0.2], [6.7, 3.0, 5.2, 2.3]], np.float32)


def test_the_dicts_are_those_of_onnxruntime() -> None:
    model = onnx_programs.iris()
    _, expected = onnxruntime.InferenceSession(model).run(None, {"X": ROWS})
    changed, (zipmap,) = without_zipmaps(model)
    onnx.checker.check_model(onnx.load_from_string(changed))
    session = onnxruntime.InferenceSession(changed)
    assert [value.name for value in session.get_outputs()] == ["output_label", "scores"]
    (scores,) = session.run(["scores"], {"X": ROWS})
    for found, wanted in zip(zipmap.build(scores), expected, strict=True):
        assert list(found) == list(wanted) == list(zipmap.labels)
        np.testing.assert_allclose(list(found.values()), list(wanted.values()), rtol=1e-6)


def test_other_files_stay_as_they_are() -> None:
    model = onnx_programs.digits()
    assert without_zipmaps(model) == (model, ())
