"""A server that begins to send one file and goes on when it is told to."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

from build.common.server import LocalServer, running


class HeldServer(LocalServer):
    """Serves a folder. Of the file at `held` it sends the head, and the rest once `going_on` is set."""

    def __init__(self, folder: Path, held: str) -> None:
        super().__init__(partial(_Handler, directory=str(folder)))
        self.held = held
        self.asked = 0
        self.begun = threading.Event()
        self.going_on = threading.Event()


@contextlib.contextmanager
def held_server(folder: Path, held: str) -> Iterator[HeldServer]:
    """A `HeldServer` on a free port."""
    with running(HeldServer(folder, held)) as server:
        try:
            yield server
        finally:
            server.going_on.set()


class _Handler(SimpleHTTPRequestHandler):
    server: HeldServer

    def end_headers(self) -> None:
        super().end_headers()
        if urlsplit(self.path).path != self.server.held:
            return
        self.server.asked += 1
        self.wfile.flush()
        self.server.begun.set()
        self.server.going_on.wait()

    def log_message(self, *_arguments: object) -> None:
        """Nothing: the tests say what went wrong."""
