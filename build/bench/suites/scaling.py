"""Time and memory from 256 pixels to the largest size that works, each size in a browser of its own."""

from typing import Any

from build.bench.lab import Entry, open_lab, write_picture
from build.bench.native import Native
from build.bench.rounds import ratio, take_turns
from build.bench.suites import Options, Rows
from build.cli.models import FOLDER
from build.common.errors import BuildError

SIZES = (256, 512, 768, 1024, 1536, 2048)
ENGINE = "ort:wasm"
MOST_RUNS = 5


def run(options: Options) -> Rows:
    """Rows of `{model, size, engine, ms_per_megapixel, peak_bytes, ...}`; the last may be a failure."""
    rows: list[dict[str, Any]] = []
    for model_id in options.models:
        for size in SIZES:
            row = _measure(model_id, size, options)
            rows.append(row)
            if "error" in row:
                print(f"{model_id:<20} {size:>5} px  {row['error']}", flush=True)
                break
            print(
                f"{model_id:<20} {size:>5} px  {row['ms_per_megapixel']:>9,.0f} ms a megapixel"
                f"  {row['peak_bytes'] / 2**20:>7,.0f} MiB  {row['ratio']:>6.1f} x native",
                flush=True,
            )
    return {"rows": rows}


def _measure(model_id: str, size: int, options: Options) -> dict[str, Any]:
    model = FOLDER / f"{model_id}.onnx"
    picture, tensor = write_picture(size)
    native = Native(model)
    row: dict[str, Any] = {"model": model_id, "size": size, "engine": ENGINE}
    with open_lab() as lab:
        empty = lab.peak_bytes()
        try:
            lab.open(Entry(ENGINE, model, ENGINE))
            series = take_turns(
                {"native": lambda: native.run(tensor), ENGINE: lambda: lab.run(ENGINE, picture, size)},
                min(options.runs, MOST_RUNS),
                options.budget_s,
            )
        except BuildError as error:
            return {**row, "error": str(error)}
        return {
            **row,
            **series[ENGINE].to_json(),
            "ms_per_megapixel": round(series[ENGINE].median_ms / size**2 * 1e6, 1),
            "ratio": round(ratio(series[ENGINE], series["native"]), 2),
            "peak_bytes": lab.peak_bytes() - empty,
        }
