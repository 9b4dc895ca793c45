"""What was wanted of the engine of our own, beside what was measured."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]

ENGINE, SINGLE = "kernels:wasm", "kernels:wasm, 1 thread"
SIZES = (256, 512)
DOWNLOAD_BYTES, LOAD_MS, PAINT_MS = 40_000, 100.0, 300.0
PEAK_MIB = {"nc8": 600, "nc16": 1000}
LARGE_PX = 4000


@dataclass(frozen=True)
class Goal:
    """`most` and `measured` are in `unit`; of several measurements the worst."""

    what: str
    unit: str
    most: float
    measured: float

    def cells(self) -> list[str]:
        """What, at most, measured, whether that is enough."""
        shown = (f"{number:,.2f}" if number < 10 else f"{number:,.0f}" for number in (self.most, self.measured))
        return [self.what, *(f"{number} {self.unit}".strip() for number in shown), self.verdict]

    @property
    def verdict(self) -> str:
        return "reached" if self.measured <= self.most else "**not reached**"


def of_engines(suite: Mapping[str, Any]) -> Iterator[Goal]:
    """The goals of the suite `engines`, as far as it measured them."""
    rows = [row for row in suite["rows"] if row["engine"] == ENGINE and "median_ms" in row]
    single = [row for row in suite["rows"] if row["engine"] == SINGLE and "median_ms" in row]
    for row in rows:
        if row["size"] in SIZES:
            where = f"{row['model']}, {row['size']} px"
            yield Goal(f"{where}: beside native, two threads each", "", 1.0, row["ratio"])
            yield from _beside_ort(f"{where}: beside ort:wasm, two threads each", 0.33, row)
    for row in single:
        if row["size"] in SIZES:
            yield from _beside_ort(f"{row['model']}, {row['size']} px: beside ort:wasm, one thread", 0.30, row)
    if rows:
        yield Goal("load the engine and a model", "ms", LOAD_MS, max(row["load_ms"] for row in rows))
        firsts = [row["first_ms"] / row["median_ms"] for row in rows if row["size"] in SIZES]
        yield from _worst("the first run beside later ones", "", 2.0, firsts)
    if "kernels_bytes" in suite:
        yield Goal("download, compressed", "KB", DOWNLOAD_BYTES / 1e3, suite["kernels_bytes"] / 1e3)


def of_scaling(suite: Mapping[str, Any]) -> Iterator[Goal]:
    """The goals of the suite `scaling`, as far as it measured them."""
    rows = [row for row in suite["rows"] if row.get("engine") == ENGINE and "median_ms" in row]
    for model in dict.fromkeys(row["model"] for row in rows):
        bare = {row["size"]: row for row in rows if row["model"] == model and not row.get("page")}
        page = {row["size"]: row for row in rows if row["model"] == model and row.get("page")}
        if 512 in page:
            yield Goal(f"{model}: from Paint to the picture, 512 px", "ms", PAINT_MS, page[512]["median_ms"])
        most = next((mib for width, mib in PEAK_MIB.items() if model.endswith(width)), None)
        for where, held in (("the engine in a bare page", bare), ("the page itself", page)):
            if most is not None and LARGE_PX in held:
                peak = held[LARGE_PX]["peak_bytes"] / 2**20
                yield Goal(f"{model}: 12 megapixels, peak of {where}", "MiB", most, peak)
        if {512, LARGE_PX} <= set(bare):
            times = bare[LARGE_PX]["ms_per_megapixel"] / bare[512]["ms_per_megapixel"]
            yield Goal(f"{model}: a megapixel at 12 beside one at 512 px", "", 1.7, times)


def _beside_ort(what: str, most: float, row: Row) -> Iterator[Goal]:
    if "of_ort" in row:
        yield Goal(what, "", most, row["of_ort"])


def _worst(what: str, unit: str, most: float, values: Sequence[float]) -> Iterator[Goal]:
    if values:
        yield Goal(what, unit, most, max(values))
