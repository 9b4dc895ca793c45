"""Runs painting models on engines, and goes on when one fails."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from app_py.engines.choice import Choice, Limits, ModelFiles
from app_py.engines.choice_words import name_of
from app_py.engines.chooser import EngineChooser
from app_py.engines.device import EngineInfo, infos
from app_py.engines.verdicts import KeyValueStore
from app_py.errors import AppError, Cancelled, EngineError
from app_py.i18n import format_number, sentence_case, tr
from app_py.onnxruntime import engines
from app_py.onnxruntime import platform as platforms
from app_py.onnxruntime.engine_worker import EngineWorker
from app_py.onnxruntime.platform.interface import Platform
from app_py.photo.decode import resize
from app_py.photo.sizing import MAX_WHOLE_PIXELS, Size, painted_size
from app_py.photo.tensors import NchwTensor, RgbImage, to_image, to_padded_rgba, to_tensor
from app_py.session import FAULTS, TOO_LARGE, Feeds, Session
from app_py.styles.manifest import ModelSpec

T = TypeVar("T")

UNKNOWN_MS = float("inf")

WARM_UP_SHAPE = (1, 3, 128, 128)
WARM_UP_BELOW_MS = 5_000.0
"""Browsers go on compiling during the first runs of WebAssembly. On a device slower than this, a run is too long."""

Stage = Callable[[str, str, float], None]
"""Told the stage ('engine', 'paint'), the provider, and how many milliseconds it will probably take."""


@dataclass(frozen=True, slots=True)
class Painting:
    """A model's output, float32 `(1, 3, H, W)`, the engine that made it, and the milliseconds that the engine ran.

    `notes` are sentences for people about what went differently than asked; `choice` says why this engine.
    """

    output: NchwTensor
    engine: str
    run_ms: float
    choice: Choice
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaintedImage:
    """A painted picture, uint8 `(H, W, 3)`, and the `source` of the same size that was painted.

    The source is smaller than the picture given where the engine could not hold that. The rest as in `Painting`.
    """

    source: RgbImage
    image: RgbImage
    engine: str
    run_ms: float
    choice: Choice
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long an engine may be silent: `base_s` plus `factor` times what the run is predicted to take."""

    base_s: float = 20.0
    factor: float = 8.0
    unknown_s: float = 600.0
    longest_rescue_s: float = 180.0
    """After a failure no engine is tried that needs longer: a smaller size is the better answer."""

    def limit_s(self, predicted_ms: float) -> float:
        return self.base_s + self.factor * predicted_ms / 1000 if predicted_ms < float("inf") else self.unknown_s


