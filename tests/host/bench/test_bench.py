"""The benchmark's command line: turns, ledger, report and trend, and what it says when it cannot measure."""

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from build.bench.history import HISTORY, newest, read_runs, write_run
from build.bench.machine import this_machine
from build.bench.native import Native, count_multiply_adds, square_product
from build.bench.report import write_report
from build.bench.rounds import FEWEST_RUNS, SETTLE_RUNS, Series, ratio, take_turns
from build.bench.suites import Options, predecessor
from build.bench.trend import draw, series, write_trend
from build.cli import bench as command
from build.cli.bench import DOCS
from build.cli.main import main
from build.common.errors import BuildError

ENGINE_ROW = {"model": "mosaic-nc16", "size": 256, "engine": "ort:wasm", "multiply_adds": 2_500_000_000, "ratio": 2.9}
SUITES: dict[str, Any] = {
    "engines": {
        "peak_multiply_adds_per_s": {"native": 5e10, "ort:wasm": 2e10},
        "not_measured": {"ort:webgpu": "needs a graphics processor"},
        "kernels_bytes": 25_000,
        "rows": [
            {**ENGINE_ROW, **Series(900.0, [250.0, 210.0]).to_json(), "max_abs_error": 0.01},
            {"model": "mosaic-nc16", "size": 512, "engine": "onnxjs:cpu", "skipped": "a run would take about 80 s"},
            {
                **ENGINE_ROW,
                **Series(90.0, [40.0]).to_json(),
                "engine": "kernels:wasm",
                "ratio": 0.8,
                "of_ort": 0.4,
                "load_ms": 70.0,
                "max_abs_error": 0.01,
            },
        ],
    },
    "placement": {"rows": [{"model": "a", "size": 512, "placement": 24, "medians_ms": [10.0, 11.0]}]},
    "tiles": {"rows": [{"model": "a", "size": 512, "parts": "direct, rows halved", "median_ms": 9.0, "ratio": 0.9}]},
    "predecessor": {"rows": [], "skipped": "needs the predecessor's files"},
    "bridge": {
        "rows": [
            {
                "model": "a",
                "size": 64,
                "engine": "e",
                "call_ms": 12.0,
                "run_ms": 10.0,
                "bridge_ms": 2.0,
                "plain_ms": 11.0,
                "ratio": 1.09,
                "megabytes": 0.1,
            },
            {
                "model": "of an older run",
                "size": 64,
                "engine": "e",
                "call_ms": 12.0,
                "run_ms": 10.0,
                "bridge_ms": 2.0,
                "megabytes": 0.1,
            },
        ]
    },
    "choice": {
        "rows": [
            {
                "model": "a",
                "size": 512,
                "fastest": "ort:wasm",
                "chosen": 9,
                "starts": 10,
                "added_s": [0.4, 0.2, 0.9],
                "times_ms": {"ort:wasm": 20.0},
            }
        ]
    },
    "interaction": {
        "rows": [{"what": "slider", "unit": "frames a second", "wanted": "20", "median": 30.0, "values": [30.0]}],
        "size": 1024,
    },
    "live": {
        "rows": [
            {"what": "ours, painted", "unit": "pictures a second", "wanted": "24", "median": 25.0, "values": [25.0]}
        ],
        "size": [320, 240],
        "style": "waves-nc8",
    },
    "paintings": {
        "rows": [{"what": "a new painting", "unit": "ms", "wanted": "1500", "median": 300.0, "values": [300.0]}],
        "side": 512,
    },
    "startup": {
        "rows": [
            {"visit": "cold, ready", "median_ms": 5000, "times_ms": [4900, 5100]},
            {"visit": "offline, ready", "median_ms": 3000, "times_ms": [3000]},
        ],
        "bytes": 17_000_000,
        "against": {
            "rows": [{"visit": "cold, ready", "median_ms": 6250, "times_ms": [6250]}],
            "bytes": 23_400_000,
        },
    },
    "scaling": {
        "rows": [
            {
                "model": "a",
                "size": 256,
                **Series(1.0, [2.0]).to_json(),
                "ms_per_megapixel": 30.5,
                "ratio": 3.0,
                "peak_bytes": 2**28,
            },
            {"model": "a", "size": 2048, "engine": "ort:wasm", "error": "no memory left"},
            {
                "model": "a-nc8",
                "size": 4000,
                "height": 3000,
                "engine": "kernels:wasm",
                **Series(1.0, [2.0]).to_json(),
                "ms_per_megapixel": 30.5,
                "peak_bytes": 2**28,
                "max_level_error": 1,
                "differing": 0.001,
            },
            {
                "model": "a-nc8",
                "size": 512,
                "engine": "kernels:wasm",
                "page": True,
                **Series(1.0, [400.0]).to_json(),
            },
        ]
    },
}


