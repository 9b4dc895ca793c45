"""onnxruntime's own Python tests, run in Pyodide against the wheel of this project."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from build.common.browser import launch
from build.common.errors import BuildError
from build.common.paths import ROOT
from build.common.server import ISOLATION, serve
from build.wheels import onnxruntime_pyodide

WHEEL_ROUTE = "**/wheels/*"
LIMIT_MS = 1_800_000

START = """async (wheel) => {
    const { loadPyodide } = await import('/www/vendor/pyodide/pyodide.mjs');
    self.py = await loadPyodide({ packages: ['numpy', 'micropip'] });
    await self.py.pyimport('micropip').install(`${location.origin}/wheels/${wheel}`, { deps: false });
    self.py.FS.mkdir('/tests');
}"""

PUT = """([path, data]) => {
    const bytes = Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
    self.py.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    self.py.FS.writeFile(path, bytes);
}"""

INSIDE = """
import io, json, os, sys, time, unittest, warnings
os.chdir("/tests")
sys.path.insert(0, "/tests")
warnings.simplefilter("ignore")

class Results(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.rows = []
    def note(self, test, status, why=""):
        self.rows.append([test.id(), status, why])
    def addSuccess(self, test): self.note(test, "passed")
    def addFailure(self, test, error): self.note(test, "failed", str(error[1])[:300])
    def addError(self, test, error): self.note(test, "error", f"{error[0].__name__}: {error[1]}"[:300])
    def addSkip(self, test, reason): self.note(test, "skipped", reason)

results = Results()
for name in modules:
    try:
        suite = unittest.defaultTestLoader.loadTestsFromName(name)
    except Exception as error:
        results.rows.append([name, "error", f"{type(error).__name__}: {error}"[:300]])
    else:
        suite.run(results)
json.dumps(results.rows)
"""


@dataclass(frozen=True)
class Outcome:
    """One test: 'passed', 'failed', 'error' or 'skipped', and why."""

    name: str
    status: str
    why: str


def run_tests(folder: Path, pattern: str) -> list[Outcome]:
    """Run the test files of a folder whose names fit; everything else in the folder is there for them to read."""
    modules = sorted(path.stem for path in folder.glob(pattern))
    if not modules:
        raise BuildError(f"{folder} has no file {pattern}")
    name, data = onnxruntime_pyodide.build(ROOT)
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        try:
            page = browser.new_page()
            page.set_default_timeout(LIMIT_MS)
            page.route(WHEEL_ROUTE, lambda route: route.fulfill(body=data, content_type="application/zip"))
            page.route("**/bare.html", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
            page.goto(f"{site}/bare.html")
            page.evaluate(START, name)
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.stat().st_size < 20_000_000:
                    page.evaluate(PUT, [f"/tests/{path.relative_to(folder).as_posix()}", _base64(path.read_bytes())])
            page.evaluate("(modules) => self.py.globals.set('modules', self.py.toPy(modules))", modules)
            rows = json.loads(page.evaluate("(code) => self.py.runPythonAsync(code)", INSIDE))
        finally:
            browser.close()
    return [Outcome(*row) for row in rows]


def to_markdown(outcomes: list[Outcome], files: list[str]) -> str:
    """The page with the counts and every test."""
    counts = Counter(outcome.status for outcome in outcomes)
    lines = [
        "# onnxruntime's own Python tests",
        "",
        f"Of {', '.join(files)}, run in Pyodide in Chromium by `python -m build ort-tests FOLDER`.",
        "",
        "| passed | failed | error | skipped |",
        "| ---: | ---: | ---: | ---: |",
        "| " + " | ".join(str(counts[status]) for status in ("passed", "failed", "error", "skipped")) + " |",
        "",
        "| test | result | why |",
        "| --- | --- | --- |",
    ]
    for outcome in outcomes:
        why = " ".join(outcome.why.split()).replace("|", "\\|")
        lines.append(f"| {outcome.name} | {outcome.status} | {why} |")
    return "\n".join(lines) + "\n"


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()
