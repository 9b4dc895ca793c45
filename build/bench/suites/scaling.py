"""Time and memory from 256 pixels to the largest size that works, each size in a browser of its own.

The engine of our own is given bytes, as the page does it, and also paints a photo of 12 megapixels: beside torch, and
in the page itself.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from app_py.onnxruntime import engines
from build.bench.lab import PHOTO, SCRATCH, Entry, Lab, open_lab, write_picture
from build.bench.native import Native
from build.bench.rounds import Series, ratio, take_turns
from build.bench.studio import open_studio, photo_of
from build.bench.suites import Options, Rows
from build.cli.models import FOLDER
from build.common.errors import BuildError

SIZES = (256, 512, 1024, 2048)
LARGE = (3000, 4000)
ENGINES = ("kernels:wasm", "ort:wasm")
MOST_RUNS = 5
PAINTINGS = 5
TORCH_BYTES = 12 * 2**30
"""Memory that must be free for torch to paint the large photo as well."""

Pixels = NDArray[np.uint8]


def run(options: Options) -> Rows:
    """Rows of `{model, size, engine, ms_per_megapixel, peak_bytes, ...}`; an engine's last may be a failure."""
    rows: list[dict[str, Any]] = []
    asked = [engine for engine in ENGINES if not options.engines or engine in options.engines]
    for model_id in options.models:
        for engine in asked:
            for size in SIZES:
                rows.append(_say(_measure(model_id, size, engine, options)))
                if "error" in rows[-1]:
                    break
        if "kernels:wasm" in asked:
            rows.append(_say(_measure_large(model_id, options)))
            rows += _measure_page(model_id)
    return {"rows": rows}


def _say(row: dict[str, Any]) -> dict[str, Any]:
    told = row.get("error") or (
        f"{row['ms_per_megapixel']:>9,.0f} ms a megapixel  {row['peak_bytes'] / 2**20:>7,.0f} MiB"
        f"  {row.get('ratio', 0):>6.1f} x native"
    )
    print(f"{row['model']:<20} {row['size']:>5} px  {row['engine']:<13} {told}", flush=True)
    return row


def _measure(model_id: str, size: int, engine: str, options: Options) -> dict[str, Any]:
    model = FOLDER / f"{model_id}.onnx"
    picture, tensor = write_picture(size)
    native = Native(model)
    row: dict[str, Any] = {"model": model_id, "size": size, "engine": engine}
    with open_lab() as lab:
        empty = lab.peak_bytes()
        try:
            lab.open(Entry(engine, model, engine))
            contestants = {
                "native": lambda: native.run(tensor),
                engine: _painter(lab, engine, _pixels(tensor), picture),
            }
            series = take_turns(contestants, min(options.runs, MOST_RUNS), options.budget_s)
        except BuildError as error:
            return {**row, "error": str(error)}
        row |= _facts(series[engine], size**2, lab.peak_bytes() - empty)
        return {**row, "ratio": round(ratio(series[engine], series["native"]), 2)}


def _painter(lab: Lab, engine: str, image: Pixels, planes: Path | None = None) -> Callable[[], float]:
    """A run on the image's bytes, or on the same as floats in a file for an engine that takes no bytes."""
    height, width = image.shape[:2]
    if planes is not None and not engines.get(engine).planned:
        return lambda: lab.run(engine, planes, width)
    path = SCRATCH / f"picture-{width}x{height}.rgb"
    path.write_bytes(image.tobytes())
    return lambda: lab.paint(engine, path, height, width)


def _pixels(planes: NDArray[np.float32]) -> Pixels:
    rounded: Pixels = np.rint(planes[0].transpose(1, 2, 0)).clip(0, 255).astype(np.uint8)
    return rounded


def _facts(series: Series, pixels: int, peak: int) -> dict[str, Any]:
    per_megapixel = round(series.median_ms / pixels * 1e6, 1)
    return {**series.to_json(), "ms_per_megapixel": per_megapixel, "peak_bytes": peak}


def _measure_large(model_id: str, options: Options) -> dict[str, Any]:
    """12 megapixels in the bare page, and how far they are from torch's."""
    height, width = LARGE
    with Image.open(PHOTO) as photo:
        image = np.asarray(photo.convert("RGB").resize((width, height)))
    engine = "kernels:wasm"
    row: dict[str, Any] = {"model": model_id, "size": width, "height": height, "engine": engine}
    with open_lab() as lab:
        empty = lab.peak_bytes()
        lab.open(Entry(engine, FOLDER / f"{model_id}.onnx", engine))
        contestants = {engine: _painter(lab, engine, image)}
        series = take_turns(contestants, 2, min(options.budget_s, 1.0))
        row |= _facts(series[engine], height * width, lab.peak_bytes() - empty)
        painted = np.frombuffer(lab.output_bytes(engine), np.uint8).reshape(height, width, 3)
    return {**row, **_beside_torch(model_id, image, painted)}


def _beside_torch(model_id: str, image: Pixels, painted: Pixels) -> dict[str, Any]:
    """`max_level_error` in grey levels, and `differing`, the share of numbers that are another level at all."""
    checkpoint = FOLDER / "checkpoints" / f"{model_id}.safetensors"
    if _free_bytes() < TORCH_BYTES or not checkpoint.is_file():
        return {}
    from build.compiler.verify.host import run_torch
    from build.models.export.checkpoint import load_checkpoint

    planes = np.ascontiguousarray(image.transpose(2, 0, 1)[None].astype(np.float32))
    output = run_torch(load_checkpoint(checkpoint).network(), planes)[0].transpose(1, 2, 0)
    levels = np.rint(output).clip(0, 255).astype(np.int16)
    difference = np.abs(levels - painted)
    found = {"max_level_error": int(difference.max()), "differing": float(f"{(difference > 0).mean():.3g}")}
    print(f"{model_id:<20} beside torch: {found}", flush=True)
    return found


def _free_bytes() -> int:
    memory = Path("/proc/meminfo")
    lines = memory.read_text().splitlines() if memory.is_file() else []
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable")), 0)


def _measure_page(model_id: str) -> list[dict[str, Any]]:
    """The page itself: from the button to the painting at 512 px, and the photo of 12 megapixels."""
    common = {"model": model_id, "engine": "kernels:wasm", "page": True}
    with open_studio(model_id, "512") as studio:
        first, *later = [studio.paint(photo_of(1600, 1200, shade)) for shade in range(PAINTINGS)]
    button = {**common, "size": 512, **Series(first, later).to_json()}
    with open_studio(model_id, "original") as studio:
        large = studio.paint_large(photo_of(LARGE[1], LARGE[0]))
    height, width = large.size
    whole = {**common, "size": width, "height": height, "median_ms": round(large.ms), "peak_bytes": large.peak_bytes}
    for row in (button, whole):
        print(f"{model_id:<20} {row['size']:>5} px  in the page {row['median_ms']:,.0f} ms", flush=True)
    return [button, whole]
