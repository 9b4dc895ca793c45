"""The benchmark's command line: turns, ledger, report and trend, and what it says when it cannot measure."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app_py.benchmark.engines import LIBRARIES
from build.bench.history import newest, read_runs, write_run
from build.bench.machine import this_machine
from build.bench.native import Native, count_multiply_adds, square_product
from build.bench.report import write_report
from build.bench.rounds import FEWEST_RUNS, SETTLE_RUNS, Series, ratio, take_turns
from build.bench.suites import Options, predecessor
from build.bench.trend import write_trend
from build.cli import main
from build.errors import BuildError
from build.runtime.lock import read_lock

ENGINE_ROW = {"model": "mosaic-nc16", "size": 256, "engine": "ort:wasm", "multiply_adds": 2_500_000_000, "ratio": 2.9}
SUITES: dict[str, Any] = {
    "engines": {
        "peak_multiply_adds_per_s": {"native": 5e10, "ort:wasm": 2e10},
        "not_measured": {"ort:webgpu": "needs a graphics processor"},
        "rows": [
            {**ENGINE_ROW, **Series(900.0, [250.0, 210.0]).to_json(), "max_abs_error": 0.01},
            {"model": "mosaic-nc16", "size": 512, "engine": "onnxjs:cpu", "skipped": "a run would take about 80 s"},
        ],
    },
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
                "megabytes": 0.1,
            }
        ]
    },
    "interaction": {
        "rows": [{"what": "slider", "unit": "frames a second", "wanted": "20", "median": 30.0, "values": [30.0]}],
        "size": 1024,
    },
    "startup": {"rows": [{"visit": "cold, ready", "median_ms": 5000, "times_ms": [4900, 5100]}], "bytes": 17_000_000},
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
            {"model": "a", "size": 2048, "error": "no memory left"},
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
    assert "| mosaic-nc16 | 256 px | ort:wasm | 900.0 | 230.0 | 2.9 | 54% | 0.01 of 255 |" in text
    assert "a run would take about 80 s" in text
    assert "Not measured yet (needs the predecessor's files)." in text
    assert "no memory left" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.endswith("|") for line in tables)

    assert write_trend(runs, tmp_path / "trend.svg") == 2
    assert (tmp_path / "trend.svg").read_text().count("<circle") == 2


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
    ],
)
def test_what_cannot_be_measured_is_said(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_reports_name_the_pinned_engines() -> None:
    pinned = {file.package.name: file.package.version for file in read_lock()}
    for name, version in LIBRARIES.values():
        assert pinned[name.lower().replace(".", "")] == version
