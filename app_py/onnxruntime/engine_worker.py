"""One engine worker, seen from Python: requests with ids, replies, time limits, and its end."""

import asyncio
import copy
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .errors import EngineError, template
from .faults import classify
from .platform.interface import Bytes, EngineConnection, Message, Platform

Reply = tuple[dict[str, Any], list[Bytes]]
"""A method's result (JSON values) and its buffers."""

LONGEST = 5


class EngineWorker:
    """A worker in which engines run, started when first asked for something.

    It runs one request at a time. `kill` ends it, whatever it is doing; everything that waits for it then fails at
    once. A killed worker stays dead: start another.
    """

    def __init__(self, platform: Platform, *, own_thread: bool = False) -> None:
        self._platform = platform
        self._own_thread = own_thread
        self._connection: EngineConnection | None = None
        self._ids = itertools.count(1)
        self._pending: dict[int, asyncio.Future[Reply]] = {}
        self._listeners: dict[int, Callable[[float], None]] = {}
        self._cause_of_death: Exception | None = None
        self._alive_at = 0.0

    @property
    def alive(self) -> bool:
        return self._cause_of_death is None

    @property
    def ended_for_another(self) -> bool:
        """Whether a time limit ended it, which was that of one session's request."""
        return getattr(self._cause_of_death, "code", "") == "engine-hung"

    async def call(
        self,
        method: str,
        params: Mapping[str, Any],
        buffers: Sequence[Bytes] = (),
        timeout_s: float | None = None,
        on_progress: Callable[[float], None] | None = None,
        port: object = None,
    ) -> Reply:
        """Ask the worker for something; `engine.js` lists the methods.

        `on_progress` is told what part of the work is done, 0..1, by engines that say so.
        `port` is a MessagePort of the browser's, which the worker then has instead of the caller.

        A worker that is silent for `timeout_s` is killed (code 'engine-hung'), and so is one that shows signs of life
        but has no answer after `LONGEST` times as long.
        """
        connection = self._connect()
        number = next(self._ids)
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[number] = future
        if on_progress:
            self._listeners[number] = on_progress
        connection.post({"id": number, "method": method, "params": dict(params)}, buffers, port)
        try:
            return await self._watch(future, timeout_s)
        finally:
            self._pending.pop(number, None)
            self._listeners.pop(number, None)

    def tell(self, method: str, params: Mapping[str, Any]) -> None:
        """Say something to the worker that is not answered; nothing where it has not been started."""
        if self._connection is not None:
            self._connection.post({"id": 0, "method": method, "params": dict(params)}, ())

    def call_now(self, method: str, params: Mapping[str, Any], buffers: Sequence[Bytes] = ()) -> Reply:
        """The same in synchronous code, without a time limit, where the platform can block."""
        message = {"id": next(self._ids), "method": method, "params": dict(params)}
        answer = self._connect().exchange(message, buffers)
        if answer is None:
            raise copy.copy(self._cause_of_death or EngineError("The engine worker died.", code="engine-died"))
        reply, data = answer
        if not reply["ok"]:
            raise classify(reply["error"])
        return reply["result"], data

    def forget(self, method: str, params: Mapping[str, Any]) -> None:
        """Ask for something without waiting for the reply; for who has been dropped and cannot wait."""
        if self._connection is not None:
            self._connection.post({"id": next(self._ids), "method": method, "params": dict(params)}, ())

    def _connect(self) -> EngineConnection:
        if self._cause_of_death:
            raise copy.copy(self._cause_of_death)
        if self._connection is None:
            start = self._platform.start_engine_here if self._own_thread else self._platform.start_engine
            self._connection = start(self)
        return self._connection

    async def _watch(self, future: "asyncio.Future[Reply]", timeout_s: float | None) -> Reply:
        """Wait for an answer as long as the worker lives."""
        started = self._alive_at = time.monotonic()
        while timeout_s is not None and not future.done():
            now = time.monotonic()
            silent_s = now - self._alive_at
            sentence = ""
            if silent_s >= timeout_s:
                sentence, seconds = template("The engine gave no sign of life for {seconds} s."), silent_s
            elif now - started >= LONGEST * timeout_s:
                sentence, seconds = template("The engine was alive, but gave no answer in {seconds} s."), now - started
            if sentence:
                error = EngineError(sentence, seconds=f"{seconds:.3g}", code="engine-hung")
                self.kill(error)
                raise error
            await asyncio.wait({future}, timeout=timeout_s - silent_s)
        return await future

    def kill(self, cause: Exception | None = None) -> None:
        """End the worker now; pending calls fail with `cause` (default: 'engine-died')."""
        if self._cause_of_death is None:
            self._cause_of_death = cause or EngineError("The engine worker was ended.", code="engine-died")
        if self._connection:
            self._connection.terminate()
            self._connection = None
        pending, self._pending = self._pending, {}
        for future in pending.values():
            if not future.done():
                # One exception for each waiter: raising one twice mixes up their tracebacks.
                future.set_exception(copy.copy(self._cause_of_death))
                # Who waited for it may have been cancelled; asyncio would complain that nobody asked.
                future.exception()

    def on_message(self, message: Message, buffers: list[Bytes]) -> None:
        """Settle the request that this replies to; a message without an id is a sign of life."""
        self._alive_at = time.monotonic()
        future = self._pending.get(message.get("id", 0))
        if future is None or future.done():
            return
        if "progress" in message:
            if listener := self._listeners.get(message["id"]):
                listener(float(message["progress"]))
        elif message["ok"]:
            future.set_result((message["result"], buffers))
        else:
            future.set_exception(classify(message["error"]))

    def on_death(self, cause: EngineError) -> None:
        """The worker could not be started, or ended itself with an error nobody caught."""
        self.kill(cause)


_shared: dict[int, EngineWorker] = {}


def shared_worker(platform: Platform) -> EngineWorker:
    """The worker of sessions that were given none, one a platform; a dead one is replaced."""
    worker = _shared.get(id(platform))
    if worker is None or not worker.alive:
        worker = _shared[id(platform)] = EngineWorker(platform, own_thread=platform.prefers_own_thread())
    return worker