@dataclass(frozen=True, slots=True)
class _Failure:
    """A fault while painting; `again` if the engine had failed before on this picture.

    An engine for which the picture is too large is not asked again for it, but for the next one.
    """

    provider: str
    error: EngineError
    again: bool

    @property
    def too_large(self) -> bool:
        return self.error.code == TOO_LARGE

    @property
    def sentence(self) -> str:
        engine = sentence_case(name_of(self.provider))
        if self.too_large:
            return tr("{engine}: {error} Another engine was used.", engine=engine, error=self.error)
        if self.again:
            return tr("{engine} failed again: {error} Another engine was used.", engine=engine, error=self.error)
        return tr("{engine} failed: {error} It was started again.", engine=engine, error=self.error)


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
        self._files = files
        self._chooser = EngineChooser(self._platform, files, memory, limits)
        self._timeouts = timeouts or Timeouts()
        self._session: Session | None = None
        self._opened = ("", "")
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
            return await self._run(await self._open(choice), choice, tensor, stage, others or model.feeds)

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
        choice = await self._chooser.choose(model, pixels, engine, self._failed, self._session)
        return await self._open(choice), choice

    def fault(self, provider: str) -> None:
        """A lent session failed: its worker is ended, and the engine is not chosen again on this page."""
        self._failed.add(provider)
        self._drop_session()

    def stop(self) -> None:
        """End whatever the engine is doing, now: by a word to one that listens, or with its worker."""
        for task in (self._job, self._preparing):
            if task:
                task.cancel()
        session = self._session
        if session and session.worker.alive and engines.get(self._opened[1]).stoppable:
            session.stop()
        else:
            self._drop_session(Cancelled("Stopped."))

    async def _paint(
        self, pixels: int, model: ModelSpec, engine: str, stage: Stage, run: Callable[[Choice], Awaitable[T]]
    ) -> tuple[T, tuple[str, ...]]:
        failures: list[_Failure] = []
        stage("engine", engine if engines.find(engine) else "", UNKNOWN_MS)
        await self._end_preparing(engine)
        while True:
            stage("engine", engine if engines.find(engine) else "", UNKNOWN_MS)
            choice = await self._choose(model, pixels, engine, failures)
            try:
                return await run(choice), tuple(failure.sentence for failure in failures)
            except EngineError as error:
                self._drop_session()
                if error.code not in FAULTS:
                    raise
                again = any(failure.provider == choice.provider for failure in failures)
                failures.append(_Failure(choice.provider, error, again))
                if again:
                    self._failed.add(choice.provider)

    async def _prepare(self, model: ModelSpec, pixels: int, engine: str, others: Feeds) -> None:
        with contextlib.suppress(AppError):
            choice = await self._chooser.choose(model, pixels, engine, self._failed, self._session)
            session = await self._open(choice)
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
            self._drop_session()
        await asyncio.wait({task})

    async def _choose(self, model: ModelSpec, pixels: int, engine: str, failures: "Sequence[_Failure]") -> Choice:
        try:
            unfit = {failure.provider for failure in failures if failure.too_large}
            choice = await self._chooser.choose(model, pixels, engine, self._failed | unfit, self._session)
        except EngineError as error:
            if error.code != "no-engine" or not failures:
                raise
            raise self._give_up(failures) from error
        rescue = failures and choice.provider != failures[-1].provider
        if rescue and choice.predicted_ms > self._timeouts.longest_rescue_s * 1000:
            raise self._give_up(failures)
        return choice

    def _give_up(self, failures: "Sequence[_Failure]") -> EngineError:
        """Nothing is left for this picture; the next one may try everything again."""
        self._failed.clear()
        self._drop_session()
        return EngineError(
            tr("No engine of this browser could paint this picture at this size. Choose a smaller size."),
            code=failures[-1].error.code,
            detail=" ".join(failure.sentence for failure in failures),
        )

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
        session = await self._open(choice)
        if not session.takes_pixels:
            source, notes = _held_whole(image, choice.provider)
            painting = await self._run(session, choice, to_tensor(source), stage, others)
            painted = to_image(painting.output, Size(*source.shape[:2]))
            return PaintedImage(source, painted, painting.engine, painting.run_ms, choice, notes)
        stage("paint", choice.provider, choice.predicted_ms)
        height, width = image.shape[:2]
        rgba = await session.run_pixels_async(
            to_padded_rgba(image),
            others,
            timeout_s=self._timeouts.limit_s(choice.predicted_ms),
            on_progress=on_progress,
        )
        await self._chooser.learn(choice, height * width, session.run_ms)
        painted = np.ascontiguousarray(rgba[:height, :width, :3])
        return PaintedImage(image, painted, choice.provider, session.run_ms, choice)

    async def _open(self, choice: Choice) -> Session:
        """The session for a choice: the one that was tested just now, the one that is open, or a new one."""
        # Styles of one network share a session.
        wanted = (choice.spec.network or choice.spec.id, choice.provider)
        if choice.session:
            await self._leave_session(choice.session.worker)
            self._session = choice.session
        elif self._session is None or self._opened != wanted or not self._session.worker.alive:
            data = await self._files.read(choice.spec.model)
            worker = await self._spare_worker(choice.provider)
            self._session = await Session.create(
                data, [choice.provider], worker=worker, timeout_s=self._timeouts.unknown_s
            )
        self._opened = wanted
        return self._session

    async def _spare_worker(self, provider: str) -> EngineWorker:
        """The open worker if it has this engine loaded already, else a fresh one."""
        session = self._session
        reusable = session and session.worker.alive and session.get_providers() == [provider]
        worker = session.worker if session and reusable else self._chooser.fresh_worker()
        await self._leave_session(worker)
        return worker

    async def _leave_session(self, worker: EngineWorker) -> None:
        """Close the open session, and end its worker unless that is the one to go on with."""
        if self._session and self._session.worker is worker:
            await self._session.close()
            self._session = None
        self._drop_session()

    def _drop_session(self, cause: AppError | None = None) -> None:
        if self._session:
            self._session.worker.kill(cause)
        self._session = None


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
