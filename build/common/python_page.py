"""A bare page with Pyodide and the `app_py` wheel in its main thread, for tests and measurements."""

import base64
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Page

from build.common.paths import ROOT

BARE = "<!doctype html><link rel=icon href=data:,><title>Python</title>"
START = """async () => {
    const { loadPyodide } = await import('/www/vendor/pyodide/pyodide.mjs');
    const { wheel } = await (await fetch('/www/vendor/runtime.json')).json();
    self.py = await loadPyodide({ packages: ['numpy', 'pillow', 'micropip'] });
    await self.py.pyimport('micropip').install(`${location.origin}/www/vendor/${wheel}`, { deps: false });
    self.py.pyimport('app_py').set_engine_url(`${location.origin}/www/engine/worker.js`);
}"""
WRITE = """([name, content]) => {
    const path = `${self.py.runPython('import site; site.getsitepackages()[0]')}/${name}`;
    self.py.FS.mkdirTree(path.slice(0, path.lastIndexOf('/')));
    self.py.FS.writeFile(path, Uint8Array.from(atob(content), (character) => character.charCodeAt(0)));
}"""


def start_python(page: Page, site: str, *modules: Path, headers: Mapping[str, str] = MappingProxyType({})) -> None:
    """Open a page of a server of the repository's root, with Python in it as `self.py`.

    The project's `modules` can be imported there by the names that they have here. `headers` are the page's own, such
    as those that isolate it, which the server must send with everything else, too.
    """
    given = dict(headers)
    page.route("**/www/bare.html", lambda route: route.fulfill(body=BARE, content_type="text/html", headers=given))
    page.goto(f"{site}/www/bare.html")
    page.evaluate(START)
    for module in modules:
        content = base64.b64encode(module.read_bytes()).decode()
        page.evaluate(WRITE, [module.relative_to(ROOT).as_posix(), content])


def run_python(page: Page, code: str) -> Any:
    """Run code, which may await; returns the value of its last expression, which must be a number, text or nothing."""
    return page.evaluate("code => self.py.runPythonAsync(code)", code)
