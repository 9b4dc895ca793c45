"""`docs/performance.md`, written from the newest run of each suite in the ledger."""

from pathlib import Path

from build.bench.history import Run, newest
from build.bench.sections import SECTIONS
from build.bench.suites import SUITES
from build.common.files import write_atomically
from build.common.paths import ROOT

PAGE = ROOT / "docs" / "performance.md"

INTRODUCTION = """# Performance, measured

Written by `python -m build bench` from the newest run of each suite in `benchmarks/history/`; do not edit. What it
means for a visitor is in [performance-for-users.md](performance-for-users.md), what was made faster and what was only
tried in [design/performance-changes.md](design/performance-changes.md), how to add a run in the last section.

Absolute times belong to the machine that is named with them. Contestants took turns in one run, so the ratios hold
even where something else was running. **WebGL here is SwiftShader, a graphics processor imitated by the processor**:
it says whether a graph is right and which of two graphs is cheaper, and nothing about the speed of a real graphics
processor, which was not at hand. WebGPU needs one, too, and was not measured.
"""

AFTERWORD = """## How to add a run

```sh
python -m build bench --suite engines        # or several; --help lists them
python -m build bench --suite engines --out /a/folder   # to look at only: nothing here is changed
python -m build bench --trend                # draws docs/performance-trend.svg from the ledger
```

A run is one file in `benchmarks/history/`: machine, versions, commit, and every single time.
Times of a contestant begin after its first run, which is listed apart, and three more that are not counted, because
browsers go on compiling while WebAssembly runs. Each time includes reading the result back.
"""


def write_report(runs: list[Run], path: Path = PAGE) -> None:
    """Write the page; suites that were never run are named as such."""
    parts = [INTRODUCTION]
    for suite, summary in SUITES.items():
        run = newest(runs, suite)
        name = suite.replace("_", " ").capitalize()
        parts.append(f"## {name}: {summary}\n")
        if run is None:
            parts.append(f"Not measured yet{_why(runs, suite)}.\n")
            continue
        parts.append(_origin(run))
        parts.append("\n".join(SECTIONS[suite](run["suites"][suite])) + "\n")
    write_atomically(path, "\n".join([*parts, AFTERWORD]).encode())


def _why(runs: list[Run], suite: str) -> str:
    reasons = [run["suites"][suite].get("skipped") for run in runs if suite in run["suites"]]
    return f" ({reasons[-1]})" if reasons and reasons[-1] else ""


def _origin(run: Run) -> str:
    machine = run["machine"]
    note = f" {run['note']}" if run["note"] else ""
    return (
        f"{run['created'][:10]}, commit {run['commit']}, {machine['cpu']}, {machine['cores']} cores,"
        f" {machine['memory_gb']} GB; Chromium {machine['chromium']}, onnxruntime {machine['onnxruntime']};"
        f" load before the run {machine['load']}.{note}\n"
    )
<<<<<<< HEAD
=======


def _engines(suite: Any) -> Iterator[str]:
    peaks = suite["peak_multiply_adds_per_s"]
    said = ", ".join(f"{name} {rate / 1e9:.1f}" for name, rate in peaks.items())
    yield f"Peak of matrix multiplication, 10⁹ multiply-adds per second: {said}."
    yield (
        "“Of peak” is how much of that the network's convolutions reach, everything between them included;"
        " 100 % would be the floor of the time."
    )
    yield ""
    columns = ("Model", "Size", "Engine", "First run, ms", "Median, ms", "Times native", "Of peak", "Largest error")
    yield from _table(columns, [_engine_row(row, peaks) for row in suite["rows"]])
    yield ""
    for engine, reason in suite.get("not_measured", {}).items():
        yield f"Not measured: {engine}, {reason}."


def _engine_row(row: Any, peaks: Any) -> list[str]:
    cells = [row["model"], _px(row), row["engine"]]
    if "skipped" in row:
        return [*cells, "–", "–", "–", "–", row["skipped"]]
    peak = peaks.get(row["engine"])
    share = "–" if peak is None else f"{row['multiply_adds'] / row['median_ms'] * 1e3 / peak:.0%}"
    error = f"{row['max_abs_error']:.2g} of 255" if "max_abs_error" in row else "the reference"
    return [*cells, _ms(row["first_ms"]), _ms(row["median_ms"]), f"{row['ratio']:.1f}", share, error]


