"""The operator test's comparison, texts and page logic."""

import asyncio
import io
import json
from collections.abc import Awaitable
from typing import Any

import numpy as np
import pytest

from app_py.errors import EngineError, ManifestError
from app_py.pages.operator_test.cases import Case, Tolerance, parse_cases
from app_py.pages.operator_test.comparison import compare, difference_picture, first_rows
from app_py.pages.operator_test.controller import OperatorTestController
from app_py.pages.operator_test.inputs import noise, ramp
from app_py.pages.operator_test.report import make_tables, predecessor_text, to_markdown
from app_py.pages.operator_test.results import Result, make_document
from app_py.pages.report.device import describe_device
from tests.shared.support.fake_engine import DEATH, FakePlatform
from tests.shared.support.fake_models import MODEL
from tests.shared.support.fake_page import FakePage, until

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
    assert picture.image.shape == (8, 3 * 20 + 2 * 4, 3)
    assert picture.image[5, 2 * 24 + 7].tolist() == [255, 0, 0]
    assert picture.image[0, 2 * 24].tolist() == [255, 255, 255]
    assert difference_picture(found[:, :2], expected()) is None


@pytest.mark.parametrize("error", [0.004, 10.0])
def test_red_is_scaled_to_the_largest_error(error: float) -> None:
    found = expected()
    found[0, 2, 5, 7] += error
    found[0, 2, 6, 8] += error / 2
    picture = difference_picture(found, expected())
    assert picture is not None
    red = picture.image[:, 2 * 24 :, 1]
    assert (red[5, 7], red[0, 0]) == (0, 255)
    assert abs(int(red[6, 8]) - 128) <= 1
    assert picture.full_red == pytest.approx(error, rel=1e-3)


def test_what_is_no_number_is_red_beside_what_is_off() -> None:
    found = expected()
    found[0, 2, 5, 7] = np.nan
    found[0, 2, 6, 8] += 0.25
    picture = difference_picture(found, expected())
    assert picture is not None
    assert picture.image[5, 2 * 24 + 7].tolist() == picture.image[6, 2 * 24 + 8].tolist() == [255, 0, 0]
    assert picture.full_red == pytest.approx(0.25)


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


GPUS = {
    "webgl": {"vendor": "ACME", "renderer": "ACME 3000"},
    "webgpu": {"vendor": "acme", "architecture": "", "description": "", "fallback": False},
}


def run(work: Awaitable[None]) -> None:
    FakePlatform().block_on(work)


def test_every_engine_gets_every_test() -> None:
    async def story() -> None:
        platform = FakePlatform(
            lambda provider, feed: np.maximum(feed, 0) + np.float32(provider == "onnxjs:webgl"), GPUS
        )
        unavailable = {"code": "engine-unavailable", "message": "No."}
        platform.troubles[("ort:webgpu", "create")] = [unavailable, unavailable]
        platform.troubles[("onnxjs:cpu", "run")] = [DEATH]
        page = FakePage(site())
        desk = OperatorTestController(page, platform)
        desk.receive({"type": "open", "query": "?autorun=1", "fragment": ""})
        shown = await until(page, "done", "error")
        verdicts = {
            (result["engine"], result["case"]): result["verdict"] for result in json.loads(shown["results"])["results"]
        }
        assert len(verdicts) == 6 * 2
        assert {verdicts["ort:wasm", "one"], verdicts["onnxjs:wasm", "two"]} == {"pass"}
        assert verdicts["onnxjs:webgl", "one"] == "fail"
        assert verdicts["kernels:wasm", "one"] == "refused"
        assert verdicts["ort:webgpu", "one"] == "unavailable"
        # The worker died in the first test; the second got a fresh one.
        assert (verdicts["onnxjs:cpu", "one"], verdicts["onnxjs:cpu", "two"]) == ("error", "pass")
        assert shown["status"] == "5 passed, 3 failed. 1 engine does not start on this device."
        assert len(shown["pictures"]) == 2
        assert shown["pictures"][0]["url"].startswith("data:image/png;base64,")
        assert shown["pictures"][0]["fullRed"] == "1"
        await asyncio.sleep(0)
        assert all(worker.terminated for worker in platform.workers[:-1])

    run(story())


