"""A static file server on a free port, for tests and measurements."""

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

Server = TypeVar("Server", bound=ThreadingHTTPServer)

ISOLATION = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What makes a page cross-origin isolated, so that it may use threads."""


class LocalServer(ThreadingHTTPServer):
    """A server of this machine alone, on a free port."""

    def __init__(self, handler: Callable[..., BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def address(self) -> str:
        """Of its root, without a final slash."""
        return f"http://localhost:{self.server_address[1]}"


@contextlib.contextmanager
def running(server: Server) -> Iterator[Server]:
    """Answer requests in a thread of its own meanwhile, and close the server afterwards."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def serve(folder: Path, *, headers: Mapping[str, str] = {}, mounts: Mapping[str, Path] = {}) -> Iterator[str]:
    """Serve `folder`, and others below the prefixes of `mounts` (such as `/www/`), with `headers` on every answer.

    Yields the address of the root, without a final slash.
    """
    handler = partial(_Handler, directory=str(folder), headers_of_all=dict(headers), mounts=dict(mounts))
    with running(LocalServer(handler)) as server:
        yield server.address


class _Handler(SimpleHTTPRequestHandler):
    extensions_map = {  # noqa: RUF012 - as the base class declares it
        **SimpleHTTPRequestHandler.extensions_map,
        # Browsers take nothing else for a module or for WebAssembly, and the system's table may lack them.
        ".mjs": "text/javascript",
        ".wasm": "application/wasm",
    }

    def __init__(self, *request: Any, headers_of_all: dict[str, str], mounts: dict[str, Path], **options: Any) -> None:
        # Before the base class, which answers the request while it is made.
        self._headers_of_all = headers_of_all
        self._mounts = mounts
        super().__init__(*request, **options)

    def translate_path(self, path: str) -> str:
        for prefix, folder in self._mounts.items():
            if path.startswith(prefix):
                directory, self.directory = self.directory, str(folder)
                try:
                    return super().translate_path("/" + path.removeprefix(prefix))
                finally:
                    self.directory = directory
        return super().translate_path(path)

    def end_headers(self) -> None:
        for name, value in self._headers_of_all.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing: the terminal shows measurements."""
