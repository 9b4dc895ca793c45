"""The tests: those that the `onnx` package generates, and their graphs at older opsets where they are valid."""

import base64
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
import onnxruntime
from onnx.backend.test.case.test_case import TestCase

from build.compiler.targets.operators import load_table

OLDER_OPSETS = (7, 11, 13)
"""Where engines of different age differ: ONNX.js was made for 7, 11 changed many operators, 13 moved axes to inputs."""

SEVERAL = "(several operators)"


@dataclass(frozen=True)
class Case:
    """One model with feeds and expected results. `sets` is empty where they hold what no engine here can hold."""

    name: str
    operator: str
    opset: int
    model: bytes
    sets: tuple[tuple[tuple[Any, ...], tuple[Any, ...]], ...]
    relative: float
    absolute: float
    older: bool = False

    def to_json(self) -> dict[str, Any]:
        """For the page: arrays as dtype, shape and base64."""
        return {
            "name": self.name,
            "model": base64.b64encode(self.model).decode(),
            "sets": [[[_array(value) for value in side] for side in one] for one in self.sets],
            "relative": self.relative,
            "absolute": self.absolute,
        }


def collect_cases(names: str = "") -> list[Case]:
    """All node tests of ONNX's own domain whose name contains `names`, then their variants for older opsets."""
    from onnx.backend.test.case.node import collect_testcases

    with warnings.catch_warnings():
        # Some tests overflow or divide by zero on purpose
        warnings.simplefilter("ignore")
        tests = [(test, test.model) for test in collect_testcases(None) if names in test.name]
        cases = [_case(test, model) for test, model in tests if model is not None and not _domain(model)]
        return cases + [older for case in cases for older in _older(case)]


def cases_for(provider: str, cases: Sequence[Case]) -> list[Case]:
    """The cases for one engine: all, but for WebGPU.

    Its own kernels are tried at each operator's present opset. All else onnxruntime hands to the kernels of `ort:wasm`,
    and on a software GPU a test takes a second.
    """
    if provider != "ort:webgpu":
        return list(cases)
    own = load_table("onnxruntime-web-1.30")["backends"]["webgpu"]
    return [case for case in cases if case.operator in own and not case.older]


def _domain(model: onnx.ModelProto) -> str:
    return next((node.domain for node in model.graph.node if node.domain not in ("", "ai.onnx")), "")


def _case(test: TestCase, model: onnx.ModelProto) -> Case:
    operators = {node.op_type for node in model.graph.node}
    opset = next(entry.version for entry in model.opset_import if entry.domain in ("", "ai.onnx"))
    sets = tuple((tuple(map(_value, one[0])), tuple(map(_value, one[1]))) for one in test.data_sets or ())
    return Case(
        name=test.name,
        operator=operators.pop() if len(operators) == 1 else SEVERAL,
        opset=opset,
        model=model.SerializeToString(),
        sets=sets if all(_is_plain(value) for one in sets for side in one for value in side) else (),
        relative=test.rtol,
        absolute=test.atol,
    )


def _older(case: Case) -> Iterator[Case]:
    """The same graph at older opsets, wherever ONNX's checker takes it and native onnxruntime computes the same.

    ONNX's own reference evaluator would not do: it gives some operators their newest meaning at any opset.
    """
    if case.operator == SEVERAL or not case.sets:
        return
    for opset in OLDER_OPSETS:
        model = onnx.load_from_string(case.model)
        if opset >= case.opset:
            continue
        model.opset_import[0].version = opset
        model.ir_version = min(model.ir_version, 8)
        if _means_the_same(model, case):
            name = f"{case.name}_at_opset{opset}"
            yield Case(
                name, case.operator, opset, model.SerializeToString(), case.sets, case.relative, case.absolute, True
            )


def _means_the_same(model: onnx.ModelProto, case: Case) -> bool:
    try:
        onnx.checker.check_model(model, full_check=True)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 4
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        return all(_agree(session, one, case) for one in case.sets)
    except Exception:  # the checker and onnxruntime raise whatever they like; all of it means no
        return False


def _agree(session: onnxruntime.InferenceSession, one: Sequence[Sequence[Any]], case: Case) -> bool:
    inputs, expected = one
    names = [value.name for value in session.get_inputs()]
    outputs = session.run(None, dict(zip(names, inputs, strict=True)))
    pairs = zip(outputs, expected, strict=True)
    return all(
        got.dtype == want.dtype and np.allclose(got, want, case.relative, case.absolute, equal_nan=True)
        for got, want in pairs
    )


def _value(value: Any) -> Any:
    return onnx.numpy_helper.to_array(value) if isinstance(value, onnx.TensorProto) else value


def _is_plain(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.generic) and np.asarray(value).dtype.kind in "fiub" and _standard(value)


def _standard(value: Any) -> bool:
    # bfloat16 and its like are extension types, which say kind 'f' or 'V' and exist in Python only
    return type(np.asarray(value).dtype).__module__.startswith("numpy")


def _array(value: Any) -> dict[str, Any]:
    array = np.ascontiguousarray(value)
    data = base64.b64encode(array.tobytes()).decode()
    return {"dtype": array.dtype.str, "shape": list(np.shape(value)), "data": data}


def batches(cases: Sequence[Case], size: int) -> Iterable[Sequence[Case]]:
    for start in range(0, len(cases), size):
        yield cases[start : start + size]
