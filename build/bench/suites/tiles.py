"""Parts of other shapes than those that the planner cuts layers into: one kind of layer changed at a time, in turns."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from app_py.kernels.program import Kind
from app_py.kernels.tiles import SHAPES, PartShape
from build.bench.lab import Entry, open_lab, write_picture
from build.bench.rounds import ratio, take_turns
from build.bench.suites import Options, Rows
from build.cli.models import FOLDER

ENGINE, AS_IT_IS = "kernels:wasm", "as it is"


def run(options: Options) -> Rows:
    """Rows of `{model, size, parts, median_ms, ratio}`, `ratio` beside the shapes as they are; at the largest size."""
    size = max(options.sizes)
    picture, _ = write_picture(size)
    rows: list[dict[str, Any]] = []
    for model_id in options.models:
        with open_lab() as lab:
            lab.open(Entry(AS_IT_IS, FOLDER / f"{model_id}.onnx", ENGINE))
            contestants: dict[str, Callable[[], float]] = {AS_IT_IS: lambda: lab.run(AS_IT_IS, picture, size)}
            for name, kind, shape in alternatives():
                with _shaped(kind, shape):
                    lab.replan(AS_IT_IS, name, picture, size)
                contestants[name] = lambda name=name: lab.run(name, picture, size)  # type: ignore[misc]
            series = take_turns(contestants, options.runs, options.budget_s)
        for name, times in series.items():
            beside = round(ratio(times, series[AS_IT_IS]), 3)
            rows.append({"model": model_id, "size": size, "parts": name, "median_ms": times.median_ms, "ratio": beside})
            print(f"{model_id:<20} {size} px  {name:<34} {times.median_ms:>8,.1f} ms  {beside:.3f}", flush=True)
    return {"rows": rows}


def alternatives() -> Iterator[tuple[str, Kind, PartShape]]:
    """Twice and half as many rows, and twice and half as many tiles in one."""
    for kind, shape in SHAPES.items():
        wider = replace(shape, floats=shape.floats * 2, most=shape.most * 2)
        narrower = replace(shape, floats=shape.floats // 2, most=shape.most // 2)
        others = {
            "rows halved": replace(shape, rows=shape.rows // 2),
            "rows doubled": replace(shape, rows=shape.rows * 2),
            "columns halved": narrower,
            "columns doubled": wider,
        }
        for what, other in others.items():
            yield f"{kind.name.lower()}, {what}", kind, other


@contextmanager
def _shaped(kind: Kind, shape: PartShape) -> Iterator[None]:
    """Meanwhile the planner cuts layers of a kind into such parts."""
    before = SHAPES[kind]
    SHAPES[kind] = shape
    yield
    SHAPES[kind] = before
