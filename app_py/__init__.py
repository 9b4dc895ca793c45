"""Everything the page thinks with. Runs unchanged in CPython and in Pyodide.

`from app_py import InferenceSession` is onnxruntime for both: in Pyodide over the engines of the browser, on CPython
the real one, to which `create`, an awaitable `run_async` and `close` are added so that one program runs in both places.
"""

import importlib
from typing import TYPE_CHECKING, Any

from app_py.onnxruntime import platform as platforms

if TYPE_CHECKING:
    from app_py.onnxruntime.session import InferenceSession
    from app_py.onnxruntime.session_info import ModelMetadata, NodeArg, get_available_providers

__version__ = "0.2.0"
__all__ = ["InferenceSession", "ModelMetadata", "NodeArg", "get_available_providers", "set_engine_url"]

_BROWSER = {
    "InferenceSession": "app_py.kernels.session",
    "ModelMetadata": "app_py.onnxruntime.session_info",
    "NodeArg": "app_py.onnxruntime.session_info",
    "get_available_providers": "app_py.onnxruntime.session_info",
}
_HOST = {
    "InferenceSession": "app_py.host_session",
    "ModelMetadata": "onnxruntime",
    "NodeArg": "onnxruntime",
    "get_available_providers": "onnxruntime",
}


def __getattr__(name: str) -> Any:
    """Import an exported name when it is first asked for: numpy and onnxruntime are not free."""
    module = (_BROWSER if platforms.IN_PYODIDE else _HOST).get(name)
    if module is None:
        raise AttributeError(f"module 'app_py' has no attribute '{name}'")
    return getattr(importlib.import_module(module), name)


def set_engine_url(url: str) -> None:
    """Say where `engine/worker.js` lies; for engines started later."""
    platforms.current().engine_url = url
