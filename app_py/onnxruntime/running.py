"""One run: what an engine is asked for, and what its answer becomes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from . import engines
from .engine_worker import Reply
from .errors import NotImplemented as Unsupported
from .errors import OrtError
from .faults import explain_refusal
from .feeds import Array, Feed, check_feeds, check_output_names
from .flow import Asked, Flow
from .held import HeldValue
from .known_faults import check_values
from .model import Model
from .opening import Opened
from .planning import Request
from .tensor_bytes import NONE, from_bytes, to_bytes, to_head
from .tensor_types import BY_TENSOR, STRING

Results = tuple[list[Any], Reply]
"""The outputs, and what the engine said."""


def running(
    model: Model, opened: Opened, output_names: Any, input_feed: Mapping[str, Any], keep: Sequence[str] | None = ()
) -> Flow[Results]:
    """Compute outputs. Those of `keep` (None: all) stay in the engine, where it can hold them, as `HeldValue`s."""
    names = check_output_names(model.header.outputs, output_names)
    _check_outputs(model, names)
    feeds = check_feeds(model.header.inputs, input_feed)
    check_values(opened.engine, model.header.inputs, feeds)
    kept = list(names if keep is None else keep) if engines.get(opened.engine).keeps_values else []
    by_name = {value.name: feed for value, feed in zip(model.header.inputs, feeds, strict=True)}
    reply = yield from asking(model, opened, requests(model, opened, by_name, names, kept))
    result, buffers = reply
    declared = {value.name: value.type for value in model.header.outputs}
    outputs = zip(names, result["outputs"], buffers, strict=True)
    return [_output(model, opened, name, head, data, declared[name]) for name, head, data in outputs], reply


def requests(
    model: Model, opened: Opened, feeds: Mapping[str, Feed], names: Sequence[str], kept: Sequence[str] = ()
) -> Iterator[Request]:
    """What to ask the engine for; where it has no memory for one, the next needs less."""
    if opened.plan is not None:
        arrays = {name: feed for name, feed in feeds.items() if isinstance(feed, np.ndarray)}
        yield from opened.plan.runs(arrays, opened.threads)
        return
    declared = {value.name: value.type for value in model.header.inputs}
    outputs = [model.zipmaps[name].scores if name in model.zipmaps else name for name in names]
    params: dict[str, Any] = {
        "feeds": [_head(name, feed, declared[name]) for name, feed in feeds.items()],
        "outputs": outputs,
    }
    if kept:
        params["kept"] = [name for name in kept if name not in model.zipmaps]
    yield params, [to_bytes(feed) if isinstance(feed, np.ndarray) else NONE for feed in feeds.values()]


def asking(model: Model, opened: Opened, attempts: Iterator[Request]) -> Flow[Reply]:
    """Ask until the engine has the memory that it needs."""
    failure: OrtError | None = None
    for params, buffers in attempts:
        try:
            return (yield Asked(opened.worker, "run", {"session": opened.number, **params}, buffers))
        except OrtError as error:
            failure = error
            if error.code != "out-of-memory" or not opened.worker.alive:
                break
    assert failure is not None, "a plan gives one request at least"
    raise explain_refusal(failure, opened.engine, model.header) from failure


def _head(name: str, feed: Feed, declared: str) -> dict[str, Any]:
    if isinstance(feed, HeldValue):
        return {"name": name, "type": feed.engine_type, "dims": list(feed.shape), "held": feed.number}
    return to_head(name, feed, declared)


def _check_outputs(model: Model, names: Sequence[str]) -> None:
    """Refuse outputs that cannot leave an engine, when they are asked for."""
    for value in model.header.outputs:
        if value.type in BY_TENSOR or value.type == STRING or value.name in model.zipmaps or value.name not in names:
            continue
        others = [other.name for other in model.header.outputs if other.type in BY_TENSOR or other.type == STRING]
        remedy = f" Ask for others by name: {', '.join(others)}." if others else ""
        raise Unsupported(
            f"NOT_IMPLEMENTED : The output '{value.name}' is a {value.type}, which the engines of a browser do not "
            f"pass out.{remedy}",
            code="unsupported-type",
        )


def _output(model: Model, opened: Opened, name: str, head: dict[str, Any], data: Array, declared: str) -> Any:
    if "held" in head:
        return HeldValue(opened.worker, head)
    zipmap = model.zipmaps.get(name)
    return from_bytes(head, data, declared) if zipmap is None else zipmap.build(from_bytes(head, data, ""))
