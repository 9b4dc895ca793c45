"""The server people use, `python -m http.server`, as a child process on a free port."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def static_server(folder: Path) -> Iterator[str]:
    """Serve `folder`; yields the address of its root, without a final slash."""
    # Port 0 lets the system choose, and the server says which: no race for a port that looked free.
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        greeting = process.stdout.readline()
        port = re.search(r" port (\d+) ", greeting)
        if port is None:
            raise RuntimeError(f"http.server did not say its port, but {greeting!r}")
        yield f"http://localhost:{port.group(1)}"
    finally:
        process.terminate()
        process.wait()
