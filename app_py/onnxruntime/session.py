"""`InferenceSession` with the names and behaviour of onnxruntime's Python API, over the engines of a browser.

    session = await InferenceSession.create("model.onnx", providers=["ort:wasm"])
    (y,) = await session.run_async(None, {"x": x})

Where the browser can suspend Python (JavaScript promise integration), onnxruntime's own synchronous form works as well:

    session = InferenceSession("model.onnx")
    (y,) = session.run(None, {"x": x})

Source of the API: https://onnxruntime.ai/docs/api/python/api_summary.html
"""

import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np

from . import engines
from . import platform as platforms
from .engine_worker import EngineWorker, shared_worker
from .errors import EngineError, OrtError
from .faults import explain_refusal, merge_refusals
from .feeds import Array, check_feeds, check_limits, check_output_names
from .model_source import check_header, read_model
from .onnx_header import read_header
from .planning import Plan, Request, make_plan
from .platform.interface import Bytes, Platform
from .providers import resolve
from .session_info import ModelMetadata, NodeArg, describe_model, describe_value
from .tensor_bytes import from_bytes, to_bytes
from .tensor_types import BY_TENSOR


class InferenceSession:
    """A model, opened by an engine in a worker.

    Parameters
    ----------
    path_or_bytes
        The model: its bytes, a file of Pyodide's file system, or an address.
    providers
        Engines in order of preference, from `get_available_providers()`; onnxruntime's "CPUExecutionProvider"
        and "WebGpuExecutionProvider" are understood, and so is "auto". The first that can open the model is used.
    worker
        The worker to use; by default all sessions share one.

    Raises
    ------
    InvalidArgument
        Unknown provider (code 'unknown-provider'), or a model with inputs that no engine here holds.
    NoSuchFile, NoModel, InvalidProtobuf
        The model cannot be fetched ('model-unavailable') or is not ONNX ('model-invalid').
    OrtError
        No engine could open it; code 'unsupported-operator', 'engine-unavailable' or another of `faults`.
    """

    def __init__(
        self,
        path_or_bytes: Any,
        sess_options: object = None,
        providers: Any = None,
        provider_options: object = None,
        *,
        worker: EngineWorker | None = None,
        platform: Platform | None = None,
    ) -> None:
        del sess_options, provider_options
        self._prepare(providers, worker, platform)
        if not self._platform.can_block():
            raise EngineError(
                "InferenceSession(...) has to wait for the engine, which this browser cannot do in synchronous code; "
                "use: session = await InferenceSession.create(...)",
                code="cannot-block",
            )
        self._platform.block_on(self._open(path_or_bytes))

    @classmethod
    async def create(
        cls,
        path_or_bytes: Any,
        providers: Any = None,
        *,
        worker: EngineWorker | None = None,
        platform: Platform | None = None,
        threads: int | None = None,
        timeout_s: float | None = None,
    ) -> Self:
        """Open a model without blocking; parameters and errors as for the class.

        `threads` bounds onnxruntime-web's threads (default: all cores up to 8; 1 where the page is not isolated).
        A worker that needs longer than `timeout_s` is killed ('engine-hung').
        """
        session = cls.__new__(cls)
        session._prepare(providers, worker, platform)
        await session._open(path_or_bytes, threads=threads, timeout_s=timeout_s)
        return session

    def _prepare(self, providers: Any, worker: EngineWorker | None, platform: Platform | None) -> None:
        self._platform = platform or platforms.current()
        self._candidates = resolve(providers)
        self._worker = worker or shared_worker(self._platform)
        self._number: int | None = None
        self._plan: Plan | None = None
        self._threads = 1
        self.run_ms = 0.0
        """What the engine alone needed for the last run, in milliseconds."""
        self.heap_bytes: int | None = None
        """The most WebAssembly memory that the worker's engines have held; None for engines without it."""

    async def _open(self, model: Any, threads: int | None = None, timeout_s: float | None = None) -> None:
        data = await read_model(model, self._platform)
        self._header = check_header(read_header(data))
        refusals: list[OrtError] = []
        for provider in self._candidates:
            params = _engine_params(provider, threads)
            try:
                plan = make_plan(provider, data)
                buffers = plan.create() if plan else [np.frombuffer(data, np.uint8)]
                reply, _ = await self._worker.call("create", params, buffers, timeout_s)
            except OrtError as error:
                refusals.append(explain_refusal(error, provider, self._header))
                if not self._worker.alive:
                    break
                continue
            self._number = reply["session"]
            self._threads = int(reply.get("threads") or 1)
            self._provider, self._plan = provider, plan
            for refusal in refusals:
                warnings.warn(f"{refusal} Falling back to {provider}.", stacklevel=3)
            return
        raise refusals[0] if len(refusals) == 1 else merge_refusals(refusals)

    def run(self, output_names: Any, input_feed: Mapping[str, Any], run_options: object = None) -> list[Array]:
        """Compute the outputs, as `run_async` does, waiting for them.

        Raises `EngineError` 'cannot-block' where the browser cannot suspend Python.
        """
        if not self._platform.can_block():
            raise EngineError(
                "run() has to wait for the engine, which this browser cannot do in synchronous code; "
                "use: outputs = await session.run_async(output_names, input_feed)",
                code="cannot-block",
            )
        return self._platform.block_on(self.run_async(output_names, input_feed, run_options))

    async def run_async(
        self,
        output_names: Any,
        input_feed: Mapping[str, Any],
        run_options: object = None,
        *,
        timeout_s: float | None = None,
    ) -> list[Array]:
        """Compute outputs from feeds (input name to array of the declared type and shape).

        `output_names` None means all, in the model's order. Feeds may be non-contiguous or big-endian; nothing of the
        caller's is changed. A worker that needs longer than `timeout_s` is killed.

        Raises `InvalidArgument` for wrong feeds and names, `OrtError` for failures of the engine
        ('input-too-large', 'out-of-memory', 'context-lost', 'engine-hung', 'engine-died', 'engine-failed') and after
        `close` ('session-closed').
        """
        del run_options
        if self._number is None:
            raise EngineError("The session is closed; create another.", code="session-closed")
        names = check_output_names(self._header.outputs, output_names)
        arrays = check_feeds(self._header.inputs, input_feed)
        check_limits(self._provider, self._header.inputs, arrays)
        feeds = {value.name: array for value, array in zip(self._header.inputs, arrays, strict=True)}
        result, buffers = await self._run(self._requests(feeds, names), timeout_s)
        self.run_ms = float(result["milliseconds"])
        self.heap_bytes = result.get("heap_bytes")
        declared = {value.name: value for value in self._header.outputs}
        return [
            from_bytes(head, data, declared[head["name"]].type)
            for head, data in zip(result["outputs"], buffers, strict=True)
        ]

    async def run_pixels_async(
        self,
        image: Array,
        others: Mapping[str, Any] | None = None,
        *,
        unit_range: bool = False,
        timeout_s: float | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Array:
        """A network's image of an image, both uint8 `[H, W, 4]`, RGBA: a third of what floats take, each way.

        Only for engines that are `planned`; `unit_range` for networks whose colours are 0..1, not 0..255. `others` are
        the further feeds by name. Rounded and held within 0..255; the result may be larger by what the network adds.
        Raises as `run_async` does, 'cancelled' after `stop`.
        """
        if self._number is None or self._plan is None:
            raise EngineError("The session is closed, or its engine takes no pixels.", code="session-closed")
        requests = self._plan.pixel_runs(image, others or {}, self._threads, unit_range)
        result, (data,) = await self._run(requests, timeout_s, on_progress)
        self.run_ms = float(result["milliseconds"])
        self.heap_bytes = result.get("heap_bytes")
        return data.reshape(result["outputs"][0]["dims"])

    @property
    def takes_pixels(self) -> bool:
        """Whether `run_pixels_async` works with the engine that opened the model."""
        return self._plan is not None

    def prepare_run(self, input_feed: Mapping[str, Any]) -> Request:
        """What the worker needs to run by itself, again and again, with other values of the same shapes.

        The picture is the last buffer where the engine is given a program, else that of its feed.
        """
        arrays = check_feeds(self._header.inputs, input_feed)
        feeds = {value.name: array for value, array in zip(self._header.inputs, arrays, strict=True)}
        params, buffers = next(self._requests(feeds, tuple(value.name for value in self._header.outputs)))
        return {"session": self.number, **params}, buffers

    def _requests(self, feeds: Mapping[str, Array], names: "tuple[str, ...]") -> Iterator[Request]:
        """What to ask the engine for; where it has no memory for one, the next needs less."""
        if self._plan is not None:
            yield from self._plan.runs(feeds, self._threads)
            return
        declared = {value.name: BY_TENSOR[value.type].engine for value in self._header.inputs}
        heads = [{"name": name, "type": declared[name], "dims": list(array.shape)} for name, array in feeds.items()]
        yield {"feeds": heads, "outputs": list(names)}, [to_bytes(array) for array in feeds.values()]

    async def _run(
        self,
        requests: Iterator[Request],
        timeout_s: float | None,
        on_progress: Callable[[float], None] | None = None,
    ) -> tuple[dict[str, Any], list[Bytes]]:
        failure: OrtError | None = None
        for params, buffers in requests:
            try:
                asked = {"session": self._number, **params}
                return await self._worker.call("run", asked, buffers, timeout_s, on_progress)
            except OrtError as error:
                failure = error
                if error.code != "out-of-memory" or not self._worker.alive:
                    break
        assert failure is not None, "a plan gives one request at least"
        raise explain_refusal(failure, self._provider, self._header) from failure

    def stop(self) -> None:
        """End the run under way, which then fails with 'cancelled'; for engines that are stoppable."""
        if self._number is not None and self._worker.alive:
            self._worker.tell("stop", {"session": self._number})

    async def close(self) -> None:
        """Give the model's memory back. The worker stays for other sessions; closing twice does nothing."""
        number, self._number = self._number, None
        if number is not None and self._worker.alive:
            await self._worker.call("release", {"session": number})

    @property
    def number(self) -> int:
        """By which the worker knows the session. Raises `EngineError` 'session-closed' after `close`."""
        if self._number is None:
            raise EngineError("The session is closed; create another.", code="session-closed")
        return self._number

    @property
    def worker(self) -> EngineWorker:
        """The worker this session lives in; `worker.kill()` cancels what it is doing."""
        return self._worker

    def get_inputs(self) -> list[NodeArg]:
        """The inputs to feed, initializers left out."""
        return [describe_value(value) for value in self._header.inputs]

    def get_outputs(self) -> list[NodeArg]:
        return [describe_value(value) for value in self._header.outputs]

    def get_providers(self) -> list[str]:
        """The engine that opened the model, as a list of one."""
        return [self._provider]

    def get_modelmeta(self) -> ModelMetadata:
        return describe_model(self._header)


def _engine_params(provider: str, threads: int | None) -> dict[str, Any]:
    """What the engine worker needs to know to open a model with an engine."""
    return {"provider": provider, "threads": threads, "most_threads": engines.get(provider).most_threads}
