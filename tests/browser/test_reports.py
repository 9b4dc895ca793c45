"""The benchmark and the operator test in a real browser, with real engines."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app_py.benchmark.results import read_document
from app_py.ops.results import schema as ops_schema
from app_py.report.json_schema import check
from app_py.report.share import to_fragment
from tests.shared.results_samples import document
from tests.support.chromium import watched_page

START_MS = 120_000
RUN_MS = 240_000


def results(page: Page) -> Any:
    page.wait_for_selector("#status[data-state=done]", timeout=RUN_MS)
    return json.loads(page.text_content("script#results[type='application/json']") or "")


def test_the_benchmark_measures_two_engines(page: Page, site: str) -> None:
    query = "engines=ort:wasm,onnxjs:webgl&models=starry-night-nc16-zeropad&sizes=64&runs=2&autorun=1"
    page.goto(f"{site}/www/benchmark.html?{query}")
    found = read_document(json.dumps(results(page)), "the page's results")
    assert [result["engine"] for result in found["results"]] == ["ort:wasm", "onnxjs:webgl"]
    for result in found["results"]:
        assert result["error"] is None
        assert len(result["times_ms"]) == 2
        assert result["summary"]["min_ms"] > 0
        assert result["check"]["right"]
        assert result["load_ms"] > 0
        assert result["warmup_ms"] > 0
    assert [result["memory_bytes"] is None for result in found["results"]] == [False, True]
    assert found["results"][0]["memory_bytes"] > 10_000_000
    assert found["device"]["browser"].startswith("Chrome")
    assert found["device"]["cores"] >= 1
    expect(page.locator("#chart svg rect.bar")).to_have_count(2)
    expect(page.locator("#tables tbody tr")).to_have_count(2)
    assert page.locator("#output").evaluate("canvas => canvas.width") == 64
    log = page.input_value("#log")
    assert "ONNX.js backend: webgl" in log
    assert "inference time #2: " in log
    with page.expect_download() as download:
        page.click("#save")
    assert read_document(download.value.path().read_bytes(), "the file") == found


def test_the_benchmark_goes_on_after_a_model_that_is_missing(browser: Browser, site: str) -> None:
    with watched_page(browser, site, service_workers="block") as (page, _):
        page.route("**/starry-night-nc16.onnx", lambda route: route.fulfill(status=404, body="not here"))
        models = "starry-night-nc16,starry-night-nc16-zeropad"
        page.goto(f"{site}/www/benchmark.html?engines=ort:wasm&models={models}&sizes=64&runs=1&autorun=1")
        first, second = results(page)["results"]
        assert "404" in first["error"]["message"]
        assert second["check"]["right"]
        expect(page.locator("#status")).to_contain_text("1 failed")


def test_a_tab_in_the_background_is_seen_and_stop_keeps_the_results(page: Page, site: str) -> None:
    models = "starry-night-nc16-zeropad,starry-night-nc16"
    page.goto(f"{site}/www/benchmark.html?engines=ort:wasm&models={models}&sizes=64&runs=20&autorun=1")
    page.wait_for_selector("#status:has-text('1 of 2'):has-text('of 20')", timeout=RUN_MS)
    # Playwright's pages are never in the background by themselves.
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.wait_for_selector("#status:has-text('2 of 2:')", timeout=RUN_MS)
    page.click("#stop")
    found = results(page)
    assert found["stopped"]
    (result,) = found["results"]
    assert 0 < len(result["hidden_runs"]) < 20
    expect(page.locator("#status")).to_contain_text("background")


@pytest.mark.parametrize(("runs", "words"), [("0", "nothing to measure"), ("1000000", "too long")])
def test_senseless_runs_get_a_sentence(page: Page, site: str, runs: str, words: str) -> None:
    page.goto(f"{site}/www/benchmark.html?runs={runs}&autorun=1")
    page.wait_for_selector("#status[data-state=error]", timeout=START_MS)
    expect(page.locator("#status")).to_contain_text(words)
    expect(page.locator("#start")).to_be_enabled()


@pytest.mark.parametrize("width", [320, 390])
def test_shared_results_show_on_a_phone_and_stay_text(browser: Browser, site: str, width: int) -> None:
    evil = document()
    evil["device"]["gpu"] = "<img src=x onerror=alert(1)>"
    with watched_page(browser, site, viewport={"width": width, "height": 844}) as (page, watch):
        page.goto(f"{site}/www/benchmark.html#{to_fragment(evil)}")
        page.wait_for_selector("#status[data-state=done]", timeout=START_MS)
        expect(page.locator("#tables caption")).to_contain_text("<img src=x")
        assert page.locator("#tables img").count() == 0
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.set_input_files("#files", {"name": "x.json", "mimeType": "application/json", "buffer": b"{}"})
        page.wait_for_selector("#status[data-error=results-invalid]")
        page.goto(f"{site}/www/ops.html")
        page.wait_for_selector("#status[data-state=ready]", timeout=START_MS)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert watch.problems == []


def test_every_operator_passes_where_the_engine_starts(page: Page, site: str) -> None:
    page.goto(f"{site}/www/ops.html?engines=ort:wasm,onnxjs:webgl,onnxjs:wasm,onnxjs:cpu&autorun=1")
    found = results(page)
    check(found, ops_schema(), "the page's results")
    assert {result["verdict"] for result in found["results"]} == {"pass"}
    assert len(found["results"]) % 4 == 0
    assert {"Conv", "Pad", "InstanceNormalization", "Relu", "Add", "Upsample"} <= {
        operator for result in found["results"] for operator in result["operators"]
    }


def test_a_wrong_operator_is_seen_and_shown(browser: Browser, site: str) -> None:
    """The list of tests is changed on its way, so that one test expects another one's result."""
    with watched_page(browser, site, service_workers="block") as (page, watch):

        def exchange(route: Any) -> None:
            content = route.fetch().json()
            cases = {case["id"]: case for case in content["cases"]}
            cases["relu"]["expected"] = cases["upsample"]["expected"]
            cases["pad-reflect"]["expected"] = cases["pad-zero"]["expected"]
            route.fulfill(body=json.dumps(content))

        page.route("**/ops.json", exchange)
        page.goto(f"{site}/www/ops.html?engines=ort:wasm&tests=relu,pad-reflect,add&autorun=1")
        verdicts = {result["case"]: result for result in results(page)["results"]}
        assert [verdicts[name]["verdict"] for name in ("relu", "pad-reflect", "add")] == ["fail", "fail", "pass"]
        assert verdicts["relu"]["max_abs_error"] is None
        assert verdicts["pad-reflect"]["wrong_values"] > 100
        # Shapes that differ cannot be laid side by side; the other failure has its picture.
        expect(page.locator("#pictures img")).to_have_count(1)
        assert page.locator("#pictures img").evaluate("image => image.naturalWidth") == 3 * 130 + 2 * 4
        assert watch.problems == []
