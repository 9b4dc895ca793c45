"""The browser, seen from Python in Pyodide: the one module that imports `js` and `pyodide`."""

import json
from collections.abc import Awaitable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import js
import numpy as np
from pyodide.ffi import JsException, can_run_sync, create_once_callable, create_proxy, run_sync, to_js
from pyodide.http import pyfetch

from ..errors import EngineError, NoSuchFile
from .interface import Bytes, EngineListener, Message

T = TypeVar("T")

SCRIPTS = Path(__file__).parents[1] / "web"
"""The engine's scripts in the wheel, which has them where it is one of its own."""

WORKER, ENGINE, GLUE = "worker.js", "engine.js", "ort_glue.js"

FILES = {
    "ort:wasm": (
        "onnxruntime-web/ort.wasm.min.mjs",
        "onnxruntime-web/ort-wasm-simd-threaded.mjs",
        "onnxruntime-web/ort-wasm-simd-threaded.wasm",
    ),
    "ort:webgpu": (
        "onnxruntime-web/ort.webgpu.min.mjs",
        "onnxruntime-web/ort-wasm-simd-threaded.asyncify.mjs",
        "onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm",
    ),
}
"""The files of the engines that a wheel can have, by the engines' ids; those of WebGPU are in a wheel of their own."""

HERE = """(url) => {
    const engine = import(url);
    const missing = ({ id }, error) => {
        const message = `The engine's scripts did not load: ${error}`;
        return { id, ok: false, error: { code: 'engine-unavailable', message, detail: '' } };
    };
    const here = {
        ask: (request) => engine.then(({ answer }) => answer(request), (error) => missing(request, error)),
        now: () => undefined,
    };
    engine.then(({ answerNow }) => Object.assign(here, { now: answerNow }), () => {});
    return here;
}"""
"""The engine in this thread: `ask` gives the promise of a reply, `now` a reply, or nothing where it needs a promise."""


REQUESTS = """(worker) => {
    const waiting = new Map();
    const others = worker.onmessage;
    worker.onmessage = (event) => {
        const { data } = event;
        const resolve = 'ok' in data && waiting.get(data.id);
        if (!resolve) return others(event);
        waiting.delete(data.id);
        resolve(data);
    };
    return {
        ask: (message, transfer) => new Promise((resolve) => {
            worker.postMessage(message, transfer);
            waiting.set(message.id, resolve);
        }),
        end: () => waiting.forEach((resolve) => resolve()),
    };
}"""
"""Requests whose replies are waited for, in JavaScript alone: calling Python while Python is suspended takes a browser
twice as long as the whole exchange. `PythonRequests` is the same."""


class Browser:
    """Engine workers as Web Workers, blocking through JavaScript promise integration."""

    def __init__(self) -> None:
        self.engine_url: str | None = None

    def check_host(self) -> None:
        if not hasattr(js, "Worker"):
            raise EngineError(
                "This host has no Web Workers, in which engines run: sessions need a web page, or a worker of one.",
                code="engine-unavailable",
            )

    def start_engine(self, listener: EngineListener) -> "WorkerConnection":
        self.check_host()
        if self.engine_url is not None:
            return WorkerConnection(self.engine_url, "", listener)
        _check_scripts()
        return WorkerConnection(_script(WORKER), _script(ENGINE), listener)

    def start_engine_here(self, listener: EngineListener) -> "ThreadConnection":
        _check_scripts()
        return ThreadConnection(listener)

    def engines(self) -> frozenset[str] | None:
        if self.engine_url is not None or not (SCRIPTS / ENGINE).is_file():
            return None
        return frozenset(engine for engine, files in FILES.items() if all((SCRIPTS / name).is_file() for name in files))

    def prefers_own_thread(self) -> bool:
        # Not by what is missing: PyScript's workers have a document.
        in_worker = hasattr(js, "WorkerGlobalScope")
        here = self.engine_url is None and (SCRIPTS / ENGINE).is_file()
        return in_worker and here and bool(can_run_sync()) and _can_eval()

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


