"""What `check` believes of ONNX.js is what its backends did with the ONNX project's own tests."""

import json

import pytest

from build.compiler.targets.catalogue import TARGETS
from build.compiler.targets.operators import supports
from tests.support.paths import ROOT

RESULTS = ROOT / "benchmarks" / "conformance.json"
BACKENDS = ("webgl", "wasm", "cpu")


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_tables_agree_with_the_measured_conformance(backend: str) -> None:
    target = TARGETS[f"onnxjs-0.1.8:{backend}"]
    passed, missing = 0, 0
    for test in json.loads(RESULTS.read_text(encoding="utf-8"))["tests"]:
        verdict, message = test["results"].get(f"onnxjs:{backend}", ("", ""))
        operator, opset = test["operator"], test["opset"]
        if not operator or opset > target.highest_opset or "_expanded" in test["name"]:
            continue
        listed = operator in target.removed_by_engine or supports(target.operators, operator, opset)
        if verdict == "pass":
            passed += 1
            assert listed, f"{test['name']} passed, and the table has no {operator} at opset {opset}"
        if message == "unsupported-operator":
            missing += 1
            assert not listed, f"{test['name']}: {message}, and the table has {operator} at opset {opset}"
    assert passed > 100
    assert missing > 100
