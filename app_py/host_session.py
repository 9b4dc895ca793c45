"""The real onnxruntime's session, with what the browser's adds, so that one program runs on both."""

import asyncio
import os
import time
from typing import Any, Self

import onnxruntime

from app_py.onnxruntime import engines
from app_py.onnxruntime.providers import AUTO


class HostWorker:
    """Stands where a browser's session has its worker. Nothing has to be started here, so nothing has to be ended."""

    alive = True

    def __init__(self) -> None:
        self.running: list[onnxruntime.RunOptions] = []

    def kill(self, cause: Exception | None = None) -> None:  # noqa: ARG002 - the browser's signature
        """End what runs now: it fails with onnxruntime's own error."""
        for options in self.running:
            options.terminate = True


class InferenceSession(onnxruntime.InferenceSession):  # type: ignore[misc] # onnxruntime has no types
    """onnxruntime's `InferenceSession`; everything of it works as always.

    What the browser's session has besides is here as well: the names of its engines mean the CPU, `worker` and
    `platform` are taken and not needed, `timeout_s` is not heeded (a thread cannot be killed), `run_ms` is the last
    run's time and `heap_bytes` None.
    """

    def __init__(
        self,
        path_or_bytes: "str | os.PathLike[str] | bytes",
        sess_options: "onnxruntime.SessionOptions | None" = None,
        providers: Any = None,
        provider_options: Any = None,
        *,
        worker: object = None,
        platform: object = None,
        **options: Any,
    ) -> None:
        del worker, platform
        super().__init__(path_or_bytes, sess_options, _user_models(providers), provider_options, **options)
        self.worker = HostWorker()
        self.run_ms = 0.0
        self.heap_bytes: int | None = None

    @classmethod
    async def create(
        cls,
        path_or_bytes: "str | os.PathLike[str] | bytes",
        providers: Any = None,
        *,
        sess_options: "onnxruntime.SessionOptions | None" = None,
        worker: object = None,
        platform: object = None,
        threads: int | None = None,
        timeout_s: float | None = None,
    ) -> Self:
        """Open a model without blocking the event loop; `threads` bounds those of a run (default: a core each)."""
        del worker, platform, timeout_s
        options = sess_options or onnxruntime.SessionOptions()
        if threads:
            options.intra_op_num_threads = threads
        return await asyncio.to_thread(cls, path_or_bytes, options, providers)

    def run(self, output_names: Any, input_feed: Any, run_options: Any = None) -> Any:
        """onnxruntime's own `run`, timed, and ended by `worker.kill()`."""
        options = run_options or onnxruntime.RunOptions()
        self.worker.running.append(options)
        started = time.perf_counter()
        try:
            return super().run(output_names, input_feed, options)
        finally:
            self.run_ms = 1000 * (time.perf_counter() - started)
            self.worker.running.remove(options)

    def run_async(
        self,
        output_names: Any,
        input_feed: Any,
        run_options: Any = None,
        *others: Any,
        timeout_s: float | None = None,
        **options: Any,
    ) -> Any:
        """Awaitable, as in the browser; with a callback in third place or by name, onnxruntime's own."""
        if callable(run_options):
            return super().run_async(output_names, input_feed, run_options, *others, **options)
        if "callback" in options:
            return super().run_async(output_names, input_feed, run_options=run_options, **options)
        del timeout_s
        return asyncio.to_thread(self.run, output_names, input_feed, run_options)

    async def close(self) -> None:
        """Nothing to do: onnxruntime frees the model with the session."""


def _user_models(providers: Any) -> Any:
    """onnxruntime's providers for what the browser's session takes: a list or one name, its engines' names, 'auto'."""
    if providers is None:
        return None
    asked = [providers] if isinstance(providers, str) else providers
    own = ["CPUExecutionProvider" if name in (*engines.ids(), AUTO) else name for name in asked]
    return [name for index, name in enumerate(own) if name not in own[:index]]
