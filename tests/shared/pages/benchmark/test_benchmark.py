"""The benchmark's plan, statistics, documents, texts, links and chart."""

import base64
import copy
import json
import xml.etree.ElementTree as ElementTree
import zlib
from typing import Any

import numpy as np
import pytest

from app_py.onnxruntime.engines import library
from app_py.pages.benchmark.chart import draw_results
from app_py.pages.benchmark.plan import MOST_COMBINATIONS, MOST_MODELS, MOST_RUNS, MOST_SIZES, PlanError, make_plan
from app_py.pages.benchmark.predecessor_text import predecessor_text
from app_py.pages.benchmark.results import make_document, read_document, schema
from app_py.pages.benchmark.statistics import summarise
from app_py.pages.benchmark.table import make_device_table, to_markdown
from app_py.pages.operator_test.results import schema as ops_schema
from app_py.pages.report.device import describe_device
from app_py.pages.report.json_schema import KEYWORDS, ResultsError, check
from app_py.pages.report.share import from_fragment, to_fragment
from tests.shared.support.fake_models import spec
from tests.shared.support.results_samples import SUMMARY, document, result

MODELS = (spec(), spec("zero"))


def test_statistics_of_known_numbers() -> None:
    summary = summarise([4.0, 1.0, 3.0, 2.0, 10.0], pixels=128 * 128)
    assert (summary.mean_ms, summary.median_ms, summary.min_ms, summary.max_ms) == (4.0, 3.0, 1.0, 10.0)
    assert summary.p90_ms == pytest.approx(7.6)
    assert summary.sd_ms == pytest.approx(3.5355339)
    assert summary.megapixels_per_s == pytest.approx(128 * 128 / 1e6 / 0.003)


def test_statistics_of_a_single_run_and_of_none() -> None:
    assert summarise([5.0], 100).sd_ms == 0.0
    for times in ([], [float("nan")], [-1.0]):
        with pytest.raises(ValueError, match="finite"):
            summarise(times, 100)


def test_a_plan_is_every_combination() -> None:
    plan = make_plan(MODELS, ["all"], ["ort:wasm", "onnxjs:webgl"], ["64", "128"], "30")
    assert len(plan.combinations()) == 2 * 2 * 2
    assert plan.combinations()[0].label == "Mosaic, fast, 64 px, onnxruntime-web · WebAssembly"
    assert make_plan(MODELS, ["all"], ["all"], ["64"], "30", ["ort:wasm"]).engines == ("ort:wasm",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"runs": "0"}, "With 0 runs there is nothing to measure. Choose 1 to 1000 runs."),
        ({"runs": "-3"}, "nothing to measure"),
        ({"runs": "1000000"}, "1,000,000 runs of each combination would take too long. Choose 1 to 1000"),
        ({"runs": "many"}, "“many” is not a number of runs"),
        ({"runs": "2.5"}, "whole number"),
        ({"models": []}, "No model is chosen"),
        ({"models": ["nope"]}, "There is no model “nope”. There are: mosaic-nc8, mosaic-nc8-zeropad."),
        ({"engines": ["tfjs"]}, "There is no engine “tfjs”"),
        ({"sizes": []}, "No size is chosen"),
        ({"sizes": ["9999"]}, "“9999” is not a size"),
        ({"sizes": ["12é"]}, "is not a size"),
        ({"sizes": ["9" * 5000]}, "“9999999999…999999999” is not a size"),
        ({"sizes": [str(size) for size in range(32, 91)]}, "59 sizes are too many for one run. Choose 50 at most."),
        ({"runs": "9" * 4000}, "“9999999999…999999999” is not a number of runs"),
        ({"models": ["m" * 5000]}, "There is no model “mmmm"),
        (
            {
                "catalogue": [spec(style=f"s{number}") for number in range(10)],
                "models": ["all"],
                "engines": ["all"],
                "sizes": [str(size) for size in range(32, 82)],
            },
            "3,000 combinations are too many for one run. Choose fewer models, engines or sizes: 2,000 at most.",
        ),
    ],
)
def test_a_bad_plan_gets_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    usual = {"models": ["mosaic-nc8"], "engines": ["ort:wasm"], "sizes": ["64"], "runs": "3", "catalogue": MODELS}
    asked: dict[str, Any] = {**usual, **changes}
    with pytest.raises(PlanError) as caught:
        make_plan(asked["catalogue"], asked["models"], asked["engines"], asked["sizes"], asked["runs"])
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 250
    assert caught.value.code == "plan-invalid"


def test_a_plan_is_no_larger_than_a_document() -> None:
    parts = schema()["properties"]
    assert parts["plan"]["properties"]["sizes"]["maxItems"] == MOST_SIZES
    assert parts["plan"]["properties"]["runs"]["maximum"] == MOST_RUNS
    assert parts["results"]["maxItems"] == MOST_COMBINATIONS
    # Each model is in one combination at least.
    assert parts["plan"]["properties"]["models"]["maxItems"] >= MOST_MODELS
    plan = make_plan(MODELS, ["all"], ["all"], [str(size) for size in range(32, 82)], "1")
    assert make_document(plan, describe_device({}), "2026-11-22T10:41:06+01:00", [], False)


