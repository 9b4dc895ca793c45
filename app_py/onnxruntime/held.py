"""A value that stays in an engine: it can be fed to another run there without crossing, or be fetched."""

import weakref
from typing import Any

from .engine_worker import EngineWorker
from .tensor_bytes import from_bytes
from .tensor_types import BY_ENGINE, Array


class HeldValue:
    """A tensor of numbers in an engine's memory, which has it until this object is gone.

    Attributes
    ----------
    worker
        Where it lies.
    number
        By which the worker knows it.
    type, shape
        As of an input: 'tensor(float)', and the sizes.
    """

    def __init__(self, worker: EngineWorker, head: dict[str, Any]) -> None:
        self.worker = worker
        self.number = int(head["held"])
        self.engine_type = str(head["type"])
        self.type = BY_ENGINE[self.engine_type].tensor
        self.shape: tuple[int, ...] = tuple(head["dims"])
        weakref.finalize(self, worker.forget, "drop", {"held": [self.number]}).atexit = False

    @property
    def nbytes(self) -> int:
        """How many bytes it takes."""
        size = BY_ENGINE[self.engine_type].dtype.itemsize
        for axis in self.shape:
            size *= axis
        return size

    def fetch(self) -> Array:
        """A copy, waited for. Raises `EngineError` where its worker has ended, and with it the value."""
        result, (data,) = self.worker.call_now("fetch", {"held": self.number})
        return from_bytes(result["outputs"][0], data, self.type)