def counted(log: list[str], name: str, ms: float) -> Callable[[], float]:
    def run() -> float:
        log.append(name)
        return ms

    return run


def test_contestants_take_turns() -> None:
    log: list[str] = []
    series = take_turns({"a": counted(log, "a", 1.0), "b": counted(log, "b", 3.0)}, runs=4, budget_s=60)
    warm = 1 + SETTLE_RUNS
    assert log == ["a"] * warm + ["b"] * warm + ["a", "b"] * 4
    assert (len(series["a"].times_ms), ratio(series["b"], series["a"])) == (4, 3.0)


def test_who_has_used_up_the_budget_sits_out() -> None:
    log: list[str] = []
    series = take_turns({"slow": counted(log, "slow", 1.0)}, runs=9, budget_s=0)
    assert len(series["slow"].times_ms) == FEWEST_RUNS
    assert log.count("slow") == 1 + FEWEST_RUNS


def test_multiply_adds_of_a_convolution(tmp_path: Path) -> None:
    weight = numpy_helper.from_array(np.zeros((8, 3, 9, 9), np.float32), "w")
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w"], ["y"], strides=[2, 2], pads=[4, 4, 4, 4])],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, "H", "W"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 8, "h", "w"])],
        [weight],
    )
    path = tmp_path / "conv.onnx"
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 7)], ir_version=4), path)
    assert count_multiply_adds(path, 64) == 8 * 32 * 32 * 3 * 81


def test_the_native_reference_computes() -> None:
    native = Native(square_product(16))
    assert native.run(np.ones((1, 1, 16, 16), np.float32)) > 0
    assert native.output.shape == (1, 1, 16, 16)
    assert np.ptp(native.output[0, 0], axis=0).max() < 1e-5


def test_ledger_report_and_trend(tmp_path: Path) -> None:
    for commit_note in ("before", "after"):
        write_run(SUITES, this_machine(), commit_note, tmp_path / commit_note)
    runs = read_runs(tmp_path / "before") + read_runs(tmp_path / "after")
    machine = runs[0]["machine"]
    assert machine["cores"] >= 1
    assert machine["onnxruntime"]
    assert newest(runs, "predecessor") is None
    last = newest(runs, "engines")
    assert last is not None
    assert last["note"] == "after"

    write_report(runs, tmp_path / "performance.md")
    text = (tmp_path / "performance.md").read_text()
    assert "| mosaic-nc16 | 256 px | ort:wasm | – | 900.0 | 230.0 | 2.90 | – | 54% | 0.01 of 255 |" in text
    assert "a run would take about 80 s" in text
    assert "Not measured yet (needs the predecessor's files)." in text
    assert "no memory left" in text
    assert "| a | 64 px | e | 0.1 | 2.0 | 10.0 | 16.7% | 1.09 |" in text
    assert "| of an older run | 64 px | e | 0.1 | 2.0 | 10.0 | 16.7% | – |" in text
    assert "| a | 512 px | ort:wasm | 9 of 10 | 0.40 | 0.90 |" in text
    assert "with this one, fetches 23.4 MB" in text
    assert "| cold, ready | 5,000 | 4,900, 5,100 | 6,250 | 0.80 |" in text
    assert "| offline, ready | 3,000 | 3,000 | – | – |" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in tables)

    assert write_trend(runs, tmp_path / "trend.svg") == 2
    assert (tmp_path / "trend.svg").read_text().count("<circle") == 2


def test_every_row_of_the_report_names_its_size(tmp_path: Path) -> None:
    row = {"model": "mosaic-nc8", "size": 256, "engine": "theirs", **Series(9.0, [8.0]).to_json(), "times_faster": 1.0}
    suites = {"predecessor": {"rows": [{**row, "max_abs_error": 0.5, "mean_abs_error": 0.1}]}}
    write_run(suites, this_machine(), "", tmp_path)
    write_report(read_runs(tmp_path), tmp_path / "performance.md")
    text = (tmp_path / "performance.md").read_text()
    assert "| mosaic-nc8 | 256 px | theirs | 9.0 | 8.0 | 1.00 | 0.5 | 0.1 |" in text


