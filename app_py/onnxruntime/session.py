"""`InferenceSession` with the names and behaviour of onnxruntime's Python API, over the engines of a browser.

    session = InferenceSession("model.onnx")
    (y,) = session.run(None, {"x": x})

Where the browser cannot suspend Python (JavaScript promise integration), or is to go on meanwhile:

    session = await InferenceSession.create("model.onnx")
    (y,) = await session.run_async(None, {"x": x})

Source of the API: https://onnxruntime.ai/docs/api/python/api_summary.html
"""

import warnings
import weakref
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any, Self, TypeVar

import numpy as np

from . import engines
from . import platform as platforms
from .engine_worker import EngineWorker, Reply, shared_worker
from .errors import EngineError, Fail, InvalidArgument, OrtError
from .errors import NotImplemented as Unsupported
from .faults import explain_refusal, merge_refusals
from .feeds import Array, check_feeds, check_limits, check_output_names
from .general import default_log_severity
from .model_source import Source, check_header, read_at_once, read_external, read_model
from .onnx_header import OnnxHeader, read_header
from .options import RunOptions, SessionOptions
from .ort_value import IOBinding, OrtValue
from .planning import Plan, Request, make_plan
from .platform.interface import Bytes, Platform
from .providers import resolve
from .session_info import ModelMetadata, NodeArg, describe_model, describe_value
from .tensor_bytes import from_bytes, to_bytes, to_head
from .zipmap import ZipMap, without_zipmaps

T = TypeVar("T")
Asked = tuple[str, dict[str, Any], Sequence[Bytes]]
Flow = Generator[Asked, Reply, T]
"""What a session does, as requests to its engine and replies, whether somebody waits for them or awaits them."""

_ADDS_UP = frozenset(
    {"Add", "Sub", "Mul", "MatMul", "Gemm", "Pow", "Sum", "ReduceSum", "ReduceProd", "CumSum", "Neg", "Range"}
)
"""Operators whose results may need more than 32 bits though their inputs do not."""


