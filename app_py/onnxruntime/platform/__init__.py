"""Where this code runs: the one probe. Everything else takes a `Platform` and does not ask."""

import sys

from ..arguments import check_text
from .interface import Platform

IN_PYODIDE = sys.platform == "emscripten"


def current() -> Platform:
    """The platform of this interpreter."""
    return _CURRENT


def set_engine_url(url: str | None) -> None:
    """Say where the engine worker's script lies, where a page may not start workers from a Blob; for later engines."""
    _CURRENT.engine_url = None if url is None else check_text("The address of the engine worker's script", url)


def _probe() -> Platform:
    if IN_PYODIDE:
        from .in_pyodide import Browser

        return Browser()
    from .host import Host

    return Host()


_CURRENT = _probe()