def _predecessor(suite: Any) -> Iterator[str]:
    yield "The predecessor's files ran under an ordinary user agent: under the headless one its engine paints black."
    yield ""
    columns = (
        "Model",
        "Size",
        "What",
        "First run, ms",
        "Median, ms",
        "Times as fast",
        "Largest error",
        "Mean error of 255",
    )
    yield from _table(columns, [_predecessor_row(row) for row in suite["rows"]])


def _predecessor_row(row: Any) -> list[str]:
    times = [_ms(row["first_ms"]), _ms(row["median_ms"]), f"{row['times_faster']:.2f}"]
    return [
        row["model"],
        _px(row),
        row["engine"],
        *times,
        f"{row['max_abs_error']:.2g}",
        f"{row['mean_abs_error']:.2g}",
    ]


def _bridge(suite: Any) -> Iterator[str]:
    yield (
        "Medians: what Python waits for, less what the engine ran; and the whole call beside the same engine called"
        " from plain JavaScript in the same page, in turns. Wanted at 512 px: at most 5 ms around, 1.05 times plain."
    )
    yield ""
    columns = ("Model", "Size", "Engine", "Megabytes both ways", "Around the engine, ms", "Engine, ms", "Share")
    yield from _table((*columns, "Times plain"), [_bridge_row(row) for row in suite["rows"]])


def _bridge_row(row: Any) -> list[str]:
    cells = [row["model"], _px(row), row["engine"], f"{row['megabytes']:.1f}", f"{row['bridge_ms']:.1f}"]
    plain = f"{row['ratio']:.2f}" if "ratio" in row else "–"
    return [*cells, _ms(row["run_ms"]), f"{row['bridge_ms'] / row['call_ms']:.1%}", plain]


def _calls(suite: Any) -> Iterator[str]:
    yield (
        "The smallest model there is, called through the wheel `onnxruntime_pyodide` and from plain JavaScript in one"
        " page, in turns; medians. `run` waits, `run_async` is awaited. Wanted of `run`: 2,000 in the own thread, 1,000"
        " through a worker."
    )
    yield ""
    rows = [[row["way"], f"{row['calls_per_s']:,}", f"{row['times_plain']:.2f}"] for row in suite["rows"]]
    yield from _table(("Way", "Calls a second", "Of plain JavaScript's"), rows)


def _choice(suite: Any) -> Iterator[str]:
    yield (
        "Cold starts in fresh contexts, in each of which the engine is opened chosen by `auto` and named outright, in"
        " turns. Wanted: the fastest in at least 9 of 10, at most 1.5 s added."
    )
    yield ""
    columns = ("Model", "Size", "Fastest", "Chosen", "Median added, s", "Most added, s")
    yield from _table(columns, [_choice_row(row) for row in suite["rows"]])


def _choice_row(row: Any) -> list[str]:
    chosen = f"{row['chosen']} of {row['starts']}"
    return [
        row["model"],
        _px(row),
        row["fastest"],
        chosen,
        f"{median(row['added_s']):.2f}",
        f"{max(row['added_s']):.2f}",
    ]


def _startup(suite: Any) -> Iterator[str]:
    yield (
        "From opening the address, in a browser that runs already, with a profile on disk: to the first paint, to a"
        " gallery that can be used, to a page whose Python is ready. Cold is a first visit; it fetches"
        f" {suite['bytes'] / 1e6:.1f} MB before it is ready, here from the same machine. First painting: from pressing"
        " the button, at 256 px, with the automatic choice of the engine; the page makes the engine ready from when a"
        " photo is there, so whoever takes their time to choose a style does not wait for that."
    )
    yield ""
    rows = [
        [row["visit"], _ms(row["median_ms"]), ", ".join(f"{time:,}" for time in row["times_ms"])]
        for row in suite["rows"]
    ]
    yield from _table(("Visit", "Median, ms", "Times, ms"), rows)
    for visit, reason in suite.get("not_measured", {}).items():
        yield ""
        yield f"Not measured: {visit}, {reason}."