def test_the_predecessors_text_line_by_line() -> None:
    assert predecessor_text(document()).split("\r\n") == [
        "```",
        "PyTorch fast-neural-style (FNS) benchmark using ONNX.js v0.1.8",
        "Date: 2026/11/22     10:41:6",
        "",
        "Device Model: [manual input system model here]",
        "os: Linux x86_64",
        "browser: Chrome 156.0.0.0",
        "engine: Blink 156.0.0.0",
        "",
        "cpu arch: amd64",
        "gpu: SwiftShader",
        "",
        "ONNX.js backend: cpu",
        "loading '../models/mosaic-nc8.onnx' at 128x128",
        "load time: 110.200ms",
        "warming up tensors... ",
        "warm up time: 1691.600ms",
        "",
        "inference time #1: 1400.000ms",
        "inference time #2: 1600.000ms",
        "",
        "average inference time: 1500.000ms",
        "```",
        "",
    ]


def test_the_predecessors_text_on_a_phone_and_for_two_libraries() -> None:
    sample = document(result(engine="ort:wasm", engine_version="1.30.0"), result())
    sample["device"] |= {"mobile": True, "model": "Google Pixel 3", "gpu": "cannot get 'webgl' context..."}
    lines = predecessor_text(sample).split("\r\n")
    assert lines.count("device model: Google Pixel 3") == 2
    assert "device type: mobile" in lines
    assert "cannot get 'webgl' context..." in lines
    assert "onnxruntime-web backend: wasm" in lines


def test_markdown_escapes_what_others_wrote() -> None:
    failed = result(error={"code": "x", "message": "<img src=x> | `rm`\n# head"}, summary=None)
    text = to_markdown([("a|b", document(failed))])
    assert "\\<img src=x\\> \\| \\`rm\\` \\# head" in text
    assert "### a\\|b" in text
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert len({line.replace("\\|", "").count("|") for line in rows}) == 1


def broken(path: str, value: Any) -> dict[str, Any]:
    sample: Any = document()
    *parents, last = path.split(".")
    place = sample
    for name in parents:
        place = place[int(name) if name.isdecimal() else name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return dict(sample)


@pytest.mark.parametrize(
    ("path", "value", "problem"),
    [
        ("kind", "ops", "kind should be 'benchmark'"),
        ("version", 2, "version should be 1"),
        ("device", ..., "device is missing"),
        ("device.cores", "many", "device.cores should be integer or null"),
        ("device.cores", True, "device.cores should be integer or null"),
        ("device.os", "x" * 101, "device.os is too long"),
        ("results.0.times_ms", [-1], "results[0].times_ms[0] is out of range"),
        ("results.0.times_ms", [1.0] * 1001, "results[0].times_ms has too few or too many"),
        ("results.0.summary", None, "results[0].summary is amiss"),
        ("results.0.hidden_runs", [7], "results[0].hidden_runs is amiss"),
        *(
            (f"results.0.summary.{name}", value * 1.01, f"results[0].summary.{name} is")
            for name, value in SUMMARY.items()
        ),
        ("results.0.summary.median_ms", 0.001, "results[0].summary.median_ms is not what follows from its times"),
        ("results.0.times_ms", [1400.0, 1500.0], "results[0].summary.mean_ms is not what follows from its times"),
        ("results.0.width", 256, "results[0].summary.megapixels_per_s is"),
        ("results.0.check.max_abs_error", 200, "results[0].check.right is not what follows from its error"),
        ("results.0.check.max_abs_error", None, "results[0].check.right is"),
        ("results.0.check.right", False, "results[0].check.right is"),
        ("results.0.more", 1, "results[0].more is unknown"),
        ("results", {}, "results should be array"),
    ],
)
def test_foreign_results_are_checked(path: str, value: Any, problem: str) -> None:
    with pytest.raises(ResultsError) as caught:
        read_document(json.dumps(broken(path, value)), "theirs.json")
    assert problem in str(caught.value)
    assert "theirs.json" in str(caught.value)


@pytest.mark.parametrize("scale", [1e-4, 1e-3, 0.1, 30.0, 1e5])
def test_what_was_rounded_on_its_way_is_accepted(scale: float) -> None:
    """Files of the first releases sum up times before they are rounded."""
    random = np.random.default_rng(3)
    for _ in range(50):
        times = random.uniform(0, scale, random.integers(1, 9)).tolist()
        ours = result(
            times_ms=[round(time, 3) for time in times],
            summary=summarise(times, 128 * 128).to_json(),
            call_ms=[],
        )
        read_document(json.dumps(document(ours)), "old.json")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        pytest.param(b"[" * 100_000, id="deep"),
        pytest.param(b'{"a":' * 65 + b"1" + b"}" * 65, id="deep and whole"),
        b"NaN",
        b'{"a": Infinity}',
        b"null",
        b"[]",
    ],
)
def test_what_is_no_document_at_all(data: bytes) -> None:
    with pytest.raises(ResultsError):
        read_document(data, "junk")


