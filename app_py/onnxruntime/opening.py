"""Opening a model: one engine after the other, until one takes it."""

import warnings
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import engines
from .engine_worker import EngineWorker
from .errors import OrtError
from .faults import explain_refusal, merge_refusals
from .flow import Asked, Flow
from .general import default_log_severity
from .known_faults import check_model
from .model import Model
from .options import SessionOptions
from .planning import Plan, make_plan


@dataclass(frozen=True)
class Wish:
    """How a model is to be opened.

    Attributes
    ----------
    candidates
        The engines to try, in order, and by which name each was asked for.
    options
        What onnxruntime-web takes of them is passed on.
    threads
        How many at most; None leaves it to the options.
    files
        The files with the model's weights, by their names in it.
    """

    candidates: Mapping[str, str]
    options: SessionOptions
    threads: int | None
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Opened:
    """A model in an engine.

    Attributes
    ----------
    worker, number
        Where it is, and by which number the worker knows it.
    engine, name
        The engine, and by which name it was asked for.
    plan
        For an engine that reads no ONNX.
    threads
        How many a planned engine uses; 1 for others, which do not say.
    release
        Gives the memory back without waiting, once.
    """

    worker: EngineWorker
    number: int
    engine: str
    name: str
    plan: Plan | None
    threads: int
    release: "weakref.finalize[..., Any]"


def opening(owner: object, model: Model, worker: EngineWorker, wish: Wish) -> Flow[Opened]:
    """Ask one engine after the other to open the model, which is released when its owner is gone."""
    refusals: list[OrtError] = []
    onnx = [np.frombuffer(data, np.uint8) for data in (model.data, *wish.files.values())]
    for engine, name in wish.candidates.items():
        try:
            check_model(engine, model.header)
            plan = make_plan(engine, model.data)
            buffers = plan.create() if plan else onnx
            reply, _ = yield Asked(worker, "create", _params(engine, model, wish), buffers)
        except OrtError as error:
            refusals.append(explain_refusal(error, engine, model.header))
            if not worker.alive:
                break
            continue
        for refusal in refusals:
            warnings.warn(f"{refusal} Falling back to {engine}.", stacklevel=4)
        number = int(reply["session"])
        release = weakref.finalize(owner, worker.forget, "release", {"session": number})
        # What is left at the interpreter's end ends with the page.
        release.atexit = False
        return Opened(worker, number, engine, name, plan, int(reply.get("threads") or 1), release)
    raise refusals[0] if len(refusals) == 1 else merge_refusals(refusals)


def _params(engine: str, model: Model, wish: Wish) -> dict[str, Any]:
    options = wish.options.to_engine()
    if model.dimensions:
        options["freeDimensionOverrides"] = dict(model.dimensions)
    severity = default_log_severity()
    if severity is not None:
        options.setdefault("logSeverityLevel", severity)
    return {
        "provider": engine,
        "threads": wish.threads or wish.options.intra_op_num_threads or None,
        "most_threads": engines.get(engine).most_threads,
        "options": options,
        "external": list(wish.files),
    }
