"""onnxruntime's own `run_async`, which calls back instead of being awaited."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from .errors import OrtError
from .feeds import Array

_tasks: set["asyncio.Future[None]"] = set()
"""Those under way: the event loop itself forgets tasks that nobody holds."""


@dataclass(frozen=True)
class Callback:
    """What is told a run's outputs, the caller's data, and an error's sentence, or '' where nothing went wrong."""

    function: Callable[[list[Array], Any, str], Any]
    data: Any
    run_options: Any

    def after(self, run: Callable[[], list[Array]]) -> None:
        """Run now, then call back."""
        try:
            outputs = run()
        except OrtError as error:
            self.function([], self.data, str(error))
        else:
            self.function(outputs, self.data, "")

    def later(self, run: Coroutine[Any, Any, list[Array]]) -> None:
        """Run when the event loop comes to it, then call back."""

        async def call() -> None:
            try:
                outputs = await run
            except OrtError as error:
                self.function([], self.data, str(error))
            else:
                self.function(outputs, self.data, "")

        _tasks.add(task := asyncio.ensure_future(call()))
        task.add_done_callback(_tasks.discard)


def callback_of(third: Any, others: tuple[Any, ...], named: Mapping[str, Any]) -> Callback | None:
    """The callback among what `run_async` was given after the feeds: `callback, user_data, run_options`, or named."""
    if "callback" in named:
        given: Mapping[str, Any] = {"run_options": third, **named}
    else:
        given = {**dict(zip(("callback", "user_data", "run_options"), (third, *others), strict=False)), **named}
    if not callable(given.get("callback")):
        return None
    return Callback(given["callback"], given.get("user_data"), given.get("run_options"))
