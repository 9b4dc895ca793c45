"""Where this code runs: the one probe. Everything else takes a `Platform` and does not ask."""

import sys

from app_py._platform.interface import Platform

IN_PYODIDE = sys.platform == "emscripten"


def current() -> Platform:
    """The platform of this interpreter."""
    return _CURRENT


def _probe() -> Platform:
    if IN_PYODIDE:
        from app_py._platform.in_pyodide import Browser

        return Browser()
    from app_py._platform.host import Host

    return Host()


_CURRENT = _probe()
