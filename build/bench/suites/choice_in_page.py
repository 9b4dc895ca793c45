"""Engines chosen and opened from Python in a page, timed: imported inside Pyodide by the suite `choice`."""

import time

from app_py import InferenceSession
from app_py.engines.chooser import EngineChooser
from app_py.onnxruntime.engine_worker import EngineWorker
from build.common.painter_in_page import library, models, picture, platform

TIMED_PX = 128


async def choose(model: str, size: int) -> tuple[str, float]:
    """The provider that `auto` chooses, and the seconds that it takes."""
    started = time.perf_counter()
    choice = await EngineChooser(platform, library).choose(models[model], size * size)
    return choice.provider, time.perf_counter() - started


async def open_outright(provider: str, model: str) -> float:
    """The seconds that a named engine takes to open the model."""
    started = time.perf_counter()
    data = await library.read(models[model].model)
    await InferenceSession.create(data, [provider], worker=EngineWorker(platform))
    return time.perf_counter() - started


async def time_engine(provider: str, model: str) -> float:
    """The milliseconds of the better of two runs at 128 px."""
    data = await library.read(models[model].model)
    session = await InferenceSession.create(data, [provider], worker=EngineWorker(platform))
    feeds = {session.get_inputs()[0].name: picture(TIMED_PX, TIMED_PX)}
    times = []
    for _ in range(2):
        await session.run_async(None, feeds)
        times.append(session.run_ms)
    session.worker.kill()
    return min(times)
