"""What a session does, as requests to an engine and replies, whether somebody waits for them or awaits them."""

from collections.abc import Callable, Generator, Sequence
from typing import Any, NamedTuple, TypeVar

from .engine_worker import EngineWorker, Reply
from .errors import OrtError
from .platform.interface import Bytes

T = TypeVar("T")


class Asked(NamedTuple):
    """One request; `engine.js` lists the methods."""

    worker: EngineWorker
    method: str
    params: dict[str, Any]
    buffers: Sequence[Bytes] = ()


Flow = Generator[Asked, Reply, T]


def go_now(flow: Flow[T]) -> T:
    """Go through with it, waiting for each reply."""
    try:
        asked = next(flow)
        while True:
            try:
                reply = asked.worker.call_now(asked.method, asked.params, asked.buffers)
            except OrtError as error:
                asked = flow.throw(error)
            else:
                asked = flow.send(reply)
    except StopIteration as done:
        result: T = done.value
        return result


async def go_later(
    flow: Flow[T], timeout_s: float | None = None, on_progress: Callable[[float], None] | None = None
) -> T:
    """Go through with it, awaiting each reply; `EngineWorker.call` says what the limit means."""
    try:
        asked = next(flow)
        while True:
            try:
                reply = await asked.worker.call(asked.method, asked.params, asked.buffers, timeout_s, on_progress)
            except OrtError as error:
                asked = flow.throw(error)
            else:
                asked = flow.send(reply)
    except StopIteration as done:
        result: T = done.value
        return result
