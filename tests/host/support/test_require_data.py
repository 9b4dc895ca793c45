"""`--require-data`: a skip for want of data is a failure, any other skip is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

TESTS = """
import pytest

@pytest.fixture
def data():
    pytest.skip("needs the data folder shared/ beside the project")

def test_data(data):
    pass

@pytest.mark.parametrize("data", [b"of its own"])
def test_parameter(data):
    pass

@pytest.mark.skipif(True, reason="needs models/*.onnx: run `python -m build models`")
def test_models():
    pass

def test_other():
    pytest.skip("its weights are inputs")
"""


@pytest.mark.parametrize(
    ("options", "outcome"),
    [
        ([], "1 passed, 3 skipped"),
        (["--require-data"], "1 passed, 1 skipped, 2 errors"),
        (["-m", "data"], "1 skipped, 3 deselected"),
        (["-m", "data", "--require-data"], "3 deselected, 1 error"),
    ],
)
def test_skips_for_want_of_data_fail_on_request(tmp_path: Path, options: list[str], outcome: str) -> None:
    (tmp_path / "test_skips.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "tests.support.require_data", "-q", *options],
        cwd=tmp_path,
        env={**environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.splitlines()[-1].startswith(outcome), done.stdout