class InferenceSession:
    """A model, opened by an engine in a worker, or in Python's own thread.

    Parameters
    ----------
    path_or_bytes
        The model: its bytes, a file of Pyodide's file system, or an address. Weights in files of their own are looked
        for beside it.
    sess_options
        `SessionOptions`, or None.
    providers
        Engines in order of preference, from `get_available_providers()`, or "auto". The first that can open the model
        is used; onnxruntime's providers that no browser has are passed over with a warning.
    worker
        Where to run; by default all sessions share one worker, or Python's own thread where that is a worker itself.

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
        sess_options: SessionOptions | None = None,
        providers: Any = None,
        provider_options: Any = None,
        *,
        worker: EngineWorker | None = None,
        platform: Platform | None = None,
        **options: Any,
    ) -> None:
        del options
        self._prepare(sess_options, providers, worker, platform)
        _check_provider_options(providers, provider_options)
        source = read_at_once(path_or_bytes)
        if not self._platform.can_block():
            raise EngineError(
                "InferenceSession(...) has to wait for the engine, which this browser cannot do in synchronous code; "
                "use: session = await InferenceSession.create(...)",
                code="cannot-block",
            )
        if source is None:
            source = self._platform.block_on(read_model(path_or_bytes, self._platform))
        self._take(source)
        files: dict[str, bytes] = {}
        if self._header.external_files:
            files = self._platform.block_on(read_external(self._header, source, self._platform))
        self._now(self._opening(files, None))

    @classmethod
    async def create(
        cls,
        path_or_bytes: Any,
        providers: Any = None,
        *,
        sess_options: SessionOptions | None = None,
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
        session._prepare(sess_options, providers, worker, platform)
        session._take(await read_model(path_or_bytes, session._platform))
        files = await read_external(session._header, session._source, session._platform)
        await session._later(session._opening(files, threads), timeout_s)
        return session

    def _prepare(
        self, options: SessionOptions | None, providers: Any, worker: EngineWorker | None, platform: Platform | None
    ) -> None:
        if options is not None and not isinstance(options, SessionOptions):
            raise TypeError(f"sess_options must be a SessionOptions or None, not {type(options).__name__}.")
        self._options = options or SessionOptions()
        self._platform = platform or platforms.current()
        self._candidates = resolve(providers)
        self._shared = worker is None
        self._worker = worker or shared_worker(self._platform)
        self._number: int | None = None
        self._plan: Plan | None = None
        self._threads = 1
        self._finalizer: weakref.finalize[..., Any] | None = None
        self.run_ms = 0.0
        """What the engine alone needed for the last run, in milliseconds."""
        self.heap_bytes: int | None = None
        """The most WebAssembly memory that the worker's engines have held; None for engines without it."""

    def _take(self, source: Source) -> None:
        """Read a model's header, and take out of the file what is computed here."""
        self._source = source
        self._header = check_header(read_header(source.data))
        self._data = source.data
        self._zipmaps: dict[str, ZipMap] = {}
        if ("ai.onnx.ml", "ZipMap") in self._header.operators:
            self._data, zipmaps = without_zipmaps(source.data)
            self._zipmaps = {zipmap.output: zipmap for zipmap in zipmaps}

    def _opening(self, files: Mapping[str, bytes], threads: int | None) -> "Flow[None]":
        """Ask one engine after the other to open the model."""
        refusals: list[OrtError] = []
        onnx = [np.frombuffer(data, np.uint8) for data in (self._data, *files.values())]
        self._opened_with = (files, threads)
        for engine, name in self._candidates.items():
            try:
                _check_engine(engine, self._header)
                plan = make_plan(engine, self._data)
                buffers = plan.create() if plan else onnx
                reply, _ = yield "create", self._create_params(engine, files, threads), buffers
            except OrtError as error:
                refusals.append(explain_refusal(error, engine, self._header))
                if not self._worker.alive:
                    break
                continue
            self._number, self._provider, self._name = reply["session"], engine, name
            self._plan, self._threads = plan, int(reply.get("threads") or 1)
            self._finalizer = weakref.finalize(self, self._worker.forget, reply["session"])
            # What is left at the interpreter's end ends with the page.
            self._finalizer.atexit = False
            for refusal in refusals:
                warnings.warn(f"{refusal} Falling back to {engine}.", stacklevel=4)
            return
        raise refusals[0] if len(refusals) == 1 else merge_refusals(refusals)

    def _create_params(self, provider: str, files: Mapping[str, bytes], threads: int | None) -> dict[str, Any]:
        options = self._options.to_engine()
        severity = default_log_severity()
        if severity is not None:
            options.setdefault("logSeverityLevel", severity)
        return {
            "provider": provider,
            "threads": threads or self._options.intra_op_num_threads or None,
            "most_threads": engines.get(provider).most_threads,
            "options": options,
            "external": list(files),
        }

    def run(
        self, output_names: Any, input_feed: Mapping[str, Any], run_options: RunOptions | None = None
    ) -> list[Array]:
        """Compute the outputs, as `run_async` does, waiting for them.

        Raises `EngineError` 'cannot-block' where the browser cannot suspend Python.
        """
        _check_run_options(run_options)
        if not self._platform.can_block():
            raise EngineError(
                "run() has to wait for the engine, which this browser cannot do in synchronous code; "
                "use: outputs = await session.run_async(output_names, input_feed)",
                code="cannot-block",
            )
        self._now(self._reviving())
        return self._now(self._running(output_names, input_feed))

    async def run_async(
        self,
        output_names: Any,
        input_feed: Mapping[str, Any],
        run_options: RunOptions | None = None,
        *,
        timeout_s: float | None = None,
    ) -> list[Array]:
        """Compute outputs from feeds (input name to array of the declared type and shape).

        `output_names` None means all, in the model's order. Feeds may be non-contiguous or big-endian; nothing of the
        caller's is changed. A worker that needs longer than `timeout_s` is killed; other sessions that lived in it open
        their models anew.

        Raises `InvalidArgument` for wrong feeds and names, `OrtError` for failures of the engine
        ('input-too-large', 'out-of-memory', 'context-lost', 'engine-hung', 'engine-died', 'engine-failed') and after
        `close` ('session-closed').
        """
        _check_run_options(run_options)
        await self._later(self._reviving(), None)
        return await self._later(self._running(output_names, input_feed), timeout_s)

    def _running(self, output_names: Any, input_feed: Mapping[str, Any]) -> "Flow[list[Any]]":
        if self._number is None:
            raise EngineError("The session is closed; create another.", code="session-closed")
        header = self._header
        names = check_output_names(header.outputs, output_names)
        arrays = check_feeds(header.inputs, input_feed)
        check_limits(self._provider, header.inputs, arrays)
        feeds = {value.name: array for value, array in zip(header.inputs, arrays, strict=True)}
        result, buffers = yield from self._asking(self._requests(feeds, names))
        self.run_ms = float(result["milliseconds"])
        self.heap_bytes = result.get("heap_bytes")
        declared = {value.name: value.type for value in header.outputs}
        outputs = zip(names, result["outputs"], buffers, strict=True)
        return [self._output(name, head, data, declared[name]) for name, head, data in outputs]

    def _requests(self, feeds: Mapping[str, Array], names: Sequence[str]) -> Iterator[Request]:
        """What to ask the engine for; where it has no memory for one, the next needs less."""
        if self._plan is not None:
            yield from self._plan.runs(feeds, self._threads)
            return
        declared = {value.name: value.type for value in self._header.inputs}
        heads = [to_head(name, array, declared[name]) for name, array in feeds.items()]
        outputs = [self._zipmaps[name].scores if name in self._zipmaps else name for name in names]
        yield {"feeds": heads, "outputs": outputs}, [to_bytes(array) for array in feeds.values()]

    def _asking(self, requests: Iterator[Request]) -> "Flow[Reply]":
        failure: OrtError | None = None
        for params, buffers in requests:
            try:
                return (yield "run", {"session": self.number, **params}, buffers)
            except OrtError as error:
                failure = error
                if error.code != "out-of-memory" or not self._worker.alive:
                    break
        assert failure is not None, "a plan gives one request at least"
        raise explain_refusal(failure, self._provider, self._header) from failure

    def _output(self, name: str, head: dict[str, Any], data: Bytes, declared: str) -> Any:
        zipmap = self._zipmaps.get(name)
        return from_bytes(head, data, declared) if zipmap is None else zipmap.build(from_bytes(head, data, ""))

    def _reviving(self) -> "Flow[None]":
        """Open the model anew if the shared worker was ended for another session's sake."""
        if self._shared and self._number is not None and self._worker.ended_for_another:
            self._worker = shared_worker(self._platform)
            self._number = None
            yield from self._opening(*self._opened_with)

    def _now(self, flow: "Flow[T]") -> T:
        """Go through with it, waiting for each reply."""
        try:
            request = next(flow)
            while True:
                try:
                    reply = self._worker.call_now(*request)
                except OrtError as error:
                    request = flow.throw(error)
                else:
                    request = flow.send(reply)
        except StopIteration as done:
            result: T = done.value
            return result

    async def _later(
        self, flow: "Flow[T]", timeout_s: float | None, on_progress: Callable[[float], None] | None = None
    ) -> T:
        """Go through with it, awaiting each reply."""
        try:
            request = next(flow)
            while True:
                try:
                    reply = await self._worker.call(*request, timeout_s, on_progress)
                except OrtError as error:
                    request = flow.throw(error)
                else:
                    request = flow.send(reply)
        except StopIteration as done:
            result: T = done.value
            return result

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
        result, (data,) = await self._later(self._asking(requests), timeout_s, on_progress)
        self.run_ms = float(result["milliseconds"])
        self.heap_bytes = result.get("heap_bytes")
        return data.reshape(result["outputs"][0]["dims"])

    @property
    def threads(self) -> int:
        """How many threads a planned engine uses; 1 for others, which do not say."""
        return self._threads

    @property
    def takes_pixels(self) -> bool:
        """Whether `run_pixels_async` works with the engine that opened the model."""
        return self._plan is not None

    def prepare_run(self, input_feed: Mapping[str, Any]) -> Request:
        """What the worker needs to run by itself, again and again, with other values of the same shapes.

        The image is the last buffer where the engine is given a program, else that of its feed.
        """
        arrays = check_feeds(self._header.inputs, input_feed)
        feeds = {value.name: array for value, array in zip(self._header.inputs, arrays, strict=True)}
        params, buffers = next(self._requests(feeds, tuple(value.name for value in self._header.outputs)))
        return {"session": self.number, **params}, buffers

    def stop(self) -> None:
        """End the run under way, which then fails with 'cancelled'; for engines that are stoppable."""
        if self._number is not None and self._worker.alive:
            self._worker.tell("stop", {"session": self._number})

    @property
    def number(self) -> int:
        """By which the worker knows the session. Raises `EngineError` 'session-closed' after `close`."""
        if self._number is None:
            raise EngineError("The session is closed; create another.", code="session-closed")
        return self._number

    def run_with_ort_values(
        self, output_names: Any, input_dict_ort_values: Mapping[str, OrtValue], run_options: RunOptions | None = None
    ) -> list[OrtValue]:
        """As `run`, with `OrtValue`s."""
        feeds = {name: value.numpy() for name, value in input_dict_ort_values.items()}
        return [OrtValue(output) for output in self.run(output_names, feeds, run_options)]

    def io_binding(self) -> IOBinding:
        """An empty binding of this session's inputs and outputs."""
        return IOBinding(self)

    def run_with_iobinding(self, iobinding: IOBinding, run_options: RunOptions | None = None) -> None:
        """Compute what is bound as output from what is bound as input."""
        names, feeds = iobinding.names_and_feeds()
        iobinding.take(self.run(names, feeds, run_options))

    async def close(self) -> None:
        """Give the model's memory back. The worker stays for other sessions; closing twice does nothing."""
        number, self._number = self._number, None
        if self._finalizer:
            self._finalizer.detach()
        if number is not None and self._worker.alive:
            await self._worker.call("release", {"session": number})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._number = None
        if self._finalizer:
            self._finalizer()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @property
    def worker(self) -> EngineWorker:
        """The worker this session lives in; `worker.kill()` cancels what it is doing."""
        return self._worker

    def get_inputs(self) -> list[NodeArg]:
        """The inputs to feed, initializers left out."""
        return [describe_value(value) for value in self._header.inputs]

    def get_outputs(self) -> list[NodeArg]:
        return [describe_value(value) for value in self._header.outputs]

    def get_overridable_initializers(self) -> list[NodeArg]:
        """None: a browser's onnxruntime takes no initializers from outside."""
        return []

    def get_providers(self) -> list[str]:
        """The engine that opened the model, by the name it was asked for, as a list of one."""
        return [self._name]

    def get_provider_options(self) -> dict[str, dict[str, str]]:
        """The engine, which takes no options."""
        return {self._name: {}}

    def get_session_options(self) -> SessionOptions:
        return self._options

    def set_providers(self, providers: Any = None, provider_options: Any = None) -> None:
        """Open the model anew with other engines."""
        _check_provider_options(providers, provider_options)
        self._candidates = resolve(providers)
        self.__exit__()
        self._now(self._opening(*self._opened_with))

    def enable_fallback(self) -> None:
        """The list of providers is the order of fallback, always."""

    def disable_fallback(self) -> None:
        """The list of providers is the order of fallback; a list of one leaves nothing to fall back to."""

    def end_profiling(self) -> str:
        """A browser's onnxruntime writes no profile: an empty name, and a warning."""
        warnings.warn("A browser's onnxruntime writes no profile; session.run_ms is the last run's time.", stacklevel=2)
        return ""

    def get_modelmeta(self) -> ModelMetadata:
        return describe_model(self._header)