def test_an_engine_that_cannot_run_is_offered_only_to_who_asks_for_it() -> None:
    async def offered(query: str) -> list[str]:
        page = FakePage(site())
        OperatorTestController(page, FakePlatform(lambda _provider, feed: feed)).receive(
            {"type": "open", "query": query, "fragment": ""}
        )
        return [choice["value"] for choice in (await until(page, "ready", "done"))["options"]["engines"]]

    async def story() -> None:
        wasm = ["kernels:wasm", "ort:wasm", "onnxjs:wasm", "onnxjs:cpu"]
        assert await offered("") == wasm
        assert "onnxjs:webgl" in await offered("?engines=onnxjs:webgl&autorun=1")
        assert await offered("?autorun=1") == wasm

    run(story())


def test_an_unknown_engine_and_missing_tests_get_a_sentence() -> None:
    async def story() -> None:
        page = FakePage(site())
        OperatorTestController(page, FakePlatform()).receive(
            {"type": "open", "query": "?engines=tfjs&autorun=1", "fragment": ""}
        )
        assert (await until(page, "error"))["error"] == "plan-invalid"
        empty = FakePage({})
        OperatorTestController(empty, FakePlatform()).receive({"type": "open", "query": "", "fragment": ""})
        assert (await until(empty, "error"))["error"] == "not-found"

    run(story())


def test_stopped_at_once_there_is_a_report_with_the_device() -> None:
    async def story() -> None:
        page = FakePage(site())
        page.stalled = {"../models/ops/one.onnx"}
        desk = OperatorTestController(page, FakePlatform())
        desk.receive({"type": "open", "query": "?engines=ort:wasm&autorun=1", "fragment": ""})
        await until(page, "running")
        for _ in range(50):
            await asyncio.sleep(0.002)
        desk.receive({"type": "stop"})
        shown = await until(page, "done", "error")
        document = json.loads(shown["results"])
        assert (document["stopped"], document["results"], shown["tables"]) == (True, [], [])
        assert "os: " in shown["texts"]["predecessor"]
        assert "stopped before the end" in shown["texts"]["markdown"]
        assert "- System: " in shown["texts"]["markdown"]

    run(story())


def test_a_file_that_does_not_come_is_one_tests_error() -> None:
    async def story() -> None:
        page = FakePage(site())
        page.broken = {"../models/ops/one.npz"}
        OperatorTestController(page, FakePlatform(lambda _provider, feed: np.maximum(feed, 0))).receive(
            {"type": "open", "query": "?engines=ort:wasm&autorun=1", "fragment": ""}
        )
        first, second = json.loads((await until(page, "done", "error"))["results"])["results"]
        assert (first["error"]["code"], second["verdict"]) == ("network", "pass")

    run(story())


@pytest.mark.parametrize("damage", [b"", b"PK no zip", b"\x93NUMPY", "cut", "flipped", "pickled", "other name"])
def test_a_damaged_file_of_expected_values_is_one_tests_error(damage: bytes | str) -> None:
    async def story() -> None:
        files = site()
        files["../models/ops/one.npz"] = damage if isinstance(damage, bytes) else damaged(damage)
        page = FakePage(files)
        OperatorTestController(page, FakePlatform(lambda _provider, feed: np.maximum(feed, 0))).receive(
            {"type": "open", "query": "?engines=ort:wasm&autorun=1", "fragment": ""}
        )
        first, second = json.loads((await until(page, "done", "error"))["results"])["results"]
        assert (first["verdict"], first["error"]["code"]) == ("error", "model-unavailable")
        assert second["verdict"] == "pass"

    run(story())


def damaged(how: str) -> bytes:
    """Expected values that somebody has spoilt."""
    out = io.BytesIO()
    if how == "pickled":
        np.savez(out, expected=np.array([{}], dtype=object))
    elif how == "other name":
        np.savez(out, values=expected())
    else:
        np.savez_compressed(out, expected=expected())
    data = bytearray(out.getvalue())
    if how == "cut":
        del data[len(data) // 2 :]
    if how == "flipped":
        data[len(data) // 2] ^= 0xFF
    return bytes(data)


def test_an_address_with_tests_nobody_knows_gets_a_sentence() -> None:
    async def story() -> None:
        page = FakePage(site())
        OperatorTestController(page, FakePlatform()).receive(
            {"type": "open", "query": "?tests=nonsense", "fragment": ""}
        )
        shown = await until(page, "ready", "error")
        assert (shown["state"], shown["error"]) == ("error", "plan-invalid")
        assert "nonsense" in shown["status"]

    run(story())
