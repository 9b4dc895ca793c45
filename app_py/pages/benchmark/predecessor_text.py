"""Results as the predecessor's benchmark page wrote them, line by line, so that old and new reports lie side by side.

Source: gnsmrky/pytorch-fast-neural-style-onnxjs, branch gh-pages, utils.js. Its lines end in CR LF, its text is
fenced for Markdown, and it knows the mean only.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from app_py.onnxruntime.engines import library
from app_py.pages.benchmark.results import Document
from app_py.pages.report.user_agent import UNKNOWN

FENCE = "```"
END = "\r\n"


def predecessor_text(document: Document) -> str:
    """The whole report: one part for each engine library, in which its combinations follow one another."""
    return "".join(f"{line}{END}" for line in (FENCE, *_lines(document), FENCE))


def log_text(document: Document) -> str:
    """The same without the fence: what the page shows while it measures."""
    return "".join(f"{line}{END}" for line in _lines(document))


def _lines(document: Document) -> Iterator[str]:
    results = sorted(document["results"], key=lambda result: library(result["engine"]))
    if not results:
        # Stopped before the first: the date and the device are known all the same.
        yield from _head(document, *library(document["plan"]["engines"][0]))
    for number, (name, group) in enumerate(groupby(results, key=lambda result: library(result["engine"]))):
        if number:
            yield ""
        yield from _head(document, *name)
        for result in group:
            yield ""
            yield from _result(result, name[0])


def head_lines(device: Any, created: str) -> Iterator[str]:
    """The lines about date and device, which the operator test shares."""
    moment = datetime.fromisoformat(created)
    # Its numbers carry no leading zeros: 2026/11/22     10:41:6
    yield f"Date: {moment.year}/{moment.month}/{moment.day}     {moment.hour}:{moment.minute}:{moment.second}"
    yield ""
    yield from device_lines(device)


def device_lines(device: Any) -> Iterator[str]:
    """os, browser, engine, cpu and gpu under the predecessor's labels."""
    if device["mobile"]:
        yield f"device model: {device['model']}"
        yield "device type: mobile"
    else:
        model = device["model"]
        yield f"Device Model: {'[manual input system model here]' if model == UNKNOWN else model}"
    yield f"os: {device['os']}"
    yield f"browser: {device['browser']}"
    yield f"engine: {device['engine']}"
    yield ""
    yield f"cpu arch: {device['cpu_arch']}"
    gpu = device["gpu"]
    yield gpu if gpu.startswith("cannot get") else f"gpu: {gpu}"


def _head(document: Document, name: str, version: str) -> Iterator[str]:
    yield f"PyTorch fast-neural-style (FNS) benchmark using {name} v{version}"
    yield from head_lines(document["device"], document["created"])


def _result(result: Any, name: str) -> Iterator[str]:
    yield f"{name} backend: {result['engine'].partition(':')[2]}"
    # The predecessor had a file for each size, and the size in its name.
    yield f"loading '{result['file']}' at {result['width']}x{result['height']}"
    if result["load_ms"] is not None:
        yield f"load time: {_ms(result['load_ms'])}"
        yield "warming up tensors... "
    if result["warmup_ms"] is not None:
        yield f"warm up time: {_ms(result['warmup_ms'])}"
        yield ""
    yield from _runs(result["times_ms"])
    if result["error"] is not None:
        yield f"!!!error!!! {result['error']['message']}"
    elif result["times_ms"]:
        yield ""
        yield f"average inference time: {_ms(sum(result['times_ms']) / len(result['times_ms']))}"


def _runs(times: Iterable[float]) -> Iterator[str]:
    for number, time in enumerate(times, 1):
        yield f"inference time #{number}: {_ms(time)}"


def _ms(time: float) -> str:
    return f"{time:.3f}ms"
