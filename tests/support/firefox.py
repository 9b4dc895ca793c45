"""Firefox over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/).

Spoken to directly: Debian packages no geckodriver, and Playwright's Firefox is one of its own.
"""

import base64
import contextlib
import json
import re
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import websocket

NAMES = ("firefox-esr", "firefox")
REPLY_S = 240
OPENINGS, OPENING_MS = 3, 90_000
CLICK_MS = 120_000
LISTENING_S = 90
ENDING_S = 30
PREFERENCES: dict[str, bool] = {
    # WebGL in software: the machine needs no GPU.
    "webgl.force-enabled": True,
    "gfx.webrender.software": True,
    "app.update.disabledForTesting": True,
}


class FirefoxPage:
    """One tab. Mirrors the names of Playwright's `Page` where they do the same."""

    def __init__(self, address: str, origin: str) -> None:
        self._socket = websocket.create_connection(f"{address}/session", suppress_origin=True, timeout=REPLY_S)
        self._last_id = 0
        self._origin = origin
        self.problems: list[str] = []
        """Uncaught errors, and requests that left the origin."""
        self._unanswered: dict[str, str] = {}
        """The addresses that were asked for and have not come, by request."""
        self._call("session.new", capabilities={})
        self._call("session.subscribe", events=["log.entryAdded", "network"])
        self._context = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def goto(self, url: str) -> None:
        self._call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    def open(self, url: str, state: str) -> None:
        """Go to a page and wait for its state.

        At times Firefox never goes on with a worker of a page that it has just opened (5 of 110 here): the worker is
        idle, nothing is asked for, and another worker of the same page answers. Such a page is opened again, with a
        warning that says so.
        """
        for opening in range(1, OPENINGS + 1):
            self.goto(url)
            try:
                self.state(state, OPENING_MS)
                return
            except TimeoutError as error:
                if opening == OPENINGS:
                    raise
                warnings.warn(f"{url} is opened again: {error}", stacklevel=2)

    def reload(self) -> None:
        self._call("browsingContext.reload", context=self._context, wait="complete")

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression, or what its promise resolves to, by way of JSON."""
        answer = self._call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})) ?? 'null')()",
            target={"context": self._context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise RuntimeError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def wait_until(self, condition: str, timeout_ms: float) -> None:
        """Wait for an expression to be true, across reloads. Raises `TimeoutError` with the page's own words."""
        deadline = time.monotonic() + timeout_ms / 1_000
        while time.monotonic() < deadline:
            with contextlib.suppress(BidiError):  # the page is just being reloaded
                if self.evaluate(condition):
                    return
            time.sleep(0.2)
        words = self.evaluate("document.getElementById('status')?.textContent")
        said = f"the page says: {words}; it waits for: {[*self._unanswered.values()]}"
        raise TimeoutError(f"still not true after {timeout_ms:.0f} ms: {condition}; {said}")

    def state(self, name: str, timeout_ms: float) -> None:
        self.wait_until(f"document.getElementById('status')?.dataset.state === {json.dumps(name)}", timeout_ms)

    def click(self, selector: str) -> None:
        """Once it is there and enabled: a button that is off takes no click, and says nothing."""
        element = f"document.querySelector({json.dumps(selector)})"
        self.wait_until(f"{element} && !{element}.disabled && ({element}.click(), true)", CLICK_MS)

    def select_option(self, selector: str, value: str) -> None:
        element = f"document.querySelector({json.dumps(selector)})"
        change = "dispatchEvent(new Event('change', { bubbles: true }))"
        # In one go: the page writes to its controls, too.
        self.evaluate(f"({element}.value = {json.dumps(value)}, {element}.{change})")

    def set_input_files(self, selector: str, path: Path) -> None:
        found = self._call(
            "browsingContext.locateNodes", context=self._context, locator={"type": "css", "value": selector}
        )
        element = {"sharedId": found["nodes"][0]["sharedId"]}
        self._call("input.setFiles", context=self._context, element=element, files=[str(path)])

    def screenshot(self, path: Path) -> None:
        answer = self._call("browsingContext.captureScreenshot", context=self._context)
        path.write_bytes(base64.b64decode(answer["data"]))

    def close(self) -> None:
        self._socket.close()

    def _call(self, method: str, **params: Any) -> Any:
        self._last_id += 1
        self._socket.send(json.dumps({"id": self._last_id, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.recv())
            if message.get("type") == "event":
                self._take(message["method"], message["params"])
            elif message.get("id") == self._last_id:
                if message["type"] == "error":
                    raise BidiError(f"{method}: {message['error']}: {message['message']}")
                return message["result"]

    def _take(self, event: str, params: dict[str, Any]) -> None:
        if event == "log.entryAdded" and params["type"] == "javascript" and params["level"] == "error":
            self.problems.append(f"uncaught error: {params['text']}")
        if event in ("network.responseCompleted", "network.fetchError"):
            self._unanswered.pop(params["request"]["request"], None)
        if event == "network.beforeRequestSent":
            self._unanswered[params["request"]["request"]] = params["request"]["url"]
            parts = urlsplit(params["request"]["url"])
            if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self._origin:
                self.problems.append(f"request that leaves the origin: {params['request']['url']}")


class BidiError(RuntimeError):
    """Firefox refused a command."""


@contextlib.contextmanager
def firefox_page(origin: str, **preferences: bool) -> Iterator[FirefoxPage]:
    """A tab of a fresh Firefox; `preferences` have `__` for each dot."""
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        raise RuntimeError(
            f"the browser tests need Firefox, and none of {', '.join(NAMES)} was found: install firefox-esr"
        )
    # Firefox goes on writing to its profile for a moment after it was told to end.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        chosen = PREFERENCES | {name.replace("__", "."): value for name, value in preferences.items()}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in chosen.items()]
        (Path(profile) / "user.js").write_text("\n".join(lines))
        command = [program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"]
        # A file takes whatever is said; a pipe that nobody reads holds up who writes to it.
        said = Path(profile) / "said"
        with said.open("wb") as stderr:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr)
        try:
            page = FirefoxPage(_address(process, said), origin)
            yield page
            page.close()
        finally:
            _end(process)


def _address(process: subprocess.Popen[bytes], said: Path) -> str:
    """Where Firefox listens, once it has said so. Raises `RuntimeError` with its last words if it does not."""
    deadline = time.monotonic() + LISTENING_S
    while True:
        ended = process.poll() is not None or time.monotonic() > deadline
        words = said.read_bytes().decode(errors="replace")
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)\n", words):
            return found[1]
        if ended:
            raise RuntimeError(f"Firefox did not start: {words[-500:]}")
        time.sleep(0.05)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End Firefox, by force where it does not go: a test is not about how it ends."""
    process.terminate()
    try:
        process.wait(ENDING_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