def test_a_good_document_passes_and_survives_a_link() -> None:
    sample = document()
    fragment = to_fragment(sample)
    assert fragment is not None
    assert read_document(from_fragment(f"#{fragment}") or b"", "link") == sample
    assert from_fragment("") is None
    assert from_fragment("#top") is None


@pytest.mark.parametrize(
    "fragment",
    [
        "#r=%%%",
        "#r=AAAA",
        "#r=" + base64.urlsafe_b64encode(zlib.compress(b"{}" * 100)[:-6]).decode().rstrip("="),
        "#r=" + base64.urlsafe_b64encode(zlib.compress(b" " * 50_000_000)).decode().rstrip("="),
    ],
)
def test_damaged_links(fragment: str) -> None:
    with pytest.raises(ResultsError, match="this link"):
        from_fragment(fragment)


def test_a_document_too_long_for_a_link() -> None:
    times = np.random.default_rng(1).uniform(0, 1e4, (60, 1000)).round(3).tolist()
    assert to_fragment(document(*(result(times_ms=row) for row in times))) is None


def test_schemas_use_only_what_is_checked() -> None:
    def keywords(node: Any, names: bool = False) -> set[str]:
        if isinstance(node, list):
            return set().union(*(keywords(item) for item in node)) if node else set()
        if not isinstance(node, dict):
            return set()
        own = set() if names else set(node)
        inner = (keywords(value, key in ("properties", "$defs") and not names) for key, value in node.items())
        return own.union(*inner)

    assert keywords(schema()) <= KEYWORDS
    assert keywords(ops_schema()) <= KEYWORDS


def test_schema_check_fails_where_it_should() -> None:
    with pytest.raises(ResultsError, match=r"a\.b\[1\] should be one of x, y"):
        check(
            {"a": {"b": ["x", "z"]}},
            {"properties": {"a": {"properties": {"b": {"items": {"enum": ["x", "y"]}}}}}},
            "it",
        )


def test_the_chart_is_wellformed_and_escaped() -> None:
    evil = copy.deepcopy(document(result(model='<b a="&">')))
    svg = draw_results([("one", document()), ("<two>", evil)])
    assert svg is not None
    root = ElementTree.fromstring(svg)
    bars = [node for node in root.iter() if node.get("class") == "bar"]
    assert [bar.get("width") for bar in bars] == ["93.75%", "93.75%"]
    assert draw_results([("empty", document(result(summary=None, times_ms=[], call_ms=[])))]) is None


def test_a_bar_of_several_devices_has_its_source_on_a_line_of_its_own() -> None:
    """On a phone there is room for some 45 letters beside one another."""
    own = ("This device", document())
    svg = draw_results([own, ("a-very-long-name-of-a-file-that-somebody-chose-2026-11-20.json", document())])
    assert svg is not None
    texts = [node for node in ElementTree.fromstring(svg).iter() if node.tag.endswith("}text")]
    lines: dict[str, list[str]] = {}
    for node in texts:
        lines.setdefault(str(node.get("y")), []).append(node.text or "")
    assert max(sum(map(len, line)) for line in lines.values()) <= 45
    assert any(line[0].startswith("a-very-") and line[0].endswith("-20.json") for line in lines.values())
    assert ["This device"] in lines.values()
    alone = draw_results([own], {"mosaic-nc8": "Mosaic, fast"})
    assert alone is not None
    assert "This device" not in alone
    assert ("Mosaic, fast, 128" in alone, "mosaic-nc8" in alone) == (True, False)


def test_columns_say_their_units() -> None:
    text = to_markdown([("one", document())])
    for column in ("Size, px", "Median, ms", "SD, ms", "MP/s", "Engine start, ms", "Warm-up, ms"):
        assert f"| {column} |" in text


def test_devices_side_by_side() -> None:
    other = document()
    other["device"] |= {"cores": 8, "threads": 8, "isolated": True, "gpu": "Adreno | 660"}
    table = make_device_table([("This device", document()), ("phone.json", other)])
    assert table.columns == ("Fact", "This device", "phone.json")
    rows = {label: values for label, *values in table.rows}
    assert rows["Threads of onnxruntime-web"] == ["1", "8"]
    assert rows["Cross-origin isolated"] == ["no", "yes"]
    assert rows["Processor"] == ["amd64, 2 cores", "amd64, 8 cores"]
    assert rows["Measured"] == ["2026-11-22 10:41"] * 2


def test_libraries_nobody_knows_keep_their_name() -> None:
    assert library("tfjs:webgl") == ("tfjs", "unknown")
