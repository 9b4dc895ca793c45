"""onnxruntime's Python API over the engines of a browser: feeds in, an engine, outputs back.

import onnxruntime as ort
session = ort.InferenceSession("model.onnx")
outputs = session.run(None, {"x": x})
"""

import importlib
import sys
from typing import TYPE_CHECKING, Any

if __name__ == "onnxruntime" and sys.platform != "emscripten":
    raise ImportError(
        "This is onnxruntime for Pyodide (onnxruntime_pyodide), which needs a browser; on CPython install onnxruntime."
    )

if TYPE_CHECKING:
    from . import capi
    from .devices import (
        OrtAllocatorType,
        OrtArenaCfg,
        OrtDevice,
        OrtDeviceMemoryType,
        OrtDeviceVendorId,
        OrtMemoryInfo,
        OrtMemoryInfoDeviceType,
        OrtMemType,
    )
    from .general import (
        create_and_register_allocator,
        disable_telemetry_events,
        enable_telemetry_events,
        get_all_providers,
        get_build_info,
        get_device,
        get_version_string,
        has_collective_ops,
        print_debug_info,
        set_default_logger_severity,
        set_default_logger_verbosity,
        set_seed,
    )
    from .io_binding import IOBinding
    from .options import ExecutionMode, ExecutionOrder, GraphOptimizationLevel, RunOptions, SessionOptions
    from .ort_value import OrtValue
    from .platform import set_engine_url
    from .session import InferenceSession
    from .session_info import ModelMetadata, NodeArg, get_available_providers
    from .sparse import OrtSparseFormat, SparseTensor

__version__ = "1.30.0"
"""The version of the onnxruntime-web inside."""

_MODULES = {
    "general": (
        "create_and_register_allocator",
        "disable_telemetry_events",
        "enable_telemetry_events",
        "get_all_providers",
        "get_build_info",
        "get_device",
        "get_version_string",
        "has_collective_ops",
        "print_debug_info",
        "set_default_logger_severity",
        "set_default_logger_verbosity",
        "set_seed",
    ),
    "options": ("ExecutionMode", "ExecutionOrder", "GraphOptimizationLevel", "RunOptions", "SessionOptions"),
    "devices": (
        "OrtAllocatorType",
        "OrtArenaCfg",
        "OrtDevice",
        "OrtDeviceMemoryType",
        "OrtDeviceVendorId",
        "OrtMemType",
        "OrtMemoryInfo",
        "OrtMemoryInfoDeviceType",
    ),
    "io_binding": ("IOBinding",),
    "ort_value": ("OrtValue",),
    "sparse": (
        "OrtSparseFormat",
        "SparseTensor",
    ),
    "capi.native_session": ("SessionIOBinding",),
    "platform": ("set_engine_url",),
    "session": ("InferenceSession",),
    "session_info": ("ModelMetadata", "NodeArg", "get_available_providers"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "ExecutionMode",
    "ExecutionOrder",
    "GraphOptimizationLevel",
    "IOBinding",
    "InferenceSession",
    "ModelMetadata",
    "NodeArg",
    "OrtAllocatorType",
    "OrtArenaCfg",
    "OrtDevice",
    "OrtDeviceMemoryType",
    "OrtDeviceVendorId",
    "OrtMemType",
    "OrtMemoryInfo",
    "OrtMemoryInfoDeviceType",
    "OrtSparseFormat",
    "OrtValue",
    "RunOptions",
    "SessionIOBinding",
    "SessionOptions",
    "SparseTensor",
    "capi",
    "create_and_register_allocator",
    "disable_telemetry_events",
    "enable_telemetry_events",
    "get_all_providers",
    "get_available_providers",
    "get_build_info",
    "get_device",
    "get_version_string",
    "has_collective_ops",
    "print_debug_info",
    "set_default_logger_severity",
    "set_default_logger_verbosity",
    "set_engine_url",
    "set_seed",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for: numpy is not free."""
    if name == "capi":
        return importlib.import_module(".capi", __name__)
    if name not in _HOME:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(importlib.import_module(f".{_HOME[name]}", __name__), name)
