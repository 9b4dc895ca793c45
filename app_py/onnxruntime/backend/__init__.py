"""onnxruntime as a backend of ONNX: `prepare` a model, `run` it.

Source of the interface: https://onnx.ai/onnx/api/backend.html
"""

from .backend import BackendRep, is_compatible, prepare, run, run_model, supports_device

__all__ = ["BackendRep", "is_compatible", "prepare", "run", "run_model", "supports_device"]
