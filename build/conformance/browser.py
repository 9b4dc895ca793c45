"""The other half: a page with Pyodide and app_py in it, fed with batches of cases."""

import contextlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from build.common.browser import launch
from build.common.paths import ROOT
from build.common.python_page import start_python
from build.common.server import ISOLATION, serve
from build.conformance.cases import Case, batches

WEBGPU = ("--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader")
BATCH = 40

RUN = "([provider, cases]) => self.py.pyimport('inside').run_cases(provider, cases)"

Result = tuple[str, str]
"""Status (pass, wrong, refused) and reason."""


@contextlib.contextmanager
def open_page() -> Iterator[Page]:
    """A page with Pyodide and app_py loaded."""
    with serve(ROOT, headers=ISOLATION) as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium, *WEBGPU)
        try:
            page = browser.new_page()
            start_python(page, site)
            inside = (Path(__file__).parent / "inside.py").read_text()
            page.evaluate("(inside) => self.py.FS.writeFile('/home/pyodide/inside.py', inside)", inside)
            yield page
        finally:
            browser.close()


def run_cases(page: Page, provider: str, cases: Sequence[Case]) -> Iterator[tuple[str, Result]]:
    """Run cases on one engine, batch by batch; yields name and result."""
    for done, batch in enumerate(batches(cases, BATCH)):
        print(f"\r{provider}: {done * BATCH} of {len(cases)}", end="\r", flush=True)
        text = json.dumps([case.to_json() for case in batch])
        for name, status, reason in json.loads(page.evaluate(RUN, [provider, text])):
            yield name, (status, reason)
