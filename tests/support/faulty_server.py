"""A server of the project's files that harms some of them on the way."""

import contextlib
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from build.common.server import LocalServer, running

Fault = Literal["missing", "error", "cut", "wrong byte", "stalled"]
FAULTS: tuple[Fault, ...] = get_args(Fault)
HARMED = tuple(f"/{fault.replace(' ', '-')}/" for fault in FAULTS)


class FaultyServer(LocalServer):
    """Serves a folder under `/<fault>/<file>/`: there the one file has the fault, all others are whole.

    Under other paths every file is whole.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(partial(_Handler, directory=str(folder)))
        self.closing = threading.Event()

    def harmed(self, fault: Fault, file: str) -> str:
        """The address of the folder with a file in it harmed; `file` is a path in it."""
        return f"{self.address}/{fault.replace(' ', '-')}/{file.replace('/', '!')}"


@contextlib.contextmanager
def faulty_server(folder: Path) -> Iterator[FaultyServer]:
    """A `FaultyServer` on a free port."""
    with running(FaultyServer(folder)) as server:
        try:
            yield server
        finally:
            server.closing.set()


class _Handler(SimpleHTTPRequestHandler):
    server: FaultyServer

    def do_GET(self) -> None:
        if not self.path.startswith(HARMED):
            super().do_GET()
            return
        _, fault, file, path = urlsplit(self.path).path.split("/", 3)
        self.path = f"/{path}"
        if path != file.replace("!", "/"):
            super().do_GET()
        elif fault in ("missing", "error"):
            self.send_error(404 if fault == "missing" else 500)
        else:
            self._send_harmed(fault)

    def _send_harmed(self, fault: str) -> None:
        data = bytearray(Path(self.translate_path(self.path)).read_bytes())
        half = len(data) // 2
        if fault == "wrong-byte":
            data[half] ^= 0x55
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(self.path))
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(data if fault == "wrong-byte" else data[:half])
            self.wfile.flush()
            if fault == "stalled":
                self.server.closing.wait()
        self.close_connection = True

    def log_message(self, *_arguments: object) -> None:
        """Nothing: the tests say what went wrong."""
