"""The browser, seen from Python in Pyodide: the one module that imports `js` and `pyodide`."""

import json
from collections.abc import Awaitable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import js
import numpy as np
from pyodide.ffi import can_run_sync, create_once_callable, create_proxy, run_sync, to_js
from pyodide.http import pyfetch

from ..errors import EngineError, NoSuchFile
from .interface import Bytes, EngineListener, Message

T = TypeVar("T")

SCRIPTS = Path(__file__).parents[1] / "web"
"""The engine's scripts in the wheel, which has them where it is one of its own."""

WORKER, ENGINE = "worker.js", "engine.js"

HERE = """(url) => {
    const engine = import(url);
    const here = {
        ask: (request) => engine.then(({ answer }) => answer(request)),
        now: () => null,
    };
    engine.then(({ answerNow }) => Object.assign(here, { now: answerNow }), () => {});
    return here;
}"""
"""The engine in this thread: `ask` gives the promise of a reply, `now` a reply, or null where that needs a promise."""


class Browser:
    """Engine workers as Web Workers, blocking through JavaScript promise integration."""

    def __init__(self) -> None:
        self.engine_url: str | None = None

    def start_engine(self, listener: EngineListener) -> "WorkerConnection":
        if not hasattr(js, "Worker"):
            raise EngineError(
                "This host has no Web Workers, in which engines run: sessions need a web page, or a worker of one.",
                code="engine-unavailable",
            )
        if self.engine_url is not None:
            return WorkerConnection(self.engine_url, "", listener)
        _check_scripts()
        connection = WorkerConnection(_script(WORKER), _script(ENGINE), listener)
        connection.post(*_files())
        return connection

    def start_engine_here(self, listener: EngineListener) -> "ThreadConnection":
        _check_scripts()
        connection = ThreadConnection(listener)
        connection.post(*_files())
        return connection

    def libraries(self) -> frozenset[str] | None:
        return frozenset({"ort"}) if self.engine_url is None and (SCRIPTS / ENGINE).is_file() else None

    def prefers_own_thread(self) -> bool:
        in_worker = not hasattr(js, "document") and hasattr(js, "WorkerGlobalScope")
        return in_worker and self.engine_url is None and (SCRIPTS / ENGINE).is_file() and bool(can_run_sync())

    def can_block(self) -> bool:
        return bool(can_run_sync())

    def block_on(self, awaitable: Awaitable[T]) -> T:
        result: T = run_sync(awaitable)
        return result

    async def fetch(self, url: str) -> bytes:
        try:
            response = await pyfetch(url)
        except Exception as error:  # OSError of Pyodide, and JavaScript's for an address that is none
            raise NoSuchFile("{url} could not be fetched: is the network up?", url=url, detail=str(error)) from error
        if not response.ok:
            raise NoSuchFile(
                "{url} could not be fetched: the server answered {status}.", url=url, status=response.status
            )
        data: bytes = await response.bytes()
        return data


class WorkerConnection:
    """A Web Worker that runs `worker.js`; `engine` is the address of the engine's module where it is no neighbour."""

    def __init__(self, url: str, engine: str, listener: EngineListener) -> None:
        self._listener = listener
        self._proxies = [create_proxy(self._on_message), create_proxy(self._on_error)]
        self._waiting: dict[int, Any] = {}
        self._replies: dict[int, tuple[Message, list[Bytes]]] = {}
        self._url = url
        try:
            self._worker = js.Worker.new(url, _object({"name": engine}))
        except Exception as error:
            raise EngineError(
                "The browser does not let this page start the engine's worker. It needs worker-src blob: and "
                "script-src blob: in its Content-Security-Policy, or the address of worker.js on its own site, given "
                "to set_engine_url().",
                code="engine-unavailable",
                detail=str(error),
            ) from error
        self._worker.onmessage, self._worker.onerror = self._proxies

    def post(self, message: Message, buffers: Sequence[Bytes], port: object = None) -> None:
        event, copies = _event(message, buffers)
        if port is not None:
            event.port = port
            copies = copies.concat(to_js([port]))
        self._worker.postMessage(event, copies)

    def exchange(self, message: Message, buffers: Sequence[Bytes]) -> tuple[Message, list[Bytes]] | None:
        number = message["id"]
        promise = js.Promise.withResolvers()
        self._waiting[number] = promise
        self.post(message, buffers)
        try:
            run_sync(promise.promise)
        finally:
            self._waiting.pop(number, None)
        return self._replies.pop(number, None)

    def terminate(self) -> None:
        self._worker.terminate()
        for proxy in self._proxies:
            proxy.destroy()
        self._proxies = []
        for promise in self._waiting.values():
            promise.resolve()

    def _on_message(self, event: Any) -> None:
        message, buffers = _read(event.data)
        waiting = self._waiting.get(message.get("id", 0))
        if waiting is None:
            self._listener.on_message(message, buffers)
        else:
            self._replies[message["id"]] = (message, buffers)
            waiting.resolve()

    def _on_error(self, event: Any) -> None:
        said = getattr(event, "message", None) or "it did not load"
        self._listener.on_death(f"{said} ({self._url})")