def test_goals_stand_beside_what_was_measured(tmp_path: Path) -> None:
    write_run(SUITES, this_machine(), "", tmp_path)
    write_report(read_runs(tmp_path), tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    for line in (
        "| mosaic-nc16, 256 px: beside native, two threads each | 1.00 | 0.80 | reached |",
        "| mosaic-nc16, 256 px: beside ort:wasm, two threads each | 0.33 | 0.40 | **not reached** |",
        "| load the engine and a model | 100 ms | 70 ms | reached |",
        "| the first run beside later ones | 2.00 | 2.25 | **not reached** |",
        "| download, compressed | 40 KB | 25 KB | reached |",
        "| a-nc8: from Paint to the picture, 512 px | 300 ms | 400 ms | **not reached** |",
        "| a-nc8: 12 megapixels, peak of the engine in a bare page | 600 MiB | 256 MiB | reached |",
        "builds differ by 0%, one build from itself by up to 10%.",
        "1 of 255 at most, 0.100% differ",
    ):
        assert line in page


def test_a_damaged_ledger_and_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(BuildError, match="no run of the suite engines"):
        write_trend([], tmp_path / "trend.svg")
    (tmp_path / "bad.json").write_text(json.dumps({"version": 9}))
    with pytest.raises(BuildError, match=r"bad\.json is not a run"):
        read_runs(tmp_path)


def test_the_predecessor_is_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(predecessor, "BASELINE", tmp_path / "shared" / "baseline")
    rows = predecessor.run(Options(1, 1.0, (), ()))
    assert rows == {"rows": [], "skipped": "needs the predecessor's files in ../shared/baseline"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["bench"], "nothing to do: name suites"),
        (["bench", "--suite", "engines", "--runs", "0"], "--runs 0 measures nothing"),
        (["bench", "--suite", "engines", "--runs", "1000000"], "choose 1 to 1000"),
        (["bench", "--suite", "engines", "--budget", "-1"], "--budget -1 measures nothing useful; choose 1 to 3600"),
        (["bench", "--suite", "engines", "--budget", "0"], "--budget 0"),
        (["bench", "--suite", "engines", "--budget", "nan"], "--budget nan"),
        (["bench", "--suite", "engines", "--budget", "inf"], "--budget inf"),
        (["bench", "--suite", "engines", "--sizes", "128", "7"], "--sizes 7 cannot be measured; choose multiples of 4"),
        (["bench", "--suite", "engines", "--sizes", "66"], "--sizes 66"),
        (["bench", "--suite", "engines", "--sizes", "0"], "--sizes 0"),
        (["bench", "--suite", "engines", "--sizes", "-64"], "--sizes -64"),
        (["bench", "--suite", "engines", "--sizes", "4096"], "from 32 to 2048"),
        (["bench", "--suite", "bridge", "--models", "netscape"], "there is no model netscape"),
        (["bench", "--suite", "startup", "--against", "elsewhere"], "elsewhere has no page that runs"),
        (["bench", "--suite", "calls", "--against", "elsewhere"], "--against is for suite startup alone"),
        (["bench", "--report", "--out", __file__], "test_bench.py is no folder"),
    ],
)
def test_what_cannot_be_measured_is_said(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def published() -> dict[Path, int]:
    """When what others read was written."""
    return {path: path.stat().st_mtime_ns for path in (*HISTORY.glob("*"), *DOCS.glob("performance*"))}


def test_what_is_measured_for_a_folder_leaves_ledger_and_documents_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(command, "run_suite", lambda name, _options: SUITES[name])
    before = published()
    for _ in range(2):
        assert main(["bench", "--suite", "engines", "--out", str(tmp_path / "mine"), "--trend"]) == 0
    assert published() == before
    assert (tmp_path / "mine" / "performance-trend.svg").is_file()
    text = (tmp_path / "mine" / "performance.md").read_text()
    assert "| mosaic-nc16 | 256 px | ort:wasm | – | 900.0 | 230.0 |" in text
    assert "Not measured yet." in text
    assert newest(read_runs(tmp_path / "mine"), "engines") is not None


def test_the_trend_keeps_every_point_at_its_run() -> None:
    def run(commit: str, **ratios: float) -> Any:
        rows = [
            {"model": "mosaic-nc16", "size": 256, "engine": name.replace("_", ":"), "ratio": value}
            for name, value in ratios.items()
        ]
        return {"commit": commit, "suites": {"engines": {"rows": rows}}}

    runs = [
        run("first", ort_wasm=3.0),
        {"commit": "other", "suites": {"bridge": {"rows": []}}},
        run("second", ort_wasm=2.0, onnxjs_webgl=9.0),
        run("third", onnxjs_webgl=8.0),
    ]
    lines, count = series(runs)
    assert count == 3
    places = {name: [(point.run, point.ratio) for point in points] for name, points in lines.items()}
    assert places == {"ort:wasm": [(0, 3.0), (1, 2.0)], "onnxjs:webgl": [(1, 9.0), (2, 8.0)]}
    circles = [node.get("cx") for node in ElementTree.fromstring(draw(lines, count)).iter() if node.get("cx")]
    assert circles == ["44.0", "360.0", "360.0", "676.0"]
