"""The benchmark and the operator test in a real browser, with real engines."""

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app_py.pages.benchmark.results import read_document
from app_py.pages.operator_test.results import schema as ops_schema
from app_py.pages.report.json_schema import check
from app_py.pages.report.share import to_fragment
from tests.shared.support import results_samples
from tests.shared.support.results_samples import document
from tests.support.chromium import eventually, wait_until, watched_page

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


# Playwright's pages are never in the background by themselves. In the page, after the first run and before the last.
GO_BEHIND = r"""addEventListener('DOMContentLoaded', () => {
    const status = document.getElementById('status');
    new MutationObserver((_, observer) => {
        if (!/1 of 2:.* ([2-9]|\d\d) of 100/.test(status.textContent)) return;
        observer.disconnect();
        Object.defineProperty(document, 'hidden', { value: true, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
    }).observe(status, { childList: true, characterData: true, subtree: true });
})"""


def test_a_tab_in_the_background_is_seen_and_stop_keeps_the_results(page: Page, site: str) -> None:
    # The second size takes so much longer that it is not over before it can be stopped.
    query = "engines=ort:wasm&models=starry-night-nc16-zeropad&sizes=64,384&runs=100&autorun=1"
    page.add_init_script(GO_BEHIND)
    page.goto(f"{site}/www/benchmark.html?{query}")
    # Of runs that follow one another fast not every one is told.
    second_run = re.compile(r"2 of 2:.* ([2-9]|\d\d) of 100")
    expect(page.locator("#status")).to_have_text(second_run, timeout=RUN_MS)
    page.click("#stop")
    found = results(page)
    assert read_document(json.dumps(found), "the page's results")["stopped"]
    whole, part = found["results"]
    assert 0 < len(whole["hidden_runs"]) < 100
    assert (part["error"]["code"], 0 < len(part["times_ms"]) < 100) == ("stopped", True)
    expect(page.locator("#status")).to_contain_text("background")
    expect(page.locator("#tables caption")).to_contain_text("stopped before the end")


ANOTHER_ENDED = """(() => {
    const text = document.getElementById('results').textContent;
    return text !== '' && !JSON.parse(text).stopped;
})()"""


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("benchmark.html?engines=ort:wasm&models=starry-night-nc16&sizes=64&runs=1", "starry-night-nc16.onnx"),
        ("ops.html?engines=ort:wasm&tests=relu,add", "relu.npz"),
    ],
)
def test_stop_ends_a_download_that_never_ends(browser: Browser, site: str, address: str, file: str) -> None:
    with watched_page(browser, site, service_workers="block") as (page, watch):
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        held: list[Any] = []
        page.route(f"**/{file}", lambda route: held.append(route))
        page.goto(f"{site}/www/{address}&autorun=1")
        page.wait_for_selector("#status[data-state=running]", timeout=START_MS)

        def it_was_asked_for() -> None:
            assert held, "the file was never asked for"

        eventually(page, it_was_asked_for)
        page.click("#stop")
        page.wait_for_selector("#status[data-state=done]")
        assert results(page)["stopped"]
        expect(page.locator("#start")).to_be_enabled()
        # What comes after all finds nobody who waits for it.
        held[0].continue_()
        page.unroute(f"**/{file}")
        page.click("#start")
        # A state that may be over before anybody could see it does not say that it was another run.
        wait_until(page, ANOTHER_ENDED, RUN_MS)
        assert not results(page)["stopped"]
        assert [text for text in said if "rror" in text] == []
        assert watch.problems == []


def test_a_link_opened_in_a_tab_that_shows_the_page_already(page: Page, site: str) -> None:
    page.goto(f"{site}/www/benchmark.html")
    page.wait_for_selector("#status[data-state=ready]", timeout=START_MS)
    page.goto(f"{site}/www/benchmark.html#{to_fragment(document())}")
    expect(page.locator("#tables tbody tr")).to_have_count(1)
    expect(page.locator("#devices")).to_contain_text("amd64, 2 cores")
    expect(page.locator("[data-copy=markdown]")).to_be_enabled()
    expect(page.locator("[data-copy=json]")).to_be_disabled()
    page.click("#close-files")
    expect(page.locator("#status")).to_have_text("The opened results are closed.")


REAL_CLIPBOARD = "Object.getOwnPropertyDescriptor(Navigator.prototype, 'clipboard').get.call(navigator)"


@pytest.mark.parametrize("way", ["selection", "by hand"])
def test_copying_without_the_clipboard_of_https(browser: Browser, site: str, way: str) -> None:
    with watched_page(browser, site, permissions=["clipboard-read", "clipboard-write"]) as (page, watch):
        page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
        if way == "by hand":
            page.add_init_script("Document.prototype.execCommand = () => false")
        page.goto(f"{site}/www/benchmark.html#{to_fragment(document())}")
        page.wait_for_selector("#status[data-state=done]", timeout=START_MS)
        page.click("[data-copy=markdown]")
        field = page.locator("#by-hand")
        if way == "selection":
            expect(page.locator("#copied")).to_have_text("Copy as Markdown: done.")
            expect(field).to_be_hidden()
            assert page.evaluate(f"{REAL_CLIPBOARD}.readText()").startswith("### The link's device")
            assert page.evaluate("document.activeElement.dataset.copy") == "markdown"
        else:
            expect(page.locator("#copied")).to_contain_text("Copy the text below by hand.")
            expect(field).to_have_value(re.compile("### The link's device"))
            assert field.evaluate("field => field.selectionEnd - field.selectionStart") > 500
        assert watch.problems == []


@pytest.mark.parametrize("width", [320, 390])
def test_a_chart_of_several_devices_can_be_read_on_a_phone(browser: Browser, site: str, width: int) -> None:
    wrong = {"max_abs_error": 9.0, "tolerance": 3.0, "right": False}
    other = document(results_samples.result(check=wrong, engine="onnxjs:webgl"))
    with watched_page(browser, site, viewport={"width": width, "height": 844}) as (page, watch):
        page.goto(f"{site}/www/benchmark.html#{to_fragment(document())}")
        page.wait_for_selector("#status[data-state=done]", timeout=START_MS)
        buffer = json.dumps(other).encode()
        name = "benchmark-2026-11-20T10-11-12.json"
        page.set_input_files("#files", {"name": name, "mimeType": "application/json", "buffer": buffer})
        expect(page.locator("#chart rect.bar")).to_have_count(2)
        expect(page.locator("#chart")).to_contain_text(name)
        boxes = page.evaluate(
            """() => [...document.querySelectorAll('#chart text')].map((text) => {
                const { left, right, top, bottom } = text.getBoundingClientRect();
                return [left, right, top, bottom];
            })"""
        )
        frame = page.locator("#chart svg").bounding_box()
        assert frame is not None
        assert all(frame["x"] - 1 <= left and right <= frame["x"] + frame["width"] + 1 for left, right, _, _ in boxes)
        lines = [(left, right, round((top + bottom) / 2)) for left, right, top, bottom in boxes]
        for number, (left, right, line) in enumerate(lines):
            others = [other for other in lines[:number] if other[2] == line]
            assert all(right <= other[0] or other[1] <= left for other in others)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert watch.problems == []


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
        # It is there before it is decoded.
        expect(page.locator("#pictures img")).to_have_js_property("naturalWidth", 3 * 130 + 2 * 4)
        expect(page.locator("#pictures figcaption")).to_contain_text("full red: off by 1 or no number")
        assert watch.problems == []
