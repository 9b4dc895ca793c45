"""The ten lines of docs/onnxruntime-in-pyodide.html, in a bare Pyodide page, with the wheel on another origin."""

from pathlib import Path

import numpy as np
import onnxruntime
from playwright.sync_api import Browser

from tests.support.foreign_page import wheel_elsewhere
from tests.support.paths import ROOT


def test_ten_lines_run_an_onnx_file(browser: Browser, site: str, tmp_path: Path) -> None:
    page = browser.new_page()
    with wheel_elsewhere(tmp_path) as wheel:
        page.goto(f"{site}/docs/onnxruntime-in-pyodide.html?wheel={wheel}")
        page.wait_for_selector("body[data-state]", timeout=120_000)
    printed = page.locator("#output").inner_text().strip()
    assert page.locator("body").get_attribute("data-state") == "done", printed
    session = onnxruntime.InferenceSession(ROOT / "models" / "starry-night-nc16.onnx")
    x = np.linspace(0, 255, 3 * 48 * 64, dtype=np.float32).reshape(1, 3, 48, 64)
    (y,) = session.run(None, {session.get_inputs()[0].name: x})
    head, mean = printed.splitlines()[-1].rsplit(" ", 1)
    name, height, width = session.get_inputs()[0].shape[1:]
    assert head == f"['CPUExecutionProvider'] [1, {name}, '{height}', '{width}'] float32 (1, 3, 48, 64)"
    assert abs(float(mean) - y.mean()) < 0.05
    lines = [line for line in page.locator("#code").inner_text().splitlines() if line]
    assert len(lines) <= 10
    page.close()
