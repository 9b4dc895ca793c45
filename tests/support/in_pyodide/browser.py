"""One Chromium with one Pyodide in it, that runs tests and returns their reports."""

import base64
import contextlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, sync_playwright

from build.common.browser import launch
from tests.support.chromium import Watch, watched_page
from tests.support.server import static_server

HERE = Path(__file__).parent
PACKAGES = ("numpy", "pillow", "micropip", "packaging", "pytest", "app-py")
LOAD_TIMEOUT_S = 120
RUN_TIMEOUT_S = 200

LOAD = """async ([indexURL, lockFileURL, packages]) => {
    const { loadPyodide } = await import(`${indexURL}pyodide.mjs`);
    self.pyodide = await loadPyodide({ indexURL, lockFileURL });
    await self.pyodide.loadPackage(packages, { messageCallback: () => {} });
}"""

WRITE = """(files) => {
    for (const [path, content] of Object.entries(files)) {
        const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
        self.pyodide.FS.mkdirTree(path.slice(0, path.lastIndexOf("/")));
        self.pyodide.FS.writeFile(path, bytes);
    }
}"""

# Started from a timer, so that evaluate returns at once and the wait for the outcome can have a limit; entered through
# runPythonAsync, so that synchronous Python may wait for promises (run_sync).
RUN = """([root, modules, ids]) => {
    self.outcome = null;
    setTimeout(async () => {
        try {
            const locals = self.pyodide.toPy({ root, modules, ids });
            const code = "from tests_inside import run_tests\\nrun_tests(root, modules, ids)";
            self.outcome = { result: await self.pyodide.runPythonAsync(code, { locals }) };
        } catch (error) {
            self.outcome = { error: String(error) };
        }
    });
}"""


# A page that was reloaded has no Pyodide any more.
OUTCOME = "() => self.pyodide ? self.outcome : { error: 'the page was left or reloaded' }"


class PyodideDiedError(Exception):
    """Pyodide or its browser ended, or took too long, before it had said what became of the tests."""


@dataclass(frozen=True)
class Outcome:
    """What one run of pytest inside Pyodide said; see `inside.run_tests`."""

    status: int
    reports: Sequence[Mapping[str, Any]]
    collection_failures: Sequence[str]
    output: str


class PyodidePage:
    """A page with Pyodide and the packages of the tests loaded."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self._page = page
        self._watch = watch

    def write(self, files: Mapping[str, bytes]) -> None:
        """Write files, by their paths, into Pyodide's file system, making their folders."""
        self._page.evaluate(WRITE, {path: base64.b64encode(content).decode() for path, content in files.items()})

    def run(self, root: str, modules: Sequence[str], node_ids: Sequence[str]) -> Outcome:
        """Run the tests with the given node ids of some modules, relative to the folder `root` inside Pyodide."""
        try:
            self._page.evaluate(RUN, [root, list(modules), list(node_ids)])
            outcome = self._page.wait_for_function(OUTCOME, timeout=RUN_TIMEOUT_S * 1000, polling=50).json_value()
        except PlaywrightError as error:
            raise PyodideDiedError(f"Pyodide gave no result within {RUN_TIMEOUT_S} s: {error.message}") from error
        if "error" in outcome:
            raise PyodideDiedError(outcome["error"])
        if self._watch.problems:
            raise PyodideDiedError("; ".join(self._watch.problems))
        return Outcome(**json.loads(outcome["result"]))


@contextlib.contextmanager
def pyodide_page(root: Path, distribution: Path, lock_name: str) -> Iterator[PyodidePage]:
    """Serve the project at `root` and open a page with the Pyodide of the folder `distribution` below it."""
    with static_server(root) as site, sync_playwright() as playwright:
        # Compiled for speed, too, unlike in tests of pages: all tests together run long enough to gain by it.
        browser = launch(playwright.chromium)
        try:
            with watched_page(browser, site) as (page, watch):
                page.goto(f"{site}/{HERE.relative_to(root).as_posix()}/page.html")
                index_url = f"{site}/{distribution.relative_to(root).as_posix()}/"
                page.evaluate(LOAD, [index_url, index_url + lock_name, list(PACKAGES)])
                pyodide = PyodidePage(page, watch)
                site_packages = page.evaluate("() => self.pyodide.runPython('import site; site.getsitepackages()[0]')")
                inside = {"tests_inside.py": HERE / "inside.py", "parameter_ids.py": HERE.parent / "parameter_ids.py"}
                pyodide.write({f"{site_packages}/{name}": path.read_bytes() for name, path in inside.items()})
                yield pyodide
        finally:
            browser.close()
