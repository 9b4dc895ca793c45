"""`InferenceSession` with the names and behaviour of onnxruntime's Python API, over the engines of a browser.

    session = InferenceSession("model.onnx")
    (y,) = session.run(None, {"x": x})

Where the browser cannot suspend Python (JavaScript promise integration), or is to go on meanwhile:

    session = await InferenceSession.create("model.onnx")
    (y,) = await session.run_async(None, {"x": x})

Source of the API: https://onnxruntime.ai/docs/api/python/api_summary.html
"""

from collections.abc import Mapping, Sequence
from typing import Any, Self

from . import model, running
from . import platform as platforms
from .callbacks import callback_of
from .capi.native_session import NativeSession
from .engine_worker import EngineWorker, shared_worker
from .errors import EngineError, Fail
from .feeds import Array
from .flow import Flow, go_later, go_now
from .io_binding import IOBinding
from .model_source import Source, read_at_once, read_external, read_model
from .opening import Opened, Wish, opening
from .options import RunOptions, SessionOptions
from .ort_value import OrtValue, feed_of
from .pixel_runs import PixelRuns
from .platform.interface import Platform
from .providers import check_options, resolve
from .session_facts import SessionFacts


class InferenceSession(PixelRuns, SessionFacts):
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
        check_options(providers, provider_options)
        source = read_at_once(path_or_bytes)
        self._check_can_wait("InferenceSession(...)", "session = await InferenceSession.create(...)")
        if source is None:
            source = self._platform.block_on(read_model(path_or_bytes, self._platform))
        self._model = model.read(source, self._options)
        files: dict[str, bytes] = {}
        if self._model.header.external_files:
            files = self._platform.block_on(self._files(source))
        go_now(self._opening(Wish(self._candidates, self._options, None, files)))

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
        source = await read_model(path_or_bytes, session._platform)
        session._model = model.read(source, session._options)
        files = await session._files(source)
        wish = Wish(session._candidates, session._options, threads, files)
        await go_later(session._opening(wish), timeout_s)
        return session

    def _prepare(
        self, options: SessionOptions | None, providers: Any, worker: EngineWorker | None, platform: Platform | None
    ) -> None:
        if options is not None and not isinstance(options, SessionOptions):
            raise TypeError(f"sess_options must be a SessionOptions or None, not {type(options).__name__}.")
        self._options = options or SessionOptions()
        self._platform = platform or platforms.current()
        self._candidates = resolve(providers, self._platform.engines())
        self._shared = worker is None
        self._worker = worker or shared_worker(self._platform)
        self._opened: Opened | None = None
        self.run_ms = 0.0
        """What the engine alone needed for the last run, in milliseconds."""
        self.heap_bytes: int | None = None
        """The most WebAssembly memory that the worker's engines have held; None for engines without it."""

    async def _files(self, source: Source) -> dict[str, bytes]:
        return await read_external(self._model.header, source, self._platform, self._options.files())

    def _opening(self, wish: Wish) -> Flow[None]:
        self._wish = wish
        self._opened = yield from opening(self, self._model, self._worker, wish)
        self._name = self._opened.name

    def _check_can_wait(self, what: str, instead: str) -> None:
        if not self._platform.can_block():
            self._platform.check_host()
            raise EngineError(
                "{what} has to wait for the engine, which this browser cannot do in synchronous code; use: {instead}",
                what=what,
                instead=instead,
                code="cannot-block",
            )

    def run(
        self, output_names: Any, input_feed: Mapping[str, Any], run_options: RunOptions | None = None
    ) -> list[Array]:
        """Compute the outputs, as `run_async` does, waiting for them. Feeds may be `OrtValue`s, too.

        Raises `EngineError` 'cannot-block' where the browser cannot suspend Python.
        """
        return self._run(output_names, input_feed, run_options, ())

    def run_async(
        self,
        output_names: Any,
        input_feed: Mapping[str, Any],
        run_options: Any = None,
        *others: Any,
        timeout_s: float | None = None,
        **options: Any,
    ) -> Any:
        """Compute outputs from feeds (input name to array of the declared type and shape); to be awaited.

        `output_names` None means all, in the model's order. Feeds may be non-contiguous or big-endian; nothing of the
        caller's is changed. A worker that needs longer than `timeout_s` is killed; other sessions that lived in it open
        their models anew.

        With onnxruntime's own signature, `(output_names, input_feed, callback, user_data, run_options)`, the callback
        is given the outputs, the data and an error's sentence, which is empty where nothing went wrong: before this
        returns where Python can wait here, because it has no other thread, and later elsewhere.

        Raises `InvalidArgument` for wrong feeds and names, `OrtError` for failures of the engine
        ('input-too-large', 'out-of-memory', 'context-lost', 'engine-hung', 'engine-died', 'engine-failed') and after
        `close` ('session-closed').
        """
        if (callback := callback_of(run_options, others, options)) is None:
            return self._run_later(output_names, input_feed, run_options, timeout_s)
        if self._platform.can_block():
            callback.after(lambda: self.run(output_names, input_feed, callback.run_options))
        else:
            callback.later(self._run_later(output_names, input_feed, callback.run_options, timeout_s))
        return None

    async def _run_later(
        self, output_names: Any, input_feed: Mapping[str, Any], options: RunOptions | None, timeout_s: float | None
    ) -> list[Array]:
        _check_run_options(options)
        await go_later(self._reviving())
        return await go_later(self._running(output_names, input_feed, ()), timeout_s)

    def _run(
        self, names: Any, feeds: Mapping[str, Any], options: RunOptions | None, keep: Sequence[str] | None
    ) -> list[Any]:
        _check_run_options(options)
        self._check_can_wait("run()", "outputs = await session.run_async(output_names, input_feed)")
        if self._worker.ended_for_another:
            go_now(self._reviving())
        return go_now(self._running(names, feeds, keep))

    def _running(self, names: Any, feeds: Mapping[str, Any], keep: Sequence[str] | None) -> Flow[list[Any]]:
        opened = self.opened()
        if isinstance(feeds, Mapping):
            feeds = {name: feed_of(value, opened) for name, value in feeds.items()}
        outputs, (result, _) = yield from running.running(self._model, opened, names, feeds, keep)
        self.run_ms = float(result["milliseconds"])
        self.heap_bytes = result.get("heap_bytes")
        return outputs

    def _reviving(self) -> Flow[None]:
        """Open the model anew if the shared worker was ended for another session's sake."""
        if self._shared and self._opened is not None and self._worker.ended_for_another:
            self._worker = shared_worker(self._platform)
            self._opened = None
            yield from self._opening(self._wish)

    def run_with_ort_values(
        self, output_names: Any, input_dict_ort_values: Mapping[str, OrtValue], run_options: RunOptions | None = None
    ) -> list[OrtValue]:
        """As `run`, with `OrtValue`s. The outputs stay in the engine until somebody asks for their numbers."""
        return [OrtValue(output) for output in self._run(output_names, input_dict_ort_values, run_options, None)]

    def io_binding(self) -> IOBinding:
        """An empty binding of this session's inputs and outputs."""
        return IOBinding(self)

    def run_with_iobinding(self, iobinding: IOBinding, run_options: RunOptions | None = None) -> None:
        """Compute what is bound as output from what is bound as input."""
        iobinding.take(self._run(iobinding.names(), iobinding.feeds(), run_options, iobinding.kept()))

    def set_providers(self, providers: Any = None, provider_options: Any = None) -> None:
        """Open the model anew with other engines."""
        check_options(providers, provider_options)
        self._candidates = resolve(providers, self._platform.engines())
        self.__exit__()
        go_now(self._opening(Wish(self._candidates, self._options, self._wish.threads, self._wish.files)))

    async def close(self) -> None:
        """Give the model's memory back. The worker stays for other sessions; closing twice does nothing."""
        opened, self._opened = self._opened, None
        if opened is not None and opened.release.detach() and opened.worker.alive:
            await opened.worker.call("release", {"session": opened.number})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.release()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.close()

    @property
    def _sess(self) -> NativeSession:
        """onnxruntime's native session, whose methods some programs call."""
        return NativeSession(self)

    @property
    def worker(self) -> EngineWorker:
        """The worker this session lives in; `worker.kill()` cancels what it is doing."""
        return self._worker


def _check_run_options(options: RunOptions | None) -> None:
    if options is not None and not isinstance(options, RunOptions):
        raise TypeError(f"run_options must be a RunOptions or None, not {type(options).__name__}.")
    if options is not None and options.terminate:
        raise Fail("FAIL : Exiting due to terminate flag being set to true.", code="cancelled")
