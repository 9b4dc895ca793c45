"""A page of one origin, with Pyodide in it, and the wheel of onnxruntime on another."""

import contextlib
import json
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from build.common.server import serve
from build.wheels import onnxruntime_pyodide
from tests.support.paths import ROOT

ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}

PAGE = "<!doctype html><link rel=icon href=data:,><title>Python</title><p id=status>"

START = """(async (wheel, pyodide) => {
    const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
    self.py = await loadPyodide({ packages: ['numpy', 'micropip'] });
    await self.py.runPythonAsync(`
import micropip
await micropip.install("${wheel}", deps=False)
`);
    return true;
})"""

IN_WORKER = """
self.onmessage = async ({ data: { wheel, pyodide, code, files } }) => {
    const { loadPyodide } = await import(`${pyodide}pyodide.mjs`);
    const py = await loadPyodide({ packages: ['numpy', 'micropip'] });
    for (const [name, bytes] of Object.entries(files)) py.FS.writeFile(name, Uint8Array.from(bytes));
    py.globals.set('wheel', wheel);
    try {
        await py.runPythonAsync('import micropip\\nawait micropip.install(wheel, deps=False)');
        self.postMessage(await py.runPythonAsync(code));
    } catch (error) {
        self.postMessage(JSON.stringify({ failed: String(error) }));
    }
};
"""


@contextlib.contextmanager
def wheel_elsewhere(folder: Path) -> Iterator[str]:
    """The wheel's address, on a server of its own."""
    name, data = onnxruntime_pyodide.build(ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(data)
    with serve(folder, headers=ANY_ORIGIN) as address:
        yield f"{address}/{name}"


@contextlib.contextmanager
def page_elsewhere(folder: Path, headers: Mapping[str, str] | None = None) -> Iterator[str]:
    """The address of a page that has nothing of the project beside it but Pyodide."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "worker.js").write_text(IN_WORKER)
    if not (folder / "pyodide").exists():
        (folder / "pyodide").symlink_to(ROOT / "www" / "vendor" / "pyodide")
    with serve(folder, headers={**ANY_ORIGIN, **(headers or {})}) as address:
        yield address


class ForeignPython:
    """Python in such a page; `evaluate` is the browser's, which takes an expression."""

    def __init__(self, evaluate: Callable[[str], Any], wheel: str, site: str) -> None:
        self._evaluate = evaluate
        self._wheel, self._pyodide = wheel, f"{site}/pyodide/"
        evaluate(f"{START}({json.dumps(wheel)}, {json.dumps(self._pyodide)})")

    def put(self, name: str, data: bytes) -> None:
        """A file in Pyodide's file system."""
        self._evaluate(f"py.FS.writeFile({json.dumps(name)}, Uint8Array.from({json.dumps(list(data))}))")

    def run(self, code: str) -> Any:
        """Run code, which may await; returns the JSON value of its last expression."""
        text = json.dumps(as_json(code))
        answer = self._evaluate(
            f"py.runPythonAsync({text}).catch((error) => JSON.stringify({{failed: String(error)}}))"
        )
        return checked(answer)


def as_json(code: str) -> str:
    """The code with its last line turned into JSON."""
    lines = textwrap.dedent(code).strip().splitlines()
    return "\n".join(["import json", *lines[:-1], f"json.dumps({lines[-1]})"])


def checked(answer: str) -> Any:
    """What Python gave; an `AssertionError` with its words where it failed."""
    result = json.loads(answer)
    if isinstance(result, dict) and "failed" in result:
        raise AssertionError(result["failed"])
    return result


def run_in_worker(evaluate: Callable[[str], Any], site: str, wheel: str, code: str, files: dict[str, bytes]) -> Any:
    """The same with Python in a worker of the page."""
    sent = {
        "wheel": wheel,
        "pyodide": f"{site}/pyodide/",
        "code": as_json(code),
        "files": {name: list(data) for name, data in files.items()},
    }
    answer = evaluate(
        "new Promise((resolve, reject) => { const worker = new Worker('worker.js');"
        " worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };"
        f" worker.onerror = reject; worker.postMessage({json.dumps(sent)}); }})"
    )
    return checked(answer)


@contextlib.contextmanager
def python_elsewhere(
    browser: Browser, wheel: str, folder: Path, headers: Mapping[str, str] | None = None
) -> Iterator[ForeignPython]:
    """Python with the wheel in a new page, served from `folder` with `headers`."""
    with page_elsewhere(folder, headers) as site:
        page = browser.new_page()
        page.goto(f"{site}/index.html")
        yield ForeignPython(page.evaluate, wheel, site)
        page.close()
