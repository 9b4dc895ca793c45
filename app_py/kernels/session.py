"""The bridge's session, with the painter's own engine among its engines."""

import app_py.kernels  # noqa: F401 - makes the plans
from app_py.onnxruntime.session import InferenceSession

__all__ = ["InferenceSession"]
