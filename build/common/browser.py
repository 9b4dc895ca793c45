"""The system's Chromium under Playwright, started without a GPU, and a server for it, for tests and measurements."""

import contextlib
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page

from build.common.errors import BuildError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    # WebGL in software: the machine needs no GPU.
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    # Chromium's own sandbox refuses root, as which containers run.
    "--no-sandbox",
    "--disable-dev-shm-usage",
    # The browser itself must not talk to anyone, nor can a page reach another host.
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)
ISOLATION = {"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp"}
"""What makes a page cross-origin isolated, so that it may use threads."""

BARE = "<!doctype html><link rel=icon href=data:,><title>Python</title>"
START_PYTHON = """async () => {
    const { loadPyodide } = await import('/www/vendor/pyodide/pyodide.mjs');
    const { wheel } = await (await fetch('/www/vendor/runtime.json')).json();
    self.py = await loadPyodide({ packages: ['numpy', 'pillow', 'micropip'] });
    await self.py.pyimport('micropip').install(`${location.origin}/www/vendor/${wheel}`, { deps: false });
    self.py.pyimport('app_py').set_engine_url(`${location.origin}/www/engine/worker.js`);
}"""


def find_chromium() -> Path:
    """The browser's program; `BuildError` saying what to install where there is none."""
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    raise BuildError(f"this needs Chromium, and none of {', '.join(NAMES)} was found: install chromium")


def launch(chromium: BrowserType, *extra_flags: str) -> Browser:
    """Start headless Chromium with WebGL on the processor."""
    return chromium.launch(executable_path=find_chromium(), args=[*FLAGS, *extra_flags])


def launch_profile(chromium: BrowserType, folder: Path) -> BrowserContext:
    """The same with a profile on disk, as visitors have one: it keeps what pages cache, compiled code included.

    Pages are drawn by the processor, as where there is no GPU, and not by a GPU that the processor imitates.
    """
    flags = [*FLAGS, "--disable-gpu-compositing", "--disable-gpu-rasterization"]
    return chromium.launch_persistent_context(str(folder), executable_path=find_chromium(), args=flags)


def ordinary_user_agent(browser: Browser) -> str:
    """The user agent of the same browser with a window.

    ONNX.js 0.1.5 takes "HeadlessChrome" for a browser that cannot read floats back, and then gives a black picture.
    """
    page = browser.new_page()
    try:
        agent: str = page.evaluate("navigator.userAgent")
        return agent.replace("HeadlessChrome", "Chrome")
    finally:
        page.close()


def start_python(page: Page, site: str) -> None:
    """Open a bare page of a server of the repository's root, with Pyodide and the app_py wheel in it as `self.py`."""
    page.route("**/www/bare.html", lambda route: route.fulfill(body=BARE, content_type="text/html"))
    page.goto(f"{site}/www/bare.html")
    page.evaluate(START_PYTHON)


@contextlib.contextmanager
def isolating_server(folder: Path) -> Iterator[str]:
    """Serve `folder` with the headers of `ISOLATION`; yields the address of its root, without a final slash."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_IsolatingHandler, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _IsolatingHandler(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        for name, value in ISOLATION.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_arguments: object) -> None:
        """Nothing: the terminal shows measurements."""
