"""The module of onnxruntime's package in which its classes are, for programs that import them from there."""

from ..devices import OrtDevice
from ..io_binding import IOBinding
from ..ort_value import OrtValue
from ..providers import check_and_normalize_provider_args
from ..session import InferenceSession
from ..sparse import SparseTensor

__all__ = [
    "IOBinding",
    "InferenceSession",
    "OrtDevice",
    "OrtValue",
    "SparseTensor",
    "check_and_normalize_provider_args",
]
