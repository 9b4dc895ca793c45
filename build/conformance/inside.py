"""The half that runs in Pyodide: each case through `InferenceSession`, compared with numpy."""

import base64
import json
import re
from typing import Any

import numpy as np

from app_py.kernels.session import InferenceSession
from app_py.onnxruntime import platform as platforms
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.errors import OrtError

LIMIT_S = 30.0

_CRASH = re.compile(r"abort|unreachable|out of bounds|memory|table index|context|device", re.IGNORECASE)
"""Reasons after which an engine may be broken for what comes next."""


async def run_cases(provider: str, text: str) -> str:
    """Run cases on one engine; returns JSON: `[[name, status, reason], ...]` with status pass, wrong or refused."""
    worker = EngineWorker(platforms.current())
    results = []
    for case in json.loads(text):
        if not worker.alive:
            worker = EngineWorker(platforms.current())
        status, reason = await _run_case(provider, case, worker)
        results.append([case["name"], status, reason])
        if _CRASH.search(reason):
            worker.kill()
    worker.kill()
    return json.dumps(results)


async def _run_case(provider: str, case: dict[str, Any], worker: EngineWorker) -> tuple[str, str]:
    try:
        model = base64.b64decode(case["model"])
        session = await InferenceSession.create(model, [provider], worker=worker, threads=1, timeout_s=LIMIT_S)
        if not case["sets"]:
            return "refused", "type"
        for inputs, expected in case["sets"]:
            feeds = {node.name: _array(value) for node, value in zip(session.get_inputs(), inputs, strict=True)}
            outputs = await session.run_async(None, feeds, timeout_s=LIMIT_S)
            for output, value in zip(outputs, expected, strict=True):
                difference = _difference(output, _array(value), case)
                if difference:
                    return "wrong", difference
        await session.close()
    except OrtError as error:
        return "refused", _reason(error)
    return "pass", ""


def _reason(error: OrtError) -> str:
    """A word where the kind is known, else the engine's own words."""
    if error.code == "invalid-argument":
        return "type"
    return (
        error.code
        if error.code != "engine-failed"
        else str(error).removeprefix("The engine failed: ").splitlines()[0][:160]
    )


def _difference(output: Any, expected: Any, case: dict[str, Any]) -> str:
    if output.shape != expected.shape:
        return f"shape {list(output.shape)} instead of {list(expected.shape)}"
    if output.dtype != expected.dtype:
        return f"type {output.dtype} instead of {expected.dtype}"
    if np.allclose(output, expected, case["relative"], case["absolute"], equal_nan=True):
        return ""
    with np.errstate(invalid="ignore"):
        return f"off by {np.nanmax(np.abs(output.astype(np.float64) - expected.astype(np.float64))):.3g}"


def _array(value: dict[str, Any]) -> Any:
    data = np.frombuffer(base64.b64decode(value["data"]), np.dtype(value["dtype"]))
    return data.reshape(value["shape"]).astype(np.dtype(value["dtype"]).newbyteorder("="))
