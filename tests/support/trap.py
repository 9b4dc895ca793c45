"""A listener in the place of every other host: it hears each connection, whichever part of a page opened it."""

import contextlib
import re
import socket
import threading
from collections.abc import Iterator

# What Chromium asks of its makers by itself (updates, accounts, names of form fields); no page's doing.
BROWSERS_OWN = (".googleapis.com", ".google.com", ".gvt1.com")


class Trap:
    """Which hosts were called."""

    def __init__(self, listener: socket.socket) -> None:
        self.hosts: list[str] = []
        self._listener = listener

    @property
    def chromium_flag(self) -> str:
        """Chromium's option that makes this listener every host but our own."""
        port = self._listener.getsockname()[1]
        return f"--host-resolver-rules=MAP * 127.0.0.1:{port}, EXCLUDE localhost, EXCLUDE 127.0.0.1"

    def listen(self) -> None:
        """Take connections until the listener is closed."""
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                host = called_host(_first_bytes(connection))
                if host and not host.endswith(BROWSERS_OWN):
                    self.hosts.append(host)


def _first_bytes(connection: socket.socket) -> bytes:
    """What is sent until it names a host, or for two seconds."""
    connection.settimeout(2)
    received = b""
    with contextlib.suppress(OSError):
        while not called_host(received) and (more := connection.recv(4096)):
            received += more
    return received


def called_host(first: bytes) -> str:
    """The host that a connection's first bytes name: HTTP's `Host`, or TLS's server name (RFC 6066, section 3).

    Empty where they name none: a connection opened in advance, over which nothing was said.
    """
    if found := re.search(rb"\r\nHost: ([^\r:]+)", first):
        return found[1].decode("ascii", "replace")
    # Every start is tried: what looks like this extension may begin within random bytes before it.
    for found in re.finditer(rb"(?=\x00\x00(..)(..)\x00(..)([A-Za-z0-9.-]+))", first, re.DOTALL):
        extension, listed, length = (int.from_bytes(found[group]) for group in (1, 2, 3))
        if extension == listed + 2 == length + 5 and 0 < length <= len(found[4]):
            return found[4][:length].decode("ascii")
    return ""


@contextlib.contextmanager
def trap() -> Iterator[Trap]:
    """A trap on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        found = Trap(listener)
        thread = threading.Thread(target=found.listen, daemon=True)
        thread.start()
        yield found
        # Closing alone does not wake a thread that waits in accept().
        listener.shutdown(socket.SHUT_RDWR)
    thread.join()
