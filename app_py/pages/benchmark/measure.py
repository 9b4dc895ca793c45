"""Measures one combination: a fresh engine, a fresh session, a warm-up, the timed runs, and whether it was right."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Protocol, TypeVar

import numpy as np

from app_py.engines.self_test import MAX_ERROR, read_reference
from app_py.errors import AppError
from app_py.i18n import tr
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.pages.benchmark.plan import Combination
from app_py.pages.benchmark.results import STOPPED, Check, Result
from app_py.photo.tensors import NchwTensor
from app_py.session import Session

OPEN_LIMIT_S = 120.0
"""An engine hangs that says nothing for so long while it opens a model, or still loads after five times as long."""

PAUSE_S = 0.01
"""Between runs, off the clock, so that the page can draw and messages can come in."""

STARTER = bytes.fromhex(
    "08043a360a0f0a01781201791a0172220452656c751201675a0f0a0178120a0a08080112040a020801"
    "620f0a0179120a0a08080112040a02080142040a001007"
)
"""An ONNX file with a single Relu of one number (opset 7): to open it an engine must start, and does little else."""

T = TypeVar("T")

Fetch = Callable[[str], Awaitable[bytes]]


class Watcher(Protocol):
    """Told how a measurement goes."""

    def stage(self, result: Result, what: str) -> None:
        """`what` has begun; `result` is what is known so far."""

    def painted(self, output: NchwTensor) -> None:
        """The last run's output, float32 `(1, 3, H, W)`."""

    def was_hidden(self) -> bool:
        """Whether the tab has been in the background since this was last asked."""


async def measure(
    combination: Combination, tensor: NchwTensor, runs: int, worker: EngineWorker, fetch: Fetch, watcher: Watcher
) -> Result:
    """Measure a combination in a worker that nothing else has used, on float32 `(1, 3, H, W)`.

    A failure ends up in the result, with what was measured before it; so does being cancelled, as the error `STOPPED`.
    """
    measurement = _Measurement(combination, tensor, worker, fetch, watcher)
    try:
        await measurement.run(runs)
    except asyncio.CancelledError:
        # The visitor stopped: the runs that were made are theirs all the same.
        measurement.result = replace(measurement.result, error=AppError(tr("Stopped."), code=STOPPED))
    except AppError as error:
        measurement.result = replace(measurement.result, error=error)
    return measurement.result


class _Measurement:
    def __init__(
        self, combination: Combination, tensor: NchwTensor, worker: EngineWorker, fetch: Fetch, watcher: Watcher
    ) -> None:
        self._combination = combination
        self._tensor = tensor
        self._worker = worker
        self._fetch = fetch
        self._watcher = watcher
        self.result = Result(combination, tensor.shape[2], f"../models/{combination.model.model.file}")

    async def run(self, runs: int) -> None:
        self._tell(tr("starting the engine"))
        _, start_ms = await _timed(self._open(STARTER))
        self.result = replace(self.result, start_ms=start_ms)
        self._tell(tr("loading"))
        (data, session), load_ms = await _timed(self._load())
        self.result = replace(self.result, load_ms=load_ms)
        self._tell(tr("warming up"))
        output, _ = await _timed(self._run(session))
        self.result = replace(self.result, warmup_ms=session.run_ms)
        self._watcher.was_hidden()
        for index in range(runs):
            self._tell(tr("run {number} of {runs}", number=index + 1, runs=runs))
            await asyncio.sleep(PAUSE_S)
            output, call_ms = await _timed(self._run(session))
            self.result = self.result.with_run(session.run_ms, call_ms, self._watcher.was_hidden())
        self._watcher.painted(output)
        self.result = replace(self.result, memory_bytes=session.heap_bytes)
        await session.close()
        self._tell(tr("comparing with the reference"))
        self.result = replace(self.result, check=await self._check(data))

    def _tell(self, what: str) -> None:
        self._watcher.stage(self.result, what)

    async def _open(self, data: bytes) -> Session:
        engine = self._combination.engine
        return await Session.create(data, [engine], worker=self._worker, timeout_s=OPEN_LIMIT_S)

    async def _load(self) -> tuple[bytes, Session]:
        data = await self._fetch(self.result.file)
        return data, await self._open(data)

    async def _run(self, session: Session) -> NchwTensor:
        return await session.paint(self._tensor)

    async def _check(self, model: bytes) -> Check | None:
        reference = self._combination.model.reference
        if reference is None:
            return None
        stored = read_reference(await self._fetch(f"../models/{reference.file}"))
        # A session of its own, so that the shaders of the timed size play no part in it.
        session = await self._open(model)
        try:
            found = await session.paint(stored.input, stored.others)
        finally:
            await session.close()
        return Check(_largest_error(found, stored.output), MAX_ERROR)


def _largest_error(found: NchwTensor, expected: NchwTensor) -> float | None:
    if found.shape != expected.shape or not np.isfinite(found).all():
        return None
    return round(float(np.abs(found - expected).max()), 6)


async def _timed(work: Awaitable[T]) -> tuple[T, float]:
    """What an awaitable gives, and the milliseconds until it did."""
    started = time.perf_counter()
    value = await work
    return value, (time.perf_counter() - started) * 1e3