class ThreadConnection:
    """The engine in Python's own thread: nothing crosses, and nothing can end a run."""

    def __init__(self, listener: EngineListener) -> None:
        self._listener = listener
        # The one way to import() from Python; where a policy forbids eval, a worker is left.
        self._engine = js.eval(HERE)(_script(ENGINE))
        self._staging: list[Any] = []
        self._ended = False

    def post(self, message: Message, buffers: Sequence[Bytes], port: object = None) -> None:  # noqa: ARG002 - as above
        event, _ = _event(message, buffers)
        self._engine.ask(event).then(create_once_callable(self._on_reply))

    def exchange(self, message: Message, buffers: Sequence[Bytes]) -> tuple[Message, list[Bytes]] | None:
        if message["method"] == "run":
            reply = self._engine.now(json.dumps(message), *self._stage(buffers))
            if reply is not None:
                text, *data = reply
                return json.loads(text), [_to_numpy(buffer) for buffer in data]
        event, _ = _event(message, buffers)
        return _read(run_sync(self._engine.ask(event)))

    def _stage(self, buffers: Sequence[Bytes]) -> list[Any]:
        """Copies in JavaScript's memory, which is used again for the next run: the engine copies what it is given."""
        staging = self._staging
        while len(staging) < len(buffers):
            staging.append(js.Uint8Array.new(0))
        for index, buffer in enumerate(buffers):
            if staging[index].byteLength != buffer.size:
                staging[index] = js.Uint8Array.new(buffer.size)
            if buffer.size:
                staging[index].assign(buffer)
        return staging[: len(buffers)]

    def terminate(self) -> None:
        self._ended = True

    def _on_reply(self, reply: Any) -> None:
        if not self._ended:
            self._listener.on_message(*_read(reply))


def _event(message: Message, buffers: Sequence[Bytes]) -> tuple[Any, Any]:
    """A message in JavaScript, and the copies of its buffers."""
    event = js.JSON.parse(json.dumps(message))
    copies = to_js([])
    for buffer in buffers:
        if isinstance(buffer, np.ndarray):
            copy = js.Uint8Array.new(buffer.size)
            copy.assign(buffer)
            copies.push(copy.buffer)
        else:
            copies.push(buffer.buffer)
    event.buffers = copies
    return event, copies


def _read(data: Any) -> tuple[Message, list[Bytes]]:
    """A reply's message and its buffers, in Python's memory."""
    buffers = [_to_numpy(buffer) for buffer in getattr(data, "buffers", ())]
    data.buffers = None
    return json.loads(js.JSON.stringify(data)), buffers


def _to_numpy(buffer: Any) -> Bytes:
    array: Bytes = np.frombuffer(buffer.to_memoryview(), np.uint8)
    return array


def _object(values: dict[str, Any]) -> Any:
    return to_js(values, dict_converter=js.Object.fromEntries)


def _check_scripts() -> None:
    if not (SCRIPTS / ENGINE).is_file():
        raise EngineError(
            "Where the engine worker lies is unknown; call set_engine_url() with the address of engine/worker.js.",
            code="engine-unavailable",
        )


_addresses: dict[str, str] = {}


def _script(name: str) -> str:
    """The address of a script of the wheel, as a Blob."""
    if name not in _addresses:
        blob = js.Blob.new(to_js([(SCRIPTS / name).read_text()]), _object({"type": "text/javascript"}))
        _addresses[name] = js.URL.createObjectURL(blob)
    return _addresses[name]


def _files() -> tuple[Message, list[Any]]:
    """The message that gives an engine its files."""
    paths = sorted(path for path in SCRIPTS.rglob("*") if path.is_file() and path.name not in (WORKER, ENGINE))
    names = [path.relative_to(SCRIPTS).as_posix() for path in paths]
    # Each engine gets copies: what is transferred is gone here.
    import pyodide_js

    contents = [pyodide_js.FS.readFile(str(path)) for path in paths]
    return {"id": 0, "method": "files", "params": {"names": names}}, contents
