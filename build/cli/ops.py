"""`python -m build ops`: the models of the operator test and what they should give, into `models/ops/`."""

import argparse
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from onnx.reference import ReferenceEvaluator
from onnx.reference.op_run import OpRun

from app_py.pages.operator_test.inputs import FILLS, Floats
from build.common.errors import BuildError
from build.common.files import sha256_of, write_atomically
from build.common.paths import ROOT
from build.operator_test.graphs import Case, all_cases

FOLDER = ROOT / "models" / "ops"
LIST = "ops.json"
VERSION = 1

TOLERANCE = {"absolute": 1e-3, "relative": 1e-3}
"""A result may be off by `absolute + relative * |expected|`: above what float32 in another order of sums gives (1e-5),
below what half precision gives, which would be visible after sixteen layers."""

AGREEMENT = 1e-4
"""How close the two computations of the expected values must be to each other."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=FOLDER, help="where to (default: models/ops/)")


def run(arguments: argparse.Namespace) -> int:
    """Write every test, and say how many."""
    count = write_ops(arguments.out)
    print(f"{count} operator tests in {os.path.relpath(arguments.out)}/{LIST}")
    return 0


def write_ops(folder: Path = FOLDER) -> int:
    """Write the models, their expected results and the list of them; returns how many there are.

    The list is written last: where it is, everything it names is.
    """
    entries = []
    for case in all_cases():
        model, expected = case.model.SerializeToString(), compute_expected(case)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, expected=expected)
        write_atomically(folder / f"{case.id}.onnx", model)
        write_atomically(folder / f"{case.id}.npz", buffer.getvalue())
        entries.append(_entry(case, model, buffer.getvalue(), expected))
    content = {"version": VERSION, "tolerance": TOLERANCE, "cases": entries}
    write_atomically(folder / LIST, (json.dumps(content, indent=1) + "\n").encode())
    return len(entries)


class Upsample(OpRun):
    """Nearest neighbour with the factors as an attribute (opset 7), which ONNX's reference does not have."""

    op_domain = ""

    def _run(self, x: Floats, mode: str, scales: Sequence[float]) -> tuple[Floats]:
        if mode != "nearest":
            raise BuildError(f"the operator tests know nearest Upsample only, not {mode}")
        for axis, scale in enumerate(scales):
            x = np.repeat(x, int(scale), axis)
        return (x,)


def compute_expected(case: Case) -> Floats:
    """What the graph should give, by onnxruntime; ONNX's own reference implementation must agree."""
    feeds = {"input": FILLS[case.fill](case.shape)}
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(case.model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    expected: Floats = session.run(None, feeds)[0]
    second = np.asarray(next(iter(ReferenceEvaluator(case.model, new_ops=[Upsample]).run(None, feeds))))
    if expected.shape != second.shape or not np.allclose(expected, second, rtol=AGREEMENT, atol=AGREEMENT):
        raise BuildError(
            f"onnxruntime and ONNX's reference disagree about the operator test {case.id}; this is a defect of ours"
        )
    return expected


def _entry(case: Case, model: bytes, data: bytes, expected: Floats) -> dict[str, Any]:
    return {
        "id": case.id,
        "title": case.title,
        "operators": list(case.operators),
        "input": {"fill": case.fill, "shape": list(case.shape)},
        "output": list(expected.shape),
        "model": {"file": f"{case.id}.onnx", "bytes": len(model), "sha256": sha256_of(model)},
        "expected": {"file": f"{case.id}.npz", "bytes": len(data), "sha256": sha256_of(data)},
    }
