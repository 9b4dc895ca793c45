"""An engine's test on a small input: right, wrong, crashed or late, how fast, and whose worker lives on."""

import asyncio
import io
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app_py.engines import self_test
from app_py.engines.self_test import MAX_ERROR, MEAN_ERROR, Reference, compare, read_reference, try_engine
from app_py.errors import ModelError
from app_py.onnxruntime.engine_worker import EngineWorker
from tests.shared.support.fake_engine import DEATH, SILENCE, FakePlatform
from tests.shared.support.fake_models import INPUT, MODEL, STYLED_MODEL, right

REFERENCE = Reference(INPUT, right(INPUT))
MEGAPIXELS = INPUT.shape[2] * INPUT.shape[3] / 1e6


def try_it(
    platform: FakePlatform,
    measure_pixels: int = 0,
    limit_s: float = 0.5,
    model: bytes = MODEL,
    reference: Reference = REFERENCE,
) -> tuple[self_test.TestRun, EngineWorker]:
    async def scenario() -> tuple[self_test.TestRun, EngineWorker]:
        worker = EngineWorker(platform)
        return await try_engine(worker, "ort:wasm", model, reference, measure_pixels, limit_s), worker

    found: tuple[self_test.TestRun, EngineWorker] = platform.block_on(scenario())
    return found


def platform_of(offset: float = 0.0) -> FakePlatform:
    return FakePlatform(lambda _, feed: right(feed) + np.float32(offset))


def test_a_right_engine_keeps_its_session_open_and_warm() -> None:
    platform = platform_of(0.25)
    platform.milliseconds = {"ort:wasm": 3.0}
    run, worker = try_it(platform)
    assert run.verdict.status == "right"
    assert run.verdict.max_error == pytest.approx(0.25)
    assert run.verdict.ms_per_megapixel == pytest.approx(3.0 / MEGAPIXELS)
    assert run.session is not None
    assert run.session.worker is worker
    assert worker.alive
    assert platform.log == [("ort:wasm", "create"), ("ort:wasm", "run"), ("ort:wasm", "run")]


def test_of_two_runs_the_quicker_counts() -> None:
    platform = platform_of()
    times = iter([9.0, 4.0])

    def compute(_provider: str, feed: Any) -> Any:
        platform.milliseconds = {"ort:wasm": next(times)}
        return right(feed)

    platform.compute = compute
    assert try_it(platform)[0].verdict.ms_per_megapixel == pytest.approx(4.0 / MEGAPIXELS)


@pytest.mark.parametrize(("milliseconds", "runs"), [(1.0, 4), (60.0, 2)])
def test_what_would_take_long_is_not_run_for_measuring(milliseconds: float, runs: int) -> None:
    platform = platform_of()
    platform.milliseconds = {"ort:wasm": milliseconds}
    pixels = 16 * INPUT.shape[2] * INPUT.shape[3]
    shapes = []

    def compute(_provider: str, feed: Any) -> Any:
        shapes.append(feed.shape)
        return right(feed)

    platform.compute = compute
    verdict = try_it(platform, pixels)[0].verdict
    assert len(shapes) == runs
    if runs == 4:
        assert shapes[-1] == (1, 3, 4 * INPUT.shape[2], 4 * INPUT.shape[3])
        assert verdict.ms_per_megapixel == pytest.approx(milliseconds / MEGAPIXELS / 16)
    else:
        assert verdict.ms_per_megapixel == pytest.approx(milliseconds / MEGAPIXELS)


@pytest.mark.parametrize(
    ("trouble", "status"),
    [({"code": "engine-failed", "message": "no"}, "crashed"), (DEATH, "crashed"), (SILENCE, "late")],
)
def test_what_ends_an_engine_ends_its_worker(trouble: Any, status: str) -> None:
    platform = platform_of()
    platform.troubles["ort:wasm", "run"] = [trouble]
    run, worker = try_it(platform, limit_s=0.02)
    assert (run.verdict.status, run.session) == (status, None)
    assert run.verdict.detail
    assert not worker.alive


def test_a_wrong_engine_ends_as_well() -> None:
    run, worker = try_it(platform_of(9.0))
    assert run.verdict.status == "wrong"
    assert run.verdict.max_error == pytest.approx(9.0, abs=1e-4)
    assert run.session is None
    assert "off by up to 9 of 255" in run.verdict.detail
    assert not worker.alive


