"""Runs painting models on engines: one open session, kept while the model and the engine stay the same."""

from collections.abc import Callable
from dataclasses import dataclass

from app_py import _platform
from app_py.engine_worker import EngineWorker
from app_py.errors import Cancelled
from app_py.manifest import ModelSpec
from app_py.session import InferenceSession
from app_py.state import AUTO, EngineInfo
from app_py.tensors import NchwTensor


@dataclass(frozen=True, slots=True)
class Painting:
    """A model's output, float32 `(1, 3, H, W)`, the engine that made it, and the milliseconds that the engine ran."""

    output: NchwTensor
    engine: str
    run_ms: float
    notes: tuple[str, ...] = ()


class Painter:
    def __init__(self) -> None:
        self._worker: EngineWorker | None = None
        self._session: InferenceSession | None = None
        self._key = ("", "")

    async def engines(self) -> tuple[EngineInfo, ...]:
        return tuple(EngineInfo(name, True) for name in ("onnxjs:webgl", "onnxjs:wasm", "onnxjs:cpu", "ort:wasm"))

    async def paint(
        self, tensor: NchwTensor, model: ModelSpec, data: bytes, engine: str, stage: Callable[[str, str], None]
    ) -> Painting:
        engine = "ort:wasm" if engine == AUTO else engine
        if self._worker is None or not self._worker.alive:
            self._worker, self._session = EngineWorker(_platform.current()), None
        if self._session is None or self._key != (model.id, engine):
            stage("engine", engine)
            if self._session is not None:
                await self._session.close()
            self._session = await InferenceSession.create(data, [engine], worker=self._worker)
            self._key = (model.id, engine)
        stage("paint", engine)
        session = self._session
        (output,) = await session.run_async(None, {session.get_inputs()[0].name: tensor})
        return Painting(output, engine, session.run_ms)

    def stop(self) -> None:
        if self._worker is not None:
            self._worker.kill(Cancelled("Stopped."))
            self._session = None
