"""Choosing the engine for a model on this device: test, measure, remember, explain."""

import asyncio
import time
from collections import deque
from collections.abc import Collection, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app_py.engines.choice import Assessment, Choice, Limits, ModelFiles
from app_py.engines.choice_reasons import explain
from app_py.engines.device import Candidate, Device, candidates
from app_py.engines.self_test import TestRun, read_reference, try_engine
from app_py.engines.verdicts import InMemoryStore, KeyValueStore, Verdict, Verdicts
from app_py.errors import AppError, EngineError
from app_py.i18n import tr
from app_py.onnxruntime import engines
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.platform.interface import Platform
from app_py.onnxruntime.providers import AUTO
from app_py.session import Session, plan, probe
from app_py.styles.manifest import ModelSpec

GOOD_ENOUGH_MS = 100.0
"""Nobody waits at this; other engines are then not even downloaded."""

MEASURE_PIXELS = 160 * 160
"""The largest picture that is painted for measuring alone; larger ones are extrapolated."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What an engine is wanted for. `measure_pixels` is 0 where there is nothing to compare a measurement with; `warm`
    is a session whose worker has its engine loaded already."""

    spec: ModelSpec
    pixels: int
    measure_pixels: int = 0
    warm: Session | None = None


class EngineChooser:
    """Knows this device and what its engines did in their tests."""

    def __init__(
        self, platform: Platform, files: ModelFiles, memory: KeyValueStore | None = None, limits: Limits | None = None
    ) -> None:
        self._platform = platform
        self._files = files
        self._memory = memory or InMemoryStore()
        self._limits = limits or Limits()
        self._device: Device | None = None
        self._spare: EngineWorker | None = None
        self._verdicts: Verdicts | None = None
        self._beside: set[asyncio.Task[None]] = set()

    async def device(self) -> Device:
        """What the device offers; asked for once."""
        if self._device is None:
            self._spare = EngineWorker(self._platform)
            facts = await probe(self._spare, self._limits.hang_s)
            self._device = Device.from_probe(facts)
        return self._device

    def fresh_worker(self) -> EngineWorker:
        """A worker in which no engine was loaded yet; the one that told about the device goes first."""
        spare, self._spare = self._spare, None
        return spare if spare and spare.alive else EngineWorker(self._platform)

    async def choose(
        self,
        spec: ModelSpec,
        pixels: int,
        requested: str = AUTO,
        without: Collection[str] = (),
        warm: Session | None = None,
    ) -> Choice:
        """The engine for painting `pixels` pixels with a model.

        `requested` is a provider or 'auto'; a requested engine that is wrong or unusable is replaced, with words.
        `without` names engines that failed already; `warm` is an open session whose worker may be used.
        Raises `EngineError` 'no-engine' where none is left.
        """
        refusals = await self._refusals(spec)
        found = candidates(await self.device(), refusals, without)
        wished = [candidate for candidate in found if candidate.provider == requested]
        task = _Task(spec, pixels, warm=warm)
        table = [await self._assess(candidate, task, self._limits.hang_s) for candidate in wished]
        if not any(entry.right for entry in table):
            table += await self._compare(candidates(await self.device(), refusals, {*without, requested}), task)
        right = [entry for entry in table if entry.right]
        if not right:
            raise EngineError(
                tr(
                    "No engine of this browser paints {title} right. Try another browser, or another style.",
                    title=spec.title,
                ),
                code="no-engine",
                detail="; ".join(f"{entry.provider}: {entry.why}" for entry in table),
            )
        best = min(right, key=lambda entry: entry.predicted_ms)
        for entry in right:
            if entry is not best and entry.session and entry.session.worker is not (warm and warm.worker):
                entry.session.worker.kill()
        shown = tuple(replace(entry, session=None) for entry in table)
        reasons = explain(spec, best, shown, requested)
        return Choice(best.provider, best.spec, best.predicted_ms, reasons, shown, best.session)

    async def learn(self, choice: Choice, pixels: int, run_ms: float) -> None:
        """Take the time of a real run for what it is: the best measurement there can be."""
        verdicts = await self._load_verdicts()
        known = await verdicts.recall(choice.provider, choice.spec)
        if known and known.status == "right":
            measured = replace(known, ms_per_megapixel=run_ms / pixels * 1e6)
            # The picture is shown meanwhile: a browser takes its time to write.
            verdicts.note(choice.provider, choice.spec, measured)
            self._go_on_with(verdicts.keep(choice.provider, choice.spec))

    async def _compare(self, found: Sequence[Candidate], task: _Task) -> list[Assessment]:
        """Test the contenders while time allows; the others only if no contender is right."""
        contenders = [candidate for candidate in found if candidate.contender]
        table: list[Assessment] = []
        if len(contenders) > 1:
            task = replace(task, measure_pixels=min(task.pixels, MEASURE_PIXELS))
        deadline: float | None = None
        queue = deque(contenders)
        while queue:
            candidate = queue.popleft()
            if any(entry.predicted_ms <= GOOD_ENOUGH_MS for entry in table):
                table.append(Assessment(candidate.provider, task.spec, "unneeded"))
                continue
            limit_s = self._limits.hang_s if deadline is None else max(0.0, deadline - time.monotonic())
            table.append(await self._assess(candidate, task, limit_s))
            if not table[-1].right and engines.get(candidate.provider).planned:
                # Whom it was to outdo runs every network, and is next.
                queue.extendleft(c for c in found if engines.get(c.provider).outdone_by == candidate.provider)
            if deadline is None and table[-1].right:
                deadline = time.monotonic() + self._limits.start_s
        seen = {entry.provider for entry in table}
        for candidate in found:
            if candidate.contender or candidate.provider in seen:
                continue
            if candidate.usable and any(entry.right for entry in table):
                table.append(Assessment(candidate.provider, task.spec, "untried", candidate.why))
            else:
                table.append(await self._assess(candidate, task, self._limits.hang_s))
        return table

    async def _assess(self, candidate: Candidate, task: _Task, limit_s: float) -> Assessment:
        """One engine's verdict, remembered or found now; a wrong reflect padding tries the zero-padded variant."""
        if not candidate.usable:
            return Assessment(candidate.provider, task.spec, "unusable", candidate.why)
        assessment = await self._test(candidate.provider, task, limit_s)
        variant = self._files.zero_padded(task.spec) if assessment.status == "wrong" else None
        return await self._test(candidate.provider, replace(task, spec=variant), limit_s) if variant else assessment

    async def _refusals(self, spec: ModelSpec) -> dict[str, str]:
        """Engines for a family of networks only that do not take this one, and why."""
        refusals = {}
        for engine in engines.ENGINES:
            if not engine.planned or await (await self._load_verdicts()).recall(engine.id, spec):
                continue
            try:
                plan(engine.id, await self._files.read(spec.model))
            except AppError as error:
                refusals[engine.id] = str(error)
        return refusals

    async def _test(self, provider: str, task: _Task, limit_s: float) -> Assessment:
        verdict, session = await (await self._load_verdicts()).recall(provider, task.spec), None
        if verdict is None:
            test_run = await self._try(provider, task, limit_s)
            verdict, session = test_run.verdict, test_run.session
        predicted = verdict.predict_ms(task.pixels) if verdict.status == "right" else float("inf")
        return Assessment(provider, task.spec, verdict.status, verdict.detail, predicted, session)

    async def _try(self, provider: str, task: _Task, limit_s: float) -> TestRun:
        """Test an engine; one that is late goes on beside the painting for a while, for the next choice."""
        if task.spec.reference is None:
            return TestRun(Verdict("right", detail="the model has no reference to test an engine with"))
        model = await self._files.read(task.spec.model)
        reference = read_reference(await self._files.read(task.spec.reference))
        total_s = max(limit_s, self._limits.background_s)
        test = asyncio.ensure_future(
            try_engine(self._worker(provider, task.warm), provider, model, reference, task.measure_pixels, total_s)
        )
        try:
            done, _ = await asyncio.wait({test}, timeout=limit_s)
        except asyncio.CancelledError:
            test.cancel()
            raise
        if done:
            test_run = test.result()
            await self._remember(provider, task.spec, test_run.verdict)
            return test_run
        # Late for a start once is late for every start on this device, unless it is ready in the end
        self._go_on_with(self._await_late(provider, task.spec, test, for_good=limit_s < self._limits.hang_s))
        return TestRun(Verdict("late", detail="it was not ready within the time that a start may take"))

    def _go_on_with(self, work: Coroutine[Any, Any, None]) -> None:
        """Beside everything else."""
        task = asyncio.ensure_future(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def _await_late(
        self, provider: str, spec: ModelSpec, test: "asyncio.Future[TestRun]", *, for_good: bool
    ) -> None:
        test_run = await test
        if test_run.session:
            test_run.session.worker.kill()
        await self._remember(provider, spec, test_run.verdict, for_good=for_good)

    def _worker(self, provider: str, warm: Session | None) -> EngineWorker:
        if warm and warm.worker.alive and warm.get_providers() == [provider]:
            return warm.worker
        return self.fresh_worker()

    async def _remember(self, provider: str, spec: ModelSpec, verdict: Verdict, *, for_good: bool = False) -> None:
        # A crash, and a long wait, may have been the network's fault
        for_good = for_good or verdict.status in ("right", "wrong")
        await (await self._load_verdicts()).remember(provider, spec, verdict, for_good=for_good)

    async def _load_verdicts(self) -> Verdicts:
        if self._verdicts is None:
            self._verdicts = Verdicts((await self.device()).key, self._memory)
        return self._verdicts
