"""What onnxruntime says of the graphs that the tests of the kernels make."""

from typing import Any

import onnx
import onnxruntime
from numpy.typing import NDArray

Array = NDArray[Any]


def run_onnxruntime(model: bytes, feeds: dict[str, Array]) -> Array:
    """onnxruntime's answer; the file must be one that onnx finds nothing wrong with."""
    onnx.checker.check_model(onnx.load_from_string(model))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 3
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    result: Array = session.run(None, feeds)[0]
    return result
