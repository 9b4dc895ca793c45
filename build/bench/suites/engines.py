"""Every engine on every model and size, in turns with native onnxruntime; and how far each is from what is possible."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from app_py.onnxruntime import engines as registry
from build.bench.lab import SCRATCH, Entry, Lab, open_lab, write_picture
from build.bench.native import Native, count_multiply_adds, square_product
from build.bench.rounds import Series, ratio, take_turns
from build.bench.suites import NOT_MEASURED, Options, Rows
from build.cli.models import FOLDER
from build.common.files import write_atomically
from build.common.paths import ROOT
from build.compiler.verify.session import Difference

NATIVE = "native"
ONE_THREAD = ", 1 thread"
SINGLE = f"ort:wasm{ONE_THREAD}"
KERNELS = "kernels:wasm"
THREADED = ("ort:wasm", KERNELS)
"""Engines that are measured with one thread as well."""

PRODUCT_SIDE = 1536
WWW = ROOT / "www"


def run(options: Options) -> Rows:
    """Rows of `{model, size, engine, ...}`, the machine's measured peaks, and each model's multiply-adds."""
    rows: list[dict[str, Any]] = []
    speed: dict[tuple[str, str], float] = {}
    with open_lab() as lab:
        peaks = _peaks(lab, options)
        for model in options.models:
            for size in sorted(options.sizes):
                rows += _measure(lab, model, size, options, speed)
    left_out = {engine: "not asked for in this run" for engine in registry.ids() if engine not in wanted(options)}
    return {
        "rows": rows,
        "peak_multiply_adds_per_s": peaks,
        "kernels_bytes": kernels_bytes(),
        "not_measured": {**left_out, **NOT_MEASURED},
    }


def wanted(options: Options) -> list[str]:
    """The engines that are measured."""
    return [engine for engine in options.engines or registry.ids() if engine not in NOT_MEASURED]


def entries(model: Path, engines: Sequence[str]) -> list[Entry]:
    """The contestants in the browser."""
    single = [Entry(engine + ONE_THREAD, model, engine, threads=1) for engine in THREADED if engine in engines]
    return [*(Entry(engine, model, engine) for engine in engines), *single]


def kernels_bytes() -> int:
    """What a page downloads for the engine of our own, compressed: its scripts, and the larger of its files."""
    scripts = sum(_compressed(path) for path in (WWW / "engine").glob("kernels*.js"))
    return scripts + max(_compressed(path) for path in (WWW / "vendor" / "kernels").glob("*.wasm"))


def _compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def _measure(
    lab: Lab, model_id: str, size: int, options: Options, speed: dict[tuple[str, str], float]
) -> list[dict[str, Any]]:
    model = FOLDER / f"{model_id}.onnx"
    path, tensor = write_picture(size)
    native, single = Native(model), Native(model, threads=1)
    contestants: dict[str, Callable[[], float]] = {
        NATIVE: lambda: native.run(tensor),
        NATIVE + ONE_THREAD: lambda: single.run(tensor),
    }
    rows: list[dict[str, Any]] = []
    opened: dict[str, float] = {}
    for entry in entries(model, wanted(options)):
        predicted_s = speed.get((model_id, entry.name), 0.0) * size**2 / 1e3
        if predicted_s > options.budget_s:
            reason = f"a run would take about {predicted_s:.0f} s"
            rows.append({"model": model_id, "size": size, "engine": entry.name, "skipped": reason})
            continue
        opened[entry.name] = lab.open(entry)
        contestants[entry.name] = lambda name=entry.name: lab.run(name, path, size)  # type: ignore[misc]
    series = take_turns(contestants, options.runs, options.budget_s)
    common = {"model": model_id, "size": size, "multiply_adds": count_multiply_adds(model, size)}
    measured = [
        {**common, "engine": name, **series[name].to_json(), "ratio": round(ratio(series[name], series[NATIVE]), 2)}
        for name in (NATIVE, NATIVE + ONE_THREAD)
    ]
    for name, load_ms in opened.items():
        error = Difference.between(lab.output(name).reshape(native.output.shape), native.output)
        lab.close(name)
        speed[model_id, name] = series[name].median_ms / size**2
        row = {**common, "engine": name, **series[name].to_json(), "load_ms": round(load_ms, 1)}
        row |= {"ratio": round(ratio(series[name], series[NATIVE]), 2), "max_abs_error": error.maximum}
        peer = name.replace(KERNELS, "ort:wasm")
        if peer != name and peer in series:
            row["of_ort"] = round(ratio(series[name], series[peer]), 3)
        measured.append(row)
        print(_line(model_id, size, name, series[name], row), flush=True)
    return measured + rows


def _line(model: str, size: int, name: str, series: Series, row: dict[str, Any]) -> str:
    return (
        f"{model:<20} {size:>5} px  {name:<20} {series.median_ms:>10,.1f} ms  {row['ratio']:>8.1f} x native"
        f"  off by {row['max_abs_error']:.2g}"
    )


def _peaks(lab: Lab, options: Options) -> dict[str, float]:
    """Multiply-adds per second that matrix multiplication reaches: what convolution could hope for."""
    product = SCRATCH / "product.onnx"
    write_atomically(product, square_product(PRODUCT_SIDE))
    matrix = np.random.default_rng(0).standard_normal((1, 1, PRODUCT_SIDE, PRODUCT_SIDE)).astype(np.float32)
    path = SCRATCH / "matrix.f32"
    write_atomically(path, matrix.tobytes())
    native = Native(product)
    contestants: dict[str, Callable[[], float]] = {NATIVE: lambda: native.run(matrix)}
    for name, threads in (("ort:wasm", None), (SINGLE, 1)):
        lab.open(Entry(name, product, "ort:wasm", threads))
        contestants[name] = lambda name=name: lab.run(name, path, PRODUCT_SIDE)  # type: ignore[misc]
    series = take_turns(contestants, options.runs, options.budget_s)
    for name in contestants:
        if name != NATIVE:
            lab.close(name)
    return {name: round(PRODUCT_SIDE**3 / min(each.times_ms) * 1e3) for name, each in series.items()}