class Supplies:
    """Gives an engine its files, from the wheel, before it is first asked for a session that needs them."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def needed(self, message: Message) -> tuple[Message, list[Any]] | None:
        """The message to send before this one, if there is one."""
        provider = message["params"].get("provider") if message["method"] == "create" else None
        if provider not in FILES or provider in self._given:
            return None
        self._given.add(provider)
        names = [name for name in (GLUE, *FILES[provider]) if (SCRIPTS / name).is_file()]
        # Each engine gets copies: what is transferred is gone here.
        import pyodide_js

        contents = [pyodide_js.FS.readFile(str(SCRIPTS / name)) for name in names]
        return {"id": 0, "method": "files", "params": {"names": names}}, contents


class WorkerConnection:
    """A Web Worker that runs `worker.js`; `engine` is the address of the engine's module where it is no neighbour."""

    def __init__(self, url: str, engine: str, listener: EngineListener) -> None:
        self._listener = listener
        self._supplies = Supplies() if engine else None
        self._url = url
        try:
            self._worker = js.Worker.new(url, _object({"name": engine}))
        except JsException as error:
            raise self._refused(str(error)) from error
        self._requests: Any = None
        self._proxies = [create_proxy(self._on_message), create_proxy(self._on_error)]
        self._worker.onmessage, self._worker.onerror = self._proxies

    def post(self, message: Message, buffers: Sequence[Bytes], port: object = None) -> None:
        self._supply(message)
        event, copies = _event(message, buffers)
        if port is not None:
            event.port = port
            copies = copies.concat(to_js([port]))
        self._worker.postMessage(event, copies)

    def exchange(self, message: Message, buffers: Sequence[Bytes]) -> tuple[Message, list[Bytes]] | None:
        self._supply(message)
        # Made when first needed: who never waits is not reported for an eval that the page's policy forbids.
        self._requests = self._requests or _requests(self._worker)
        data = run_sync(self._requests.ask(*_event(message, buffers)))
        return None if data is None else _read(data)

    def terminate(self) -> None:
        self._worker.terminate()
        self._worker.onmessage = self._worker.onerror = None
        if self._requests:
            self._requests.end()
        for proxy in self._proxies:
            proxy.destroy()
        self._proxies = []

    def _supply(self, message: Message) -> None:
        if self._supplies and (files := self._supplies.needed(message)):
            self._worker.postMessage(*_event(*files))

    def _on_message(self, event: Any) -> None:
        self._listener.on_message(*_read(event.data))

    def _on_error(self, event: Any) -> None:
        if said := getattr(event, "message", None):
            self._listener.on_death(
                EngineError("The engine worker died.", code="engine-died", detail=f"{said} ({self._url})")
            )
        else:
            # A script that runs has words for its errors: this one was not loaded.
            self._listener.on_death(self._refused("it did not load"))

    def _refused(self, said: str) -> EngineError:
        if self._supplies:
            sentence = (
                "The browser does not let this page start the engine's worker. It needs worker-src blob: and "
                "script-src blob: in its Content-Security-Policy, or the address of worker.js on its own site, given "
                "to set_engine_url()."
            )
            return EngineError(sentence, code="engine-unavailable", detail=said)
        return EngineError(
            "The engine's files could not be loaded. Is the network up? {said}",
            said=self._url,
            code="engine-unavailable",
            detail=said,
        )


def _requests(worker: Any) -> Any:
    return js.eval(REQUESTS)(worker) if _can_eval() else PythonRequests(worker)


@cache
def _can_eval() -> bool:
    """Whether the Content-Security-Policy allows JavaScript from text."""
    try:
        return bool(js.eval("true"))
    # Pyodide tells a refusal as a JsException, or as a SystemError.
    except (JsException, SystemError):
        return False


class PythonRequests:
    """`REQUESTS` for where a policy forbids eval, with a call of Python for each message."""

    def __init__(self, worker: Any) -> None:
        self._worker, self._others = worker, worker.onmessage
        self._waiting: dict[int, Any] = {}
        self._proxy = create_proxy(self._on_message)
        worker.onmessage = self._proxy

    def ask(self, message: Any, transfer: Any) -> Any:
        self._worker.postMessage(message, transfer)
        self._waiting[message.id] = promise = js.Promise.withResolvers()
        return promise.promise

    def end(self) -> None:
        for promise in self._waiting.values():
            promise.resolve()
        self._proxy.destroy()

    def _on_message(self, event: Any) -> None:
        data = event.data
        promise = self._waiting.pop(getattr(data, "id", 0), None) if hasattr(data, "ok") else None
        if promise is None:
            self._others(event)
        else:
            promise.resolve(data)


class ThreadConnection:
    """The engine in Python's own thread: nothing crosses, and nothing can end a run."""

    def __init__(self, listener: EngineListener) -> None:
        self._listener = listener
        # The one way to import() from Python.
        if not _can_eval():
            raise EngineError(
                "An engine in Python's own thread needs 'unsafe-eval' in the script-src of the "
                "Content-Security-Policy; use EngineWorker(platform), which needs none.",
                code="engine-unavailable",
            )
        self._engine = js.eval(HERE)(_script(ENGINE))
        self._staging: list[Any] = []
        self._supplies = Supplies()
        self._ended = False

    def post(self, message: Message, buffers: Sequence[Bytes], port: object = None) -> None:  # noqa: ARG002 - as above
        if reply := self._now(message, buffers):
            self._listener.on_message(*reply)
        else:
            self._ask(message, buffers).then(create_once_callable(self._on_reply))

    def exchange(self, message: Message, buffers: Sequence[Bytes]) -> tuple[Message, list[Bytes]] | None:
        return self._now(message, buffers) or _read(run_sync(self._ask(message, buffers)))

    def _now(self, message: Message, buffers: Sequence[Bytes]) -> tuple[Message, list[Bytes]] | None:
        """The reply, where the engine needs no promise for it."""
        if message["method"] != "run":
            return None
        reply = self._engine.now(json.dumps(message), *self._stage(buffers))
        if reply is None:
            return None
        text, *data = reply
        return json.loads(text), [_to_numpy(buffer) for buffer in data]

    def _ask(self, message: Message, buffers: Sequence[Bytes]) -> Any:
        if files := self._supplies.needed(message):
            self._engine.ask(_event(*files)[0])
        return self._engine.ask(_event(message, buffers)[0])

    def _stage(self, buffers: Sequence[Bytes]) -> list[Any]:
        """Copies in JavaScript's memory, which is used again for the next run: the engine copies what it is given."""
        staging = self._staging
        for index, buffer in enumerate(buffers):
            if index == len(staging):
                staging.append(_copy(buffer))
            elif staging[index].byteLength != buffer.size:
                staging[index] = _copy(buffer)
            elif buffer.size:
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
        copies.push(_copy(buffer).buffer if isinstance(buffer, np.ndarray) else buffer.buffer)
    event.buffers = copies
    return event, copies


def _copy(buffer: Bytes) -> Any:
    """The bytes as a `Uint8Array` of its own."""
    try:
        copy = js.Uint8Array.new(buffer.size)
    except JsException as error:
        raise EngineError(
            "The engine has no memory left for inputs of this size.", code="out-of-memory", detail=str(error)
        ) from error
    copy.assign(buffer)
    return copy


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