def _check_engine(provider: str, header: OnnxHeader) -> None:
    """Refuse models of which an engine is known to compute something else in silence."""
    engine = engines.get(provider)
    opset = header.opsets.get("ai.onnx", header.opsets.get("", 0))
    if engine.newest_opset and opset > engine.newest_opset:
        raise Fail(
            "The model's {what} {found} is too new for this engine, which knows up to {newest}. "
            "Save the model with an older one.",
            what="opset",
            found=opset,
            newest=engine.newest_opset,
            code="model-too-new",
        )
    wide = ("tensor(int64)", "tensor(uint64)")
    adds_up = any(name in _ADDS_UP for _, name in header.operators)
    long_in, long_out = (any(value.type in wide for value in values) for values in (header.inputs, header.outputs))
    if not engine.holds_64_bits and adds_up and long_in and long_out:
        raise Unsupported(
            "NOT_IMPLEMENTED : {engine} computes 64-bit integers in 32 bits, so that sums and products may be wrong; "
            "use the provider {complete}.",
            engine=engine.title,
            complete=engines.complete().id,
            code="unsupported-type",
        )


def _check_provider_options(providers: Any, options: Any) -> None:
    """onnxruntime's rules for the list that goes with a list of providers."""
    if options is None:
        return
    if providers is None or len(list(options)) != len(list(providers)):
        raise InvalidArgument("'providers' and 'provider_options' should be the same length if both are given.")
    if not all(isinstance(entry, dict) for entry in options):
        raise InvalidArgument("'provider_options' values must be dicts.")


def _check_run_options(options: object) -> None:
    if options is not None and not isinstance(options, RunOptions):
        raise TypeError(f"run_options must be a RunOptions or None, not {type(options).__name__}.")