def _interaction(suite: Any) -> Iterator[str]:
    yield (
        f"A session at {suite['size']} px: the longest task of the page's own thread after it was loaded, where it took"
        " 50 ms or more, and the paintings a second while the strength is moved (blended by Python in its worker)."
    )
    yield from _wanted_table(suite)


def _live(suite: Any) -> Iterator[str]:
    width, height = suite["size"]
    yield (
        f"A camera of {width}x{height} whose picture moves by a pixel a frame, with a sensor's noise, painted as large"
        " as it is, Steady on. *Around the engine* is everything in the engine worker but the network's run. *Flicker*"
        " is the mean change from painting to painting of a scene that stands still, beside that without Steady."
    )
    yield from _wanted_table(suite)


def _paintings(suite: Any) -> Iterator[str]:
    yield (
        "A mixture's weight is moved for four seconds and the photo repainted at 256 px. A new painting is a picture of"
        " 12 megapixels, from choosing the file to its style being chosen in the gallery. What the vector costs: the"
        " network of any painting beside one to which the same style is a constant, at"
        f" {suite['side']} px, in turns; a style's numbers are made from its vector by one product, once a painting."
    )
    yield from _wanted_table(suite)


def _live_memory(suite: Any) -> Iterator[str]:
    rows = suite["rows"]
    yield (
        f"What the page's process holds, its workers included, while a camera is painted in {suite['style']}:"
        f" after {rows[-1]['minutes']:g} minutes {suite['growth_percent']:g} % more than after"
        f" {rows[1]['minutes']:g} (wanted: at most 5 %)."
    )
    yield ""
    yield from _table(("Minutes", "MiB"), [[f"{row['minutes']:g}", f"{row['bytes'] / 2**20:,.0f}"] for row in rows])


def _wanted_table(suite: Any) -> Iterator[str]:
    """What was measured beside what is wanted."""
    yield ""
    rows = [
        [
            row["what"],
            row["unit"],
            row["wanted"],
            f"{row['median']:,}",
            ", ".join(f"{value:,}" for value in row["values"]),
        ]
        for row in suite["rows"]
    ]
    yield from _table(("What", "Unit", "Wanted", "Median", "Values"), rows)


def _scaling(suite: Any) -> Iterator[str]:
    yield "onnxruntime-web (WebAssembly); memory is the most the page's process held, less the empty page."
    yield ""
    columns = ("Model", "Size", "Median, ms", "ms a megapixel", "Times native", "Memory, MiB")
    yield from _table(columns, [_scaling_row(row) for row in suite["rows"]])


def _scaling_row(row: Any) -> list[str]:
    cells = [row["model"], _px(row)]
    if "error" in row:
        return [*cells, "–", "–", "–", row["error"]]
    times = [_ms(row["median_ms"]), _ms(row["ms_per_megapixel"]), f"{row['ratio']:.1f}"]
    return [*cells, *times, f"{row['peak_bytes'] / 2**20:,.0f}"]


SECTIONS: dict[str, Callable[[Any], Iterator[str]]] = {
    "engines": _engines,
    "predecessor": _predecessor,
    "bridge": _bridge,
    "calls": _calls,
    "choice": _choice,
    "startup": _startup,
    "interaction": _interaction,
    "paintings": _paintings,
    "live": _live,
    "live_memory": _live_memory,
    "scaling": _scaling,
}


def _px(row: Any) -> str:
    return f"{row['size']} px"


def _ms(time: float) -> str:
    return f"{time:,.1f}" if time < 1000 else f"{time:,.0f}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for line in (columns, ("---",) * len(columns), *rows):
        yield "| " + " | ".join(line) + " |"
>>>>>>> 631122a (Live and video: styles that are numbers, mixtures and strength; damage, codecs, HDR and full disks said; beside the original; steadier; the command line paints mixtures)