def test_a_model_that_cannot_be_read_is_no_verdict_on_the_engine() -> None:
    platform = platform_of()
    worker = EngineWorker(platform)
    with pytest.raises(ModelError):
        platform.block_on(try_engine(worker, "ort:wasm", b"no model", REFERENCE, 0, 1.0))
    assert not worker.alive


def test_what_a_person_could_see_is_wrong() -> None:
    expected = np.full((1, 3, 100, 100), 128, np.float32)
    assert (MAX_ERROR, MEAN_ERROR) == (3.0, 0.5)

    def with_spot(error: float) -> Any:
        output = expected.copy()
        output[0, 0, 0, 0] += error
        return compare(output, expected)

    assert with_spot(MAX_ERROR) is None
    assert with_spot(-MAX_ERROR) is None
    assert with_spot(MAX_ERROR + 0.1).status == "wrong"
    assert compare(expected + np.float32(MEAN_ERROR), expected) is None
    assert compare(expected - np.float32(MEAN_ERROR + 0.01), expected) is not None
    for poison in (np.nan, np.inf):
        verdict = with_spot(poison)
        assert (verdict.status, verdict.max_error, verdict.detail) == (
            "wrong",
            255.0,
            "its output holds NaN or infinity",
        )
    verdict = compare(expected[:, :, 1:], expected)
    assert verdict is not None
    assert (verdict.status, verdict.max_error) == ("wrong", 255.0)
    assert "has the shape (1, 3, 99, 100), not (1, 3, 100, 100)" in verdict.detail


def test_a_reference_and_its_further_feeds() -> None:
    out = io.BytesIO()
    np.savez(out, input=INPUT, output=right(INPUT), style=np.ones((1, 2), np.float32))
    reference = read_reference(out.getvalue())
    np.testing.assert_array_equal(reference.input, INPUT)
    np.testing.assert_array_equal(reference.output, right(INPUT))
    assert list(reference.others) == ["style"]
    bare = io.BytesIO()
    np.savez(bare, input=INPUT)
    for data in (b"", b"PK no", out.getvalue()[:-40], bare.getvalue()):
        with pytest.raises(ModelError, match="The reference with which engines are tested is damaged"):
            read_reference(data)


@pytest.mark.parametrize(("over_ms", "runs"), [(0.0, 4), (0.5, 2)])
def test_the_limit_of_a_measurement(over_ms: float, runs: int) -> None:
    assert self_test.LONGEST_MEASURE_MS == 500.0
    platform = platform_of()
    platform.milliseconds = {"ort:wasm": self_test.LONGEST_MEASURE_MS + over_ms}
    square = np.zeros((1, 3, 250, 250), np.float32)
    run, _ = try_it(platform, 250 * 250, reference=Reference(square, right(square)))
    assert run.verdict.status == "right"
    assert platform.log.count(("ort:wasm", "run")) == runs


def test_a_measurement_of_fewer_pixels_than_the_reference_has_is_on_the_reference() -> None:
    platform = platform_of()
    shapes = []

    def compute(_provider: str, feed: Any) -> Any:
        shapes.append(feed.shape)
        return right(feed)

    platform.compute = compute
    try_it(platform, 10)
    assert shapes == [INPUT.shape] * 4


def test_further_feeds_go_into_every_run() -> None:
    platform = platform_of()
    style = np.array([[0.25, 0.75]], np.float32)
    fed: list[Any] = []

    def compute(_provider: str, feed: Any) -> Any:
        fed.append(platform.fed["style"])
        return right(feed)

    platform.compute = compute
    run, _ = try_it(platform, 4 * INPUT.size, model=STYLED_MODEL, reference=replace(REFERENCE, others={"style": style}))
    assert run.verdict.status == "right"
    np.testing.assert_array_equal(fed, [style] * 4)


def test_a_test_that_is_called_off_ends_its_worker() -> None:
    platform = platform_of()
    platform.troubles["ort:wasm", "run"] = [SILENCE]

    async def scenario() -> bool:
        worker = EngineWorker(platform)
        test = asyncio.ensure_future(try_engine(worker, "ort:wasm", MODEL, REFERENCE, 0, 60.0))
        while ("ort:wasm", "run") not in platform.log:
            await asyncio.sleep(0)
        test.cancel()
        with pytest.raises(asyncio.CancelledError):
            await test
        return worker.alive

    assert not platform.block_on(scenario())
