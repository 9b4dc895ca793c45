"""A plan for the site's own engine, of a network that it takes: the fake engine computes it like any other."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime import planning
from app_py.onnxruntime.planning import Request
from app_py.onnxruntime.platform.interface import Bytes

PLANNED = "kernels:wasm"


def plan_every_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the site's own engine take the models of these tests, which are no networks."""
    monkeypatch.setattr(planning, "_plans", {})
    monkeypatch.setattr(planning, "_loaders", {"kernels": lambda: lambda _model: FakePlan()})


class FakePlan:
    """Implements `planning.Plan`: feeds go to the engine as they are."""

    def create(self) -> list[Bytes]:
        return []

    def runs(self, feeds: Mapping[str, Any], threads: int) -> Iterator[Request]:
        del threads
        yield _request(feeds)

    def pixel_runs(self, image: Any, feeds: Mapping[str, Any], threads: int, unit_range: bool) -> Iterator[Request]:
        del threads, unit_range
        yield _request({"image": image, **feeds})


def _request(feeds: Mapping[str, Any]) -> Request:
    heads = [{"name": name, "type": str(feed.dtype), "dims": list(feed.shape)} for name, feed in feeds.items()]
    return {"feeds": heads, "outputs": ["y"]}, [
        np.ascontiguousarray(feed).reshape(-1).view(np.uint8) for feed in feeds.values()
    ]
