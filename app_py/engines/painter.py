"""Runs painting models on engines, and goes on when one fails."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from app_py.engines.choice import Choice, Limits, ModelFiles
from app_py.engines.choice_reasons import name_of
from app_py.engines.chooser import EngineChooser
from app_py.engines.device import EngineInfo, infos
from app_py.engines.open_session import OpenSession
from app_py.engines.painting import Failure, PaintedImage, Painting, Stage, given_up
from app_py.engines.timeouts import UNKNOWN_MS, Timeouts
from app_py.engines.verdicts import KeyValueStore
from app_py.errors import AppError, Cancelled, EngineError
from app_py.i18n import format_number, sentence_case, tr
from app_py.onnxruntime import engines
from app_py.onnxruntime import platform as platforms
from app_py.onnxruntime.platform.interface import Platform
from app_py.photo.decode import resize
from app_py.photo.sizing import MAX_WHOLE_PIXELS, Size, painted_size
from app_py.photo.tensors import NchwTensor, RgbImage, padded, to_image, to_tensor
from app_py.session import FAULTS, Feeds, Session
from app_py.styles.manifest import ModelSpec

T = TypeVar("T")

WARM_UP_SHAPE = (1, 3, 128, 128)
WARM_UP_BELOW_MS = 5_000.0
"""Browsers go on compiling during the first runs of WebAssembly. On a device slower than this, a run is too long."""


class Painter:
    """One engine worker with one open session, kept while model and engine stay the same.

    Engines are chosen, and tested first, by an `EngineChooser`. A fault (context or memory lost, worker dead or
    hanging) is answered with one retry on a fresh worker, then with the next engine; `Painting.notes` says so.
    """

    def __init__(
        self,
        files: ModelFiles,
        memory: KeyValueStore | None = None,
        *,
        platform: Platform | None = None,
        limits: Limits | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:
        self._platform = platform or platforms.current()
        self._chooser = EngineChooser(self._platform, files, memory, limits)
        self._timeouts = timeouts or Timeouts()
        self._session = OpenSession(files, self._chooser.fresh_worker, self._timeouts.unknown_s)
        self._failed: set[str] = set()
        self._job: asyncio.Task[Any] | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._preparing_engine = ""

    async def engines(self) -> tuple[EngineInfo, ...]:
        """All engines, and why this browser cannot use some of them."""
        return infos(await self._chooser.device())

    async def paint(
        self, tensor: NchwTensor, model: ModelSpec, engine: str, stage: Stage, others: Feeds | None = None
    ) -> Painting:
        """Run a model on float32 `(1, 3, H, W)`, 0..255; `engine` is a provider or 'auto'.

        `others` are the model's further feeds by name, such as the vector of a style; without them those of the style.

        Raises `Cancelled` when `stop` is called meanwhile, `EngineError` when no engine could do it.
        """

        async def run(choice: Choice) -> Painting:
            return await self._run(await self._session.get(choice), choice, tensor, stage, others or model.feeds)

        pixels = tensor.shape[2] * tensor.shape[3]
        painting, failures = await self._attempt(pixels, model, engine, stage, run)
        return replace(painting, notes=failures)

    async def paint_image(
        self,
        image: RgbImage,
        model: ModelSpec,
        engine: str,
        stage: Stage,
        others: Feeds | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> PaintedImage:
        """As `paint`, from uint8 `(H, W, 3)` to the same: bytes cross to engines that take them, floats to others.

        `on_progress` is told what part is done, 0..1, by engines that know.
        """

        async def run(choice: Choice) -> PaintedImage:
            return await self._run_image(choice, image, stage, others or model.feeds, on_progress)

        painting, failures = await self._attempt(image.shape[0] * image.shape[1], model, engine, stage, run)
        return replace(painting, notes=(*failures, *painting.notes))

    async def _attempt(
        self, pixels: int, model: ModelSpec, engine: str, stage: Stage, run: Callable[[Choice], Awaitable[T]]
    ) -> tuple[T, tuple[str, ...]]:
        """What `run` gives with the engine that is chosen, and what went wrong before, in sentences."""
        job = asyncio.ensure_future(self._paint(pixels, model, engine, stage, run))
        self._job = job
        try:
            return await job
        except asyncio.CancelledError:
            raise Cancelled("Stopped.") from None

    def prepare(self, model: ModelSpec, pixels: int, engine: str, others: Feeds | None = None) -> None:
        """Choose, test, open and warm the engine for a painting that will probably be asked for.

        It goes on beside everything else; a painting that begins meanwhile waits for it. What fails here is left for
        the painting to find and to explain.
        """
        busy = [task for task in (self._job, self._preparing) if task and not task.done()]
        if not busy:
            self._preparing_engine = engine
            self._preparing = asyncio.ensure_future(self._prepare(model, pixels, engine, others or model.feeds))

    async def lend(self, model: ModelSpec, pixels: int, engine: str) -> tuple[Session, Choice]:
        """The open session for pictures that do not go through `paint`, such as a camera's, and why this engine.

        It stays the painter's: the next `paint` may close it, and `stop` ends its worker.

        Raises `EngineError` where no engine could open the model.
        """
        await self._end_preparing(engine)
        choice = await self._chooser.choose(model, pixels, engine, self._failed, self._session.current)
        return await self._session.get(choice), choice

    def fault(self, provider: str) -> None:
        """A lent session failed: its worker is ended, and the engine is not chosen again on this page."""
        self._failed.add(provider)
        self._session.drop()

    def stop(self) -> None:
        """End whatever the engine is doing, now: by a word to one that listens, or with its worker."""
        for task in (self._job, self._preparing):
            if task:
                task.cancel()
        self._session.stop(Cancelled("Stopped."))

    async def _paint(
        self, pixels: int, model: ModelSpec, engine: str, stage: Stage, run: Callable[[Choice], Awaitable[T]]
    ) -> tuple[T, tuple[str, ...]]:
        failures: list[Failure] = []
        stage("engine", engine if engines.find(engine) else "", UNKNOWN_MS)
        await self._end_preparing(engine)
        while True:
            stage("engine", engine if engines.find(engine) else "", UNKNOWN_MS)
            choice = await self._choose(model, pixels, engine, failures)
            try:
                return await run(choice), tuple(failure.sentence for failure in failures)
            except EngineError as error:
                self._session.drop()
                if error.code not in FAULTS:
                    raise
                again = any(failure.provider == choice.provider for failure in failures)
                failures.append(Failure(choice.provider, error, again))
                if again:
                    self._failed.add(choice.provider)

    async def _prepare(self, model: ModelSpec, pixels: int, engine: str, others: Feeds) -> None:
        with contextlib.suppress(AppError):
            choice = await self._chooser.choose(model, pixels, engine, self._failed, self._session.current)
            session = await self._session.get(choice)
            warms = not engines.get(choice.provider).reopens_per_shape
            if warms and choice.predicted_ms < WARM_UP_BELOW_MS:
                picture = np.zeros(WARM_UP_SHAPE, np.float32)
                await session.paint(picture, others, timeout_s=self._timeouts.limit_s(choice.predicted_ms))

    async def _end_preparing(self, engine: str) -> None:
        """Wait for a preparation under way; one of another engine is ended. Another model's still warms the engine."""
        task, self._preparing = self._preparing, None
        if task is None or task.done():
            return
        if self._preparing_engine != engine:
            task.cancel()
            self._session.drop()
        await asyncio.wait({task})

    async def _choose(self, model: ModelSpec, pixels: int, engine: str, failures: Sequence[Failure]) -> Choice:
        try:
            unfit = {failure.provider for failure in failures if failure.too_large}
            choice = await self._chooser.choose(model, pixels, engine, self._failed | unfit, self._session.current)
        except EngineError as error:
            if error.code != "no-engine" or not failures:
                raise
            raise self._give_up(failures) from error
        rescue = failures and choice.provider != failures[-1].provider
        if rescue and choice.predicted_ms > self._timeouts.longest_rescue_s * 1000:
            if choice.session:
                choice.session.worker.kill()
            raise self._give_up(failures)
        return choice

    def _give_up(self, failures: Sequence[Failure]) -> EngineError:
        """Nothing is left for this picture; the next one may try everything again."""
        self._failed.clear()
        return given_up(tuple(failures))

    async def _run(self, session: Session, choice: Choice, tensor: NchwTensor, stage: Stage, others: Feeds) -> Painting:
        stage("paint", choice.provider, choice.predicted_ms)
        limit_s = self._timeouts.limit_s(choice.predicted_ms)
        output = await session.paint(tensor, others, timeout_s=limit_s)
        await self._chooser.learn(choice, tensor.shape[2] * tensor.shape[3], session.run_ms)
        return Painting(output, choice.provider, session.run_ms, choice)

    async def _run_image(
        self,
        choice: Choice,
        image: RgbImage,
        stage: Stage,
        others: Feeds,
        on_progress: Callable[[float], None] | None,
    ) -> PaintedImage:
        session = await self._session.get(choice)
        if not session.takes_pixels:
            source, notes = _held_whole(image, choice.provider)
            painting = await self._run(session, choice, to_tensor(source), stage, others)
            painted = to_image(painting.output, Size(*source.shape[:2]))
            return PaintedImage(source, painted, painting.engine, painting.run_ms, choice, notes)
        stage("paint", choice.provider, choice.predicted_ms)
        height, width = image.shape[:2]
        whole = await session.run_pixels_async(
            padded(image),
            others,
            timeout_s=self._timeouts.limit_s(choice.predicted_ms),
            on_progress=on_progress,
        )
        await self._chooser.learn(choice, height * width, session.run_ms)
        painted = np.ascontiguousarray(whole[:height, :width])
        return PaintedImage(image, painted, choice.provider, session.run_ms, choice)


def _held_whole(image: RgbImage, provider: str) -> tuple[RgbImage, tuple[str, ...]]:
    """The picture, reduced to what an engine can hold that computes whole tensors, and a word if it was."""
    size = Size(*image.shape[:2])
    held = painted_size(size, None, MAX_WHOLE_PIXELS)
    if held == size:
        return image, ()
    sentence = tr(
        "{engine} holds {megapixels} megapixels at most, in the memory that a page has.",
        engine=sentence_case(name_of(provider)),
        megapixels=format_number(f"{MAX_WHOLE_PIXELS / 1e6:.1f}"),
    )
    return resize(image, held), (sentence,)
