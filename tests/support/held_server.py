"""A server that begins to send one file and goes on when it is told to."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit


class HeldServer(ThreadingHTTPServer):
    """Serves a folder. Of the file at `held` it sends the head, and the rest once `going_on` is set."""

    daemon_threads = True

    def __init__(self, folder: Path, held: str) -> None:
        super().__init__(("127.0.0.1", 0), partial(_Handler, directory=str(folder)))
        self.held = held
        self.asked = 0
        self.begun = threading.Event()
        self.going_on = threading.Event()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.server_address[1]}"


@contextlib.contextmanager
def held_server(folder: Path, held: str) -> Iterator[HeldServer]:
    """A `HeldServer` on a free port."""
    with HeldServer(folder, held) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.going_on.set()
        server.shutdown()
    thread.join()


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
