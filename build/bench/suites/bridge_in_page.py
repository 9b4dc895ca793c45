"""A call from Python in a page, timed: imported inside Pyodide by the suite `bridge`."""

import time

from app_py import InferenceSession
from build.common.painter_in_page import picture


class Bridge:
    """A session of a model and the picture that it paints."""

    def __init__(self, session: InferenceSession, size: int) -> None:
        self._session = session
        self._feeds = {session.get_inputs()[0].name: picture(size, size)}

    @classmethod
    async def open(cls, model: str, size: int, threads: int) -> "Bridge":
        return cls(await InferenceSession.create(model, ["ort:wasm"], threads=threads), size)

    async def call(self) -> tuple[float, float]:
        """Milliseconds of the whole call, and of the engine's run in it."""
        started = time.perf_counter()
        await self._session.run_async(None, self._feeds)
        return (time.perf_counter() - started) * 1000, self._session.run_ms

    async def close(self) -> None:
        await self._session.close()
