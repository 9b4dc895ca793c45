"""The pages in Debian's Firefox."""

import base64
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.firefox import FirefoxPage, firefox_page
from tests.support.paintings import (
    PAINT_MS,
    READ_CANVAS,
    START_MS,
    Pixels,
    assert_same_painting,
    expected_painting,
)
from tests.support.paths import ROOT
from tests.support.server import static_server
from tests.support.small_site import SmallSite

SAMPLE = ROOT / "www" / "photos" / "cat.jpg"
STYLE = "starry-night-nc16"


@pytest.fixture(scope="module")
def firefox(site: str) -> Iterator[FirefoxPage]:
    """One Firefox for all tests, without service workers."""
    with firefox_page(site, dom__serviceWorkers__enabled=False) as page:
        yield page
        assert page.problems == []


@pytest.fixture(scope="module")
def studio(firefox: FirefoxPage, site: str) -> FirefoxPage:
    """The page, ready, with a photo."""
    firefox.open(f"{site}/www/", "ready")
    firefox.set_input_files("#photo", SAMPLE)
    firefox.select_option("#size", "128")
    firefox.click(f"button[data-style={STYLE}]")
    return firefox


def pixels(page: FirefoxPage) -> Pixels:
    width, height, values = page.evaluate(f"({READ_CANVAS})('result')")
    return np.frombuffer(base64.b64decode(values), np.uint8).reshape(height, width, 4)


def paint(page: FirefoxPage, engine: str) -> None:
    page.select_option("#engine", engine)
    page.click("#run")
    page.state("done", PAINT_MS)
    assert page.evaluate("document.getElementById('status').dataset.engine") == engine
    assert_same_painting(pixels(page), expected_painting(SAMPLE.read_bytes(), STYLE, 128))


def test_onnxruntime_paints(studio: FirefoxPage) -> None:
    paint(studio, "ort:wasm")


def test_onnxjs_paints_with_webgl_or_says_why_not(studio: FirefoxPage) -> None:
    if studio.evaluate("!!document.createElement('canvas').getContext('webgl2')"):
        paint(studio, "onnxjs:webgl")
    else:  # headless Firefox reaches WebGL only through a GPU's driver
        assert studio.evaluate("document.querySelector('option[value=\"onnxjs:webgl\"]').disabled")
        assert "WebGL" in studio.evaluate("document.getElementById('engine-why').textContent")


def test_nothing_is_wider_than_the_window(studio: FirefoxPage) -> None:
    assert studio.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_benchmark_runs(firefox: FirefoxPage, site: str) -> None:
    query = f"engines=ort:wasm&models={STYLE}&sizes=64&runs=1&autorun=1"
    firefox.open(f"{site}/www/benchmark.html?{query}", "done")
    (result,) = json.loads(firefox.evaluate("document.getElementById('results').textContent"))["results"]
    assert result["error"] is None
    assert result["check"]["right"]


def test_the_operator_test_runs(firefox: FirefoxPage, site: str) -> None:
    firefox.open(f"{site}/www/ops.html?engines=ort:wasm&autorun=1", "done")
    results = json.loads(firefox.evaluate("document.getElementById('results').textContent"))["results"]
    assert len(results) > 5


@pytest.mark.parametrize(
    ("harm", "code"), [(Path.unlink, "script-missing"), (lambda file: file.write_text("}"), "python-failed")]
)
def test_a_module_that_is_missing_or_broken(tmp_path: Path, harm: Callable[[Path], object], code: str) -> None:
    www = tmp_path / "www"
    shutil.copytree(ROOT / "www", www, ignore=shutil.ignore_patterns("vendor"))
    harm(www / "studio" / "view.js")
    with static_server(tmp_path) as site, firefox_page(site, dom__serviceWorkers__enabled=False) as page:
        page.goto(f"{site}/www/")
        page.state("error", START_MS)
        assert page.evaluate("document.getElementById('status').dataset.error") == code


def test_visits_without_a_server(tmp_path: Path) -> None:
    small = SmallSite(tmp_path / "site")
    small.release("1")
    with static_server(small.folder) as site, firefox_page(site) as page:
        page.goto(f"{site}/www/")
        page.wait_until("document.body?.dataset.offline?.includes('\"kept\":true')", START_MS)
        page.reload()
        page.wait_until("crossOriginIsolated", START_MS)
        assert page.evaluate("versions()") == ["1", "1", "1"]
        for name in ("index.html", "main.js", "late.js", "offline/page.js"):
            (small.folder / "www" / name).unlink()
        page.reload()
        assert page.evaluate("versions()") == ["1", "1", "1"]
