"""The operator test's comparison, texts and page logic."""

import asyncio
import io
import json
from collections.abc import Awaitable
from typing import Any

import numpy as np
import pytest

from app_py.errors import EngineError, ManifestError
from app_py.ops.cases import Case, Tolerance, parse_cases
from app_py.ops.comparison import compare, difference_picture, first_rows
from app_py.ops.desk import OpsDesk
from app_py.ops.inputs import noise, ramp
from app_py.ops.report import make_tables, predecessor_text, to_markdown
from app_py.ops.results import Result, make_document
from app_py.report.device import describe_device
from tests.shared.fake_engine import DEATH, FakePlatform
from tests.shared.fake_models import MODEL
from tests.shared.fake_page import FakePage, until

TOLERANCE = Tolerance(1e-3, 1e-3)
SHAPE = (1, 3, 8, 20)


def entry(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "title": name.title(),
        "operators": ["Relu"],
        "input": {"fill": "noise", "shape": list(SHAPE)},
        "output": list(SHAPE),
        "model": {"file": f"{name}.onnx"},
        "expected": {"file": f"{name}.npz"},
    }


def listing() -> bytes:
    content = {"version": 1, "tolerance": {"absolute": 1e-3, "relative": 1e-3}, "cases": [entry("one"), entry("two")]}
    return json.dumps(content).encode()


def expected() -> np.ndarray[Any, Any]:
    return np.maximum(noise(SHAPE), 0)


def site() -> dict[str, bytes]:
    out = io.BytesIO()
    np.savez(out, expected=expected())
    files = {f"../models/ops/{name}.onnx": MODEL for name in ("one", "two")}
    files |= {f"../models/ops/{name}.npz": out.getvalue() for name in ("one", "two")}
    return {**files, "../models/ops/ops.json": listing()}


def test_the_inputs() -> None:
    values = ramp((1, 1, 2, 200)).ravel()
    assert values[0] == 0
    assert values[255] == 1
    assert values[256] == 0
    assert values[1] == pytest.approx(1 / 255)
    scattered = noise((1, 8, 24, 20))
    assert scattered.dtype == np.float32
    assert -1 <= scattered.min() < -0.99
    assert 0.99 < scattered.max() <= 1
    assert abs(scattered.mean()) < 0.02


@pytest.mark.parametrize(
    ("found", "wrong", "error"),
    [
        (expected(), 0, 0.0),
        (expected() * np.float32(1.0005), 0, None),
        (expected() + np.float32(0.5), 480, 0.5),
        (np.zeros_like(expected()), None, None),
    ],
)
def test_comparison(found: Any, wrong: int | None, error: float | None) -> None:
    comparison = compare(found, expected(), TOLERANCE)
    assert comparison.passed == (wrong == 0)
    if wrong is not None:
        assert comparison.wrong_values == wrong
    if error is not None:
        assert comparison.max_abs_error == pytest.approx(error, abs=1e-6)


def test_values_that_are_no_numbers_are_wrong() -> None:
    found = expected()
    found[0, 1, 2, 3] = np.nan
    comparison = compare(found, expected(), TOLERANCE)
    assert (comparison.max_abs_error, comparison.wrong_values, comparison.passed) == (None, 1, False)
    assert compare(found[:, :2], expected(), TOLERANCE).passed is False


def test_the_picture_shows_where() -> None:
    found = expected()
    found[0, 2, 5, 7] += 10
    picture = difference_picture(found, expected())
    assert picture is not None
    assert picture.shape == (8, 3 * 20 + 2 * 4, 3)
    assert picture[5, 2 * 24 + 7].tolist() == [255, 0, 0]
    assert picture[0, 2 * 24].tolist() == [255, 255, 255]
    assert difference_picture(found[:, :2], expected()) is None
    found[0, 2, 5, 7] = np.nan
    assert difference_picture(found, expected()) is not None


def test_rows_are_the_predecessors() -> None:
    rows = first_rows(ramp((1, 3, 130, 130)))
    assert [row["row"] for row in rows] == [0, 65]
    assert len(rows[0]["values"]) == 16  # type: ignore[arg-type]
    assert first_rows(np.zeros((2, 2), np.float32)) == []


