"""The predecessor's own files and engine beside ours, on WebGL, in turns."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from build.bench.lab import SCRATCH, Entry, open_lab, write_picture
from build.bench.native import Native
from build.bench.rounds import ratio, take_turns
from build.bench.suites import Options, Rows
from build.cli.models import FOLDER
from build.common.files import write_atomically
from build.common.paths import ROOT
from build.compiler.verify.session import Difference
from build.runtime.assemble import Sources, fill
from build.runtime.cache import Cache
from build.runtime.lock import Package, PinnedFile

BASELINE = ROOT.parent / "shared" / "baseline"
SIZE = 256
ENGINE = PinnedFile(
    path="onnx-0.1.5.min.js",
    package=Package("onnxjs", "0.1.5", "MIT", "https://github.com/microsoft/onnxjs", npm="onnxjs@0.1.5"),
    member="dist/onnx.min.js",
    size=471887,
    sha256="cc9c2a386152f415bd096cc9b848ed832c1717fe28bbf191910ad07f4d0a5d67",
    group="tests",
)
PAIRS = {
    "mosaic-nc8": "mosaic_nc8_256x256_onnxjs014.onnx",
    "mosaic-nc16": "mosaic_nc16_256x256_onnxjs014.onnx",
    "mosaic-nc8-zeropad": "mosaic_nc8_zeropad_256x256.onnx",
}
"""Our model -> the predecessor's file of the same weights, for 256 by 256 pixels."""

THEIRS, OURS = "predecessor, ONNX.js 0.1.5 WebGL", "ours, ONNX.js 0.1.8 WebGL"
AUTOMATIC = "ours, onnxruntime-web (WebAssembly)"
"""What the page chooses by itself where there is no graphics processor."""


def run(options: Options) -> Rows:
    """Rows of `{model, size, engine, ...}`, with the times' ratio to the predecessor's."""
    if not BASELINE.is_dir():
        return {"rows": [], "skipped": f"needs the predecessor's files in ../{BASELINE.parent.name}/{BASELINE.name}"}
    if absent := [model_id for model_id in PAIRS if not (FOLDER / f"{model_id}.onnx").is_file()]:
        return {"rows": [], "skipped": f"needs the model {absent[0]}, of the predecessor's weights"}
    fill(SCRATCH, [ENGINE], Cache(), Sources.default())
    picture, tensor = write_picture(SIZE)
    rows: list[dict[str, Any]] = []
    for model_id, file in PAIRS.items():
        model = FOLDER / f"{model_id}.onnx"
        copy = SCRATCH / file
        write_atomically(copy, (BASELINE / file).read_bytes())
        native = Native(model)
        native.run(tensor)
        rows += _compare(model_id, model, copy, picture, native, options)
    return {"rows": rows}


def _compare(
    model_id: str, ours: Path, theirs: Path, picture: Path, native: Native, options: Options
) -> list[dict[str, Any]]:
    contestants: dict[str, Callable[[], float]] = {}
    rows = []
    with open_lab() as lab:
        for entry in (
            Entry(THEIRS, theirs, "", script=SCRATCH / ENGINE.path),
            Entry(OURS, ours, "onnxjs:webgl"),
            Entry(AUTOMATIC, ours, "ort:wasm"),
        ):
            lab.open(entry)
            contestants[entry.name] = lambda name=entry.name: lab.run(name, picture, SIZE)  # type: ignore[misc]
        series = take_turns(contestants, options.runs, options.budget_s)
        for name, each in series.items():
            error = Difference.between(lab.output(name).reshape(native.output.shape), native.output)
            faster = round(ratio(series[THEIRS], each), 2)
            row = {"model": model_id, "size": SIZE, "engine": name, **each.to_json(), "times_faster": faster}
            rows.append({**row, "max_abs_error": error.maximum, "mean_abs_error": error.mean})
            print(
                f"{model_id:<20} {name:<36} {each.median_ms:>10,.1f} ms  {faster:>7.2f} times as fast"
                f"  off by {error.maximum:.2g}",
                flush=True,
            )
    return rows
