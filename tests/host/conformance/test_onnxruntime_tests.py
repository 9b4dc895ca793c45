"""`build ort-tests` runs a folder of tests in Pyodide and tells every result."""

from pathlib import Path

from build.conformance.onnxruntime_tests import run_tests, to_markdown
from tests.support import onnx_programs

TESTS = """
import unittest
import numpy as np
import onnxruntime as ort
from onnxruntime.capi import _pybind_state as C

class TestAdd(unittest.TestCase):
    def test_right(self):
        (y,) = ort.InferenceSession("data/add.onnx").run(None, {"x": np.ones(2, np.float32)})
        self.assertEqual(y.tolist(), [2, 2])

    def test_wrong(self):
        self.assertEqual(ort.get_device(), "GPU")

    def test_raises(self):
        ort.InferenceSession("missing.onnx")

    @unittest.skip("for a reason")
    def test_skipped(self):
        pass
"""


def test_every_result_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "add.onnx").write_bytes(onnx_programs.add())
    (tmp_path / "onnxruntime_test_python.py").write_text(TESTS)
    (tmp_path / "onnxruntime_test_python_broken.py").write_text("import nothing_such")
    outcomes = {outcome.name.rpartition(".")[2]: outcome for outcome in run_tests(tmp_path, "onnxruntime_test_*.py")}
    statuses = {name: outcome.status for name, outcome in outcomes.items()}
    expected = {"test_right": "passed", "test_wrong": "failed", "test_raises": "error", "test_skipped": "skipped"}
    assert {name: statuses[name] for name in expected} == expected
    assert outcomes["test_raises"].why.startswith("NoSuchFile: missing.onnx")
    assert list(statuses.values()).count("error") == 2
    page = to_markdown(list(outcomes.values()), ["onnxruntime_test_python.py"])
    assert "| 1 | 1 | 2 | 1 |" in page
