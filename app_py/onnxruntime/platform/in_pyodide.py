"""The browser, seen from Python in Pyodide: the one module that imports `js` and `pyodide`."""

import json
from collections.abc import Awaitable, Sequence
from typing import Any, TypeVar

import js
import numpy as np
from pyodide.ffi import can_run_sync, create_proxy, run_sync, to_js
from pyodide.http import pyfetch

from ..errors import EngineError, NoSuchFile
from .interface import Bytes, EngineListener, Message

T = TypeVar("T")


class Browser:
    """Engine workers as Web Workers, blocking through JavaScript promise integration."""

    def __init__(self) -> None:
        self.engine_url: str | None = None

    def start_engine(self, listener: EngineListener) -> "WorkerConnection":
        if self.engine_url is None:
            raise EngineError(
                "Where the engine worker lies is unknown; call set_engine_url() with the address of engine/worker.js.",
                code="engine-unavailable",
            )
        return WorkerConnection(self.engine_url, listener)

    def can_block(self) -> bool:
        return bool(can_run_sync())

    def block_on(self, awaitable: Awaitable[T]) -> T:
        result: T = run_sync(awaitable)
        return result

    async def fetch(self, url: str) -> bytes:
        try:
            response = await pyfetch(url)
        except OSError as error:
            raise NoSuchFile("{url} could not be fetched: is the network up?", url=url, detail=str(error)) from error
        if not response.ok:
            raise NoSuchFile(
                "{url} could not be fetched: the server answered {status}.", url=url, status=response.status
            )
        data: bytes = await response.bytes()
        return data


class WorkerConnection:
    """A Web Worker running `www/engine/worker.js`."""

    def __init__(self, url: str, listener: EngineListener) -> None:
        self._listener = listener
        self._proxies = [create_proxy(self._on_message), create_proxy(self._on_error)]
        self._worker = js.Worker.new(url)
        self._worker.onmessage, self._worker.onerror = self._proxies
        self._url = url

    def post(self, message: Message, buffers: Sequence[Bytes], port: object = None) -> None:
        event = js.JSON.parse(json.dumps(message))
        copies = to_js([])
        for buffer in buffers:
            copy = js.Uint8Array.new(buffer.size)
            copy.assign(buffer)
            copies.push(copy.buffer)
        event.buffers = copies
        if port is not None:
            event.port = port
            copies = copies.concat(to_js([port]))
        self._worker.postMessage(event, copies)

    def terminate(self) -> None:
        self._worker.terminate()
        for proxy in self._proxies:
            proxy.destroy()
        self._proxies = []

    def _on_message(self, event: Any) -> None:
        buffers = [_to_numpy(buffer) for buffer in getattr(event.data, "buffers", ())]
        event.data.buffers = None
        self._listener.on_message(json.loads(js.JSON.stringify(event.data)), buffers)

    def _on_error(self, event: Any) -> None:
        said = getattr(event, "message", None) or "it did not load"
        self._listener.on_death(f"{said} ({self._url})")


def _to_numpy(buffer: Any) -> Bytes:
    array = np.empty(buffer.byteLength, np.uint8)
    js.Uint8Array.new(buffer).assign_to(array)
    return array
