"""What sessions of planned engines can do besides: images of bytes in and out, a worker that runs by itself, an end."""

from collections.abc import Callable, Mapping
from typing import Any

from .errors import EngineError
from .feeds import Array, check_feeds
from .flow import go_later
from .model import Model
from .opening import Opened
from .planning import Request
from .running import asking, requests


class PixelRuns:
    """The part of `InferenceSession` that onnxruntime does not have."""

    _model: Model
    _opened: Opened | None
    run_ms: float
    heap_bytes: int | None

    def opened(self) -> Opened:
        """The model in its engine. Raises `EngineError` 'session-closed' after `close`."""
        if self._opened is None:
            raise EngineError("The session is closed; create another.", code="session-closed")
        return self._opened

    async def run_pixels_async(
        self,
        image: Array,
        others: Mapping[str, Any] | None = None,
        *,
        unit_range: bool = False,
        timeout_s: float | None = None,
        on_progress: Callable[[float], None] | None = None,
    ) -> Array:
        """A network's image of an image, both uint8 `[H, W, 3]`: a quarter of what floats take, each way.

        Only for engines that are `planned`; `unit_range` for networks whose colours are 0..1, not 0..255. `others` are
        the further feeds by name. Rounded and held within 0..255; the result may be larger by what the network adds.
        Raises as `run_async` does, 'cancelled' after `stop`.
        """
        opened = self.opened()
        if opened.plan is None:
            raise EngineError("The session's engine takes no pixels.", code="session-closed")
        attempts = opened.plan.pixel_runs(image, others or {}, opened.threads, unit_range)
        result, (data,) = await go_later(asking(self._model, opened, attempts), timeout_s, on_progress)
        self.run_ms = float(result["milliseconds"])
        self.heap_bytes = result.get("heap_bytes")
        return data.reshape(result["outputs"][0]["dims"])

    @property
    def threads(self) -> int:
        """How many threads a planned engine uses; 1 for others, which do not say."""
        return self._opened.threads if self._opened else 1

    @property
    def takes_pixels(self) -> bool:
        """Whether `run_pixels_async` works with the engine that opened the model."""
        return self._opened is not None and self._opened.plan is not None

    def prepare_run(self, input_feed: Mapping[str, Any]) -> Request:
        """What the worker needs to run by itself, again and again, with other values of the same shapes.

        The image is the last buffer where the engine is given a program, else that of its feed.
        """
        header = self._model.header
        feeds = {
            value.name: feed for value, feed in zip(header.inputs, check_feeds(header.inputs, input_feed), strict=True)
        }
        outputs = tuple(value.name for value in header.outputs)
        params, buffers = next(requests(self._model, self.opened(), feeds, outputs))
        return {"session": self.number, **params}, buffers

    def stop(self) -> None:
        """End the run under way, which then fails with 'cancelled'; for engines that are stoppable."""
        if self._opened is not None and self._opened.worker.alive:
            self._opened.worker.tell("stop", {"session": self._opened.number})

    @property
    def number(self) -> int:
        """By which the worker knows the session. Raises `EngineError` 'session-closed' after `close`."""
        return self.opened().number