def sample(*verdicts: str) -> Any:
    case = Case("pad", "Pad 'Zero' mode", ("Pad",), "ramp", SHAPE, "../models/ops/pad.onnx", "../models/ops/pad.npz")
    results = [
        Result(
            case,
            "onnxjs:webgl",
            verdict,  # type: ignore[arg-type]
            max_abs_error=0.25 if verdict == "fail" else 0.0,
            wrong_values=3 if verdict == "fail" else 0,
            dims=SHAPE,
            rows=tuple(first_rows(ramp(SHAPE))),
            run_ms=1.0,
        )
        if verdict in ("pass", "fail")
        else Result(case, "onnxjs:webgl", verdict, error=EngineError("It said <no>."))  # type: ignore[arg-type]
        for verdict in verdicts
    ]
    return make_document(describe_device({}), "2026-11-22T10:41:06+01:00", TOLERANCE, results, False)


def test_texts() -> None:
    text = predecessor_text(sample("pass"))
    for line in (
        "Description: [describe the result here]",
        "ONNX.js Op Test - Pad 'Zero' mode",
        "-" * 70,
        "output tensor dimension:1,3,8,20",
        "output tensor size:480",
        "row 0:",
        "output.data[0, 1]: 0.003922",
        "... ... ...",
        "row 4:",
        "output.data[4,15]: 0.372549",
    ):
        assert line in text.split("\r\n"), line
    assert "!!!inference error!!! It said <no>." in predecessor_text(sample("error"))
    assert "FAIL, 0.2" in to_markdown(sample("fail"))
    assert "It said \\<no\\>." in to_markdown(sample("error"))
    assert len(make_tables(sample("pass"))) == 1
    assert make_tables(sample("unavailable"))[1].rows[0][3] == "not on this device"


@pytest.mark.parametrize("text", [b"{", b"[]", b'{"version": 2}', b'{"version": 1, "cases": [{}], "tolerance": {}}'])
def test_a_damaged_list(text: bytes) -> None:
    with pytest.raises(ManifestError, match="python -m build ops"):
        parse_cases(text)


def run(work: Awaitable[None]) -> None:
    FakePlatform().block_on(work)


def test_every_engine_gets_every_test() -> None:
    async def story() -> None:
        platform = FakePlatform(lambda provider, feed: np.maximum(feed, 0) + np.float32(provider == "onnxjs:webgl"))
        unavailable = {"code": "engine-unavailable", "message": "No."}
        platform.troubles[("ort:webgpu", "create")] = [unavailable, unavailable]
        platform.troubles[("onnxjs:cpu", "run")] = [DEATH]
        page = FakePage(site())
        desk = OpsDesk(page, platform)
        desk.receive({"type": "open", "query": "?autorun=1", "fragment": ""})
        shown = await until(page, "done", "error")
        verdicts = {
            (result["engine"], result["case"]): result["verdict"] for result in json.loads(shown["results"])["results"]
        }
        assert len(verdicts) == 5 * 2
        assert {verdicts["ort:wasm", "one"], verdicts["onnxjs:wasm", "two"]} == {"pass"}
        assert verdicts["onnxjs:webgl", "one"] == "fail"
        assert verdicts["ort:webgpu", "one"] == "unavailable"
        # The worker died in the first test; the second got a fresh one.
        assert (verdicts["onnxjs:cpu", "one"], verdicts["onnxjs:cpu", "two"]) == ("error", "pass")
        assert shown["status"] == "5 passed, 3 failed. 1 engine does not start on this device."
        assert len(shown["pictures"]) == 2
        assert shown["pictures"][0]["url"].startswith("data:image/png;base64,")
        await asyncio.sleep(0)
        assert all(worker.terminated for worker in platform.workers[:-1])

    run(story())


def test_an_unknown_engine_and_missing_tests_get_a_sentence() -> None:
    async def story() -> None:
        page = FakePage(site())
        OpsDesk(page, FakePlatform()).receive({"type": "open", "query": "?engines=tfjs&autorun=1", "fragment": ""})
        assert (await until(page, "error"))["error"] == "plan-invalid"
        empty = FakePage({})
        OpsDesk(empty, FakePlatform()).receive({"type": "open", "query": "", "fragment": ""})
        assert (await until(empty, "error"))["error"] == "not-found"

    run(story())
