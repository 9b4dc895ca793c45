"""A bare page with Pyodide and app_py in its main thread, so that engine workers are the page's own and can be hurt."""

import json
import textwrap
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Page, Route, Worker

from build.common.python_page import run_python, start_python
from tests.support.paths import ROOT

MODULES = (ROOT / "build" / "common" / "painter_in_page.py", ROOT / "tests" / "browser" / "engine" / "in_page.py")
SETUP = """
import asyncio, json
import numpy as np
from app_py.engines.choice import Limits
from app_py.engines.painter import Painter
from app_py.engines.timeouts import Timeouts
from app_py.errors import AppError
from app_py.styles.library import Library
from build.common.painter_in_page import fetch, library, models, open_library, picture
from tests.browser.engine.in_page import STYLE, ignore, report, truth
await open_library()
"""


class EngineLab:
    """Python inside a real page, and the page's engine workers."""

    def __init__(self, page: Page, site: str, headers: Mapping[str, str] = MappingProxyType({})) -> None:
        self.page = page
        start_python(page, site, *MODULES, headers=headers)
        run_python(page, SETUP)

    def python(self, code: str) -> Any:
        """Run code, which may await; returns the JSON value of its last expression."""
        start = self.start(code)
        return self.finish(start)

    def start(self, code: str) -> str:
        """Let code run while the test does something else; returns what `finish` takes."""
        lines = textwrap.dedent(code).strip().splitlines()
        lines[-1] = f"json.dumps({lines[-1]})"
        return str(
            self.page.evaluate(
                """code => {
                    self.jobs ??= [];
                    const failed = (error) => JSON.stringify({ failed: String(error) });
                    self.jobs.push(self.py.runPythonAsync(code).catch(failed));
                    return String(self.jobs.length - 1);
                }""",
                "\n".join(lines),
            )
        )

    def finish(self, job: str) -> Any:
        result = json.loads(self.page.evaluate("job => self.jobs[job]", job))
        if isinstance(result, dict) and "failed" in result:
            raise AssertionError(result["failed"])
        return result

    def worker(self) -> Worker:
        """The engine worker that was started last."""
        return [worker for worker in self.page.workers if worker.url.endswith("/www/engine/worker.js")][-1]

    def poison(self, pattern: str, script: str) -> None:
        """Serve `script` for every address that fits."""
        self.page.route(pattern, lambda route: route.fulfill(body=script, content_type="text/javascript"))

    def bend(self, pattern: str, old: str, new: str) -> None:
        """Serve the real file with `old` replaced, which must be in it."""

        def serve(route: Route) -> None:
            response = route.fetch()
            text = response.text()
            # An error here would leave the request without an answer, and the page waiting for ever.
            absent = f"throw new Error({json.dumps(f'{old!r} is not in {route.request.url}')});"
            route.fulfill(response=response, body=text.replace(old, new) if old in text else absent)

        self.page.route(pattern, serve)

    def heal(self) -> None:
        # Nothing waits for handlers of requests whose worker is gone: some never end.
        self.page.unroute_all(behavior="ignoreErrors")
