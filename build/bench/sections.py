"""What the report says of each suite, in Markdown."""

from collections.abc import Callable, Iterator, Sequence
from statistics import median
from typing import Any

from build.bench import goals


def _engines(suite: Any) -> Iterator[str]:
    peaks = suite["peak_multiply_adds_per_s"]
    said = ", ".join(f"{name} {rate / 1e9:.1f}" for name, rate in peaks.items())
    yield f"Peak of matrix multiplication, 10⁹ multiply-adds per second: {said}."
    yield (
        "“Of peak” is how much of that the network's convolutions reach, everything between them included;"
        " 100 % would be the floor of the time."
    )
    yield ""
    columns = ("Model", "Size", "Engine", "Load, ms", "First run, ms", "Median, ms", "Times native", "Of ort:wasm")
    yield from _table((*columns, "Of peak", "Largest error"), [_engine_row(row, peaks) for row in suite["rows"]])
    yield from _goals(goals.of_engines(suite))
    yield ""
    for engine, reason in suite.get("not_measured", {}).items():
        yield f"Not measured: {engine}, {reason}."


def _engine_row(row: Any, peaks: Any) -> list[str]:
    cells = [row["model"], _px(row), row["engine"]]
    if "skipped" in row:
        return [*cells, *("–",) * 6, row["skipped"]]
    peak = peaks.get(row["engine"])
    load = _ms(row["load_ms"]) if "load_ms" in row else "–"
    beside = f"{row['of_ort']:.2f}" if "of_ort" in row else "–"
    share = "–" if peak is None else f"{row['multiply_adds'] / row['median_ms'] * 1e3 / peak:.0%}"
    error = f"{row['max_abs_error']:.2g} of 255" if "max_abs_error" in row else "the reference"
    times = [load, _ms(row["first_ms"]), _ms(row["median_ms"]), f"{row['ratio']:.2f}", beside]
    return [*cells, *times, share, error]


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
    there = suite.get("against")
    if there:
        yield f"The other copy of the project, opened in turns with this one, fetches {there['bytes'] / 1e6:.1f} MB."
        yield ""
    others = {row["visit"]: row for row in there["rows"]} if there else {}
    rows = [
        [row["visit"], *_times(row), *(_beside(row, others.get(row["visit"])) if there else ())]
        for row in suite["rows"]
    ]
    yield from _table(("Visit", "Median, ms", "Times, ms", *(("The other copy, ms", "Ratio") if there else ())), rows)
    for visit, reason in suite.get("not_measured", {}).items():
        yield ""
        yield f"Not measured: {visit}, {reason}."


def _times(row: Any) -> list[str]:
    return [_ms(row["median_ms"]), ", ".join(f"{time:,}" for time in row["times_ms"])]


def _beside(row: Any, other: Any) -> list[str]:
    if other is None:
        return ["–", "–"]
    return [_ms(other["median_ms"]), f"{row['median_ms'] / other['median_ms']:.2f}"]


def _interaction(suite: Any) -> Iterator[str]:
    yield (
        f"A session at {suite['size']} px: the longest task of the page's own thread after it was loaded, where it took"
        " 50 ms or more, and the paintings a second while the strength is moved (blended by Python in its worker)."
    )
    yield from _wanted_table(suite)


def _studio(suite: Any) -> Iterator[str]:
    yield (
        f"A phone's window, a photo painted at {suite['size']} px with the automatic choice of the engine, which is"
        " ready. *Style to picture* is from the click on a style to the frame that shows its painting, less the"
        f" engine's time; *a strip of {suite['cards']}* slides to its end and back in 8 s, and its longest task counts"
        " where it took 50 ms or more."
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
    yield (
        "Memory is the most the page's process held, less the empty page. The engine of our own gets and gives bytes,"
        " as in the page; *in the page* is from the button to the painting, with everything around the engine."
    )
    yield ""
    columns = ("Model", "Size", "Engine", "Median, ms", "ms a megapixel", "Times native", "Memory, MiB", "Beside torch")
    yield from _table(columns, [_scaling_row(row) for row in suite["rows"]])
    yield from _goals(goals.of_scaling(suite))


def _scaling_row(row: Any) -> list[str]:
    engine = row.get("engine", "ort:wasm") + (", in the page" if row.get("page") else "")
    cells = [row["model"], _px(row), engine]
    if "error" in row:
        return [*cells, *("–",) * 4, row["error"]]
    pixels = f"{row['ms_per_megapixel']:,.0f}" if "ms_per_megapixel" in row else "–"
    beside = f"{row['ratio']:.1f}" if "ratio" in row else "–"
    memory = f"{row['peak_bytes'] / 2**20:,.0f}" if "peak_bytes" in row else "–"
    torch = f"{row['max_level_error']} of 255 at most, {row['differing']:.3%} differ" if "differing" in row else "–"
    return [*cells, _ms(row["median_ms"]), pixels, beside, memory, torch]


def _placement(suite: Any) -> Iterator[str]:
    yield (
        "Builds with some code more that does nothing, so that all else lies further on; each opened several times,"
        " since browsers place what they compile anew. Medians, in turns."
    )
    yield ""
    rows = [
        [row["model"], _px(row), f"{row['placement']} stores", ", ".join(_ms(time) for time in row["medians_ms"])]
        for row in suite["rows"]
    ]
    yield from _table(("Model", "Size", "Before all other code", "Medians of the openings, ms"), rows)
    yield ""
    for model in dict.fromkeys(row["model"] for row in suite["rows"]):
        builds = [row["medians_ms"] for row in suite["rows"] if row["model"] == model]
        within = max(max(times) / min(times) for times in builds) - 1
        across = max(map(median, builds)) / min(map(median, builds)) - 1
        yield f"{model}: builds differ by {across:.0%}, one build from itself by up to {within:.0%}."


def _tiles(suite: Any) -> Iterator[str]:
    yield "Medians beside those of the shapes as they are, in turns; below 1 is faster."
    yield ""
    rows = [
        [row["model"], _px(row), row["parts"], _ms(row["median_ms"]), f"{row['ratio']:.2f}"] for row in suite["rows"]
    ]
    yield from _table(("Model", "Size", "Parts", "Median, ms", "Beside"), rows)


def _goals(measured: Iterator[goals.Goal]) -> Iterator[str]:
    rows = [goal.cells() for goal in measured]
    if rows:
        yield ""
        yield from _table(("Wanted of our own engine", "At most", "Measured", ""), rows)


def _compiler(suite: Any) -> Iterator[str]:
    yield "The start of Python and all imports are part of it; `lower` also runs source and result to compare them."
    yield from _wanted_table(suite)


SECTIONS: dict[str, Callable[[Any], Iterator[str]]] = {
    "engines": _engines,
    "predecessor": _predecessor,
    "bridge": _bridge,
    "calls": _calls,
    "choice": _choice,
    "startup": _startup,
    "interaction": _interaction,
    "studio": _studio,
    "live": _live,
    "live_memory": _live_memory,
    "paintings": _paintings,
    "scaling": _scaling,
    "placement": _placement,
    "tiles": _tiles,
    "compiler": _compiler,
}


def _px(row: Any) -> str:
    return f"{row['size']} × {row['height']} px" if "height" in row else f"{row['size']} px"


def _ms(time: float) -> str:
    return f"{time:,.1f}" if time < 1000 else f"{time:,.0f}"


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for line in (columns, ("---",) * len(columns), *rows):
        yield "| " + " | ".join(line) + " |"
