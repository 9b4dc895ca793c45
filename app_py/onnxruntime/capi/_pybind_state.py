"""onnxruntime's other name of its native module."""

from .onnxruntime_pybind11_state import *  # noqa: F403
