"""Engine workers without engines: what the platform does in a browser, under a test's control."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np

from app_py.onnxruntime import platform as platforms
from app_py.onnxruntime.errors import EngineError, NoSuchFile
from app_py.onnxruntime.platform.interface import Bytes, EngineListener, Message

T = TypeVar("T")

Compute = Callable[[str, np.ndarray[Any, Any]], np.ndarray[Any, Any]]
"""Provider and first feed, float32, to the output."""

SILENCE = "silence"
"""An answer that never comes."""

DEATH = "death"
"""A worker that ends with an error nobody caught."""

HELD = "held"
"""An answer that comes when the test lets go of it."""

NO_GPU = {"webgl": None, "webgpu": None}
PROBE = {**NO_GPU, "simd": True, "isolated": False, "cores": 2, "browser": "Test/1.0"}


class FakePlatform:
    """A `Platform` whose engines compute with numpy.

    `troubles` maps (provider, method) to what happens instead of an answer, one entry a call: an error's
    `{code, message}`, `SILENCE`, `DEATH` or `HELD`. `log` lists (provider, method) of all calls, `fed` the last run's
    feeds by name.
    """

    engine_url: str | None = None

    def __init__(self, compute: Compute | None = None, probe: Mapping[str, Any] | None = None) -> None:
        self.compute: Compute = compute or (lambda _provider, feed: feed)
        self.probe = {**PROBE, **(probe or {})}
        self.troubles: dict[tuple[str, str], list[Any]] = {}
        self.log: list[tuple[str, str]] = []
        self.fed: dict[str, np.ndarray[Any, Any]] = {}
        self.opened_with: dict[str, Any] = {}
        """What the last model was to be opened with."""
        self.milliseconds: dict[str, float] = {}
        self.workers: list[FakeConnection] = []
        self.files: dict[str, bytes] = {}
        self.may_block = True
        self.heartbeats = 0
        """How many signs of life come instead of an answer that never comes."""
        self.progress: tuple[float, ...] = ()
        """What a run says of itself before it answers."""
        self.held: list[Callable[[], None]] = []

    def let_go(self) -> None:
        """Give the answers that were held."""
        held, self.held = self.held, []
        for answer in held:
            answer()

    def await_calls(self, method: str, count: int = 1) -> None:
        """Wait for what nobody else waits for: where a loop runs already, a worker hears of it in a later turn."""

        async def heard() -> None:
            while [called for _, called in self.log].count(method) < count:
                await asyncio.sleep(0.001)

        self.block_on(asyncio.wait_for(heard(), 60))

    def check_host(self) -> None:
        """There are engines."""

    def start_engine(self, listener: EngineListener) -> "FakeConnection":
        self.workers.append(FakeConnection(self, listener))
        return self.workers[-1]

    def start_engine_here(self, listener: EngineListener) -> "FakeConnection":
        return self.start_engine(listener)

    def engines(self) -> frozenset[str] | None:
        return None

    def prefers_own_thread(self) -> bool:
        return False

    def can_block(self) -> bool:
        return self.may_block

    def block_on(self, awaitable: Awaitable[T]) -> T:
        return platforms.current().block_on(awaitable)

    async def fetch(self, url: str) -> bytes:
        if url not in self.files:
            raise NoSuchFile("{url} could not be fetched: the server answered {status}.", url=url, status=404)
        return self.files[url]


class FakeConnection:
    """One worker: `terminated` tells whether it was ended."""

    def __init__(self, platform: FakePlatform, listener: EngineListener) -> None:
        self._platform = platform
        self._listener = listener
        self._providers: list[str] = []
        self._exchanged: tuple[Message, list[Bytes]] | None = None
        self._exchanging = False
        self._kept: dict[int, np.ndarray[Any, Any]] = {}
        self.terminated = False
        self.ports: list[object] = []

    def post(self, message: Message, buffers: Sequence[Bytes], port: object = None) -> None:
        if port is not None:
            self.ports.append(port)
        copies = [buffer.copy() for buffer in buffers]
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # a session that was dropped releases its model, whatever runs
            self._answer(message, copies)
        else:
            loop.call_soon(self._answer, message, copies)

    def exchange(self, message: Message, buffers: Sequence[Bytes]) -> tuple[Message, list[Bytes]] | None:
        self._exchanged, self._exchanging = None, True
        try:
            self._answer(message, [buffer.copy() for buffer in buffers])
        finally:
            self._exchanging = False
        return self._exchanged

    def terminate(self) -> None:
        self.terminated = True

    def _answer(self, message: Message, buffers: list[Bytes]) -> None:
        if self.terminated:
            return
        method, params = message["method"], message["params"]
        provider = params.get("provider") or (self._providers[params["session"] - 1] if "session" in params else "")
        self._platform.log.append((provider, method))
        troubles = self._platform.troubles.get((provider, method))
        trouble = troubles.pop(0) if troubles else None
        if trouble == DEATH:
            self._listener.on_death(
                EngineError("The engine worker died.", code="engine-died", detail="killed by the test")
            )
        elif isinstance(trouble, dict):
            self._reply(message, False, error={"detail": "", **trouble})
        elif trouble == SILENCE:
            for beat in range(self._platform.heartbeats):
                asyncio.get_running_loop().call_later(0.01 * beat, self._listener.on_message, {"alive": True}, [])
        elif trouble == HELD:
            self._platform.held.append(lambda: self._serve(message, method, provider, params, buffers))
        elif trouble is None:
            self._serve(message, method, provider, params, buffers)

    def _serve(self, message: Message, method: str, provider: str, params: Any, buffers: list[Bytes]) -> None:
        if method == "probe":
            self._reply(message, True, result=self._platform.probe)
        elif method == "create":
            self._platform.opened_with = params
            self._providers.append(provider)
            self._reply(message, True, result={"session": len(self._providers), "inputs": ["x"], "outputs": ["y"]})
        elif method == "run":
            self._run(message, provider, params, buffers)
        elif method == "fetch":
            kept = self._kept[params["held"]]
            self._reply(message, True, [kept.reshape(-1).view(np.uint8)], result={"outputs": [_head("", kept)]})
        else:
            self._reply(message, True, result={})

    def _run(self, message: Message, provider: str, params: Any, buffers: list[Bytes]) -> None:
        for progress in self._platform.progress:
            self._listener.on_message({"id": message["id"], "progress": progress}, [])
        feeds = {
            head["name"]: self._kept[head["held"]] if "held" in head else data.view(head["type"]).reshape(head["dims"])
            for head, data in zip(params["feeds"], buffers, strict=True)
        }
        self._platform.fed = feeds
        output = self._platform.compute(provider, next(iter(feeds.values())))
        heads = [_head(name, output) for name in params["outputs"]]
        for head in heads:
            if head["name"] in params.get("kept", ()):
                head["held"] = len(self._kept) + 1
                self._kept[head["held"]] = output
        data = [np.empty(0, np.uint8) if "held" in head else output.reshape(-1).view(np.uint8) for head in heads]
        result = {"outputs": heads, "milliseconds": self._platform.milliseconds.get(provider, 1.0)}
        self._reply(message, True, data, result=result)

    def _reply(self, message: Message, ok: bool, buffers: list[Bytes] | None = None, **rest: Any) -> None:
        reply = {"id": message["id"], "ok": ok, **rest}
        if self._exchanging:
            self._exchanged = (reply, buffers or [])
        else:
            self._listener.on_message(reply, buffers or [])


def _head(name: str, array: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {"name": name, "type": str(array.dtype), "dims": list(array.shape)}
