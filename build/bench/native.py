"""Native onnxruntime on the same machine, the measure of all others; and what a network has to compute at least."""

import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

from build.bench.lab import Floats


class Native:
    """A session on the processor with as many threads as there are cores, or with `threads`."""

    def __init__(self, model: Path | bytes, threads: int = 0) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        source = model if isinstance(model, bytes) else str(model)
        self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
        self._input = self._session.get_inputs()[0].name
        self.output: Floats = np.zeros(0, np.float32)

    def run(self, tensor: Floats, style: Floats | None = None) -> float:
        """One run; returns the milliseconds and keeps the output. `style` is a vector for a network that takes one."""
        feeds = {self._input: tensor} if style is None else {self._input: tensor, "style": style}
        started = time.perf_counter()
        (self.output,) = self._session.run(None, feeds)
        return (time.perf_counter() - started) * 1e3


def count_multiply_adds(model: Path, side: int) -> int:
    """Multiply-adds of all convolutions for a picture of `side` by `side` pixels."""
    proto = onnx.load(model)
    for dimension, size in zip(proto.graph.input[0].type.tensor_type.shape.dim, (1, 3, side, side), strict=True):
        dimension.dim_value = size
    for value in proto.graph.output:
        value.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(proto, data_prop=True)
    shapes = {
        value.name: [dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        for value in (*inferred.graph.value_info, *inferred.graph.output)
    }
    weights = {weight.name: list(weight.dims) for weight in proto.graph.initializer}
    return sum(
        int(np.prod(shapes[node.output[0]]) * np.prod(weights[node.input[1]][1:]))
        for node in proto.graph.node
        if node.op_type == "Conv"
    )


def square_product(side: int) -> bytes:
    """An ONNX file that multiplies two matrices of `side` by `side`: the most that an engine computes in a second."""
    factor = np.random.default_rng(1).standard_normal((side, side)).astype(np.float32)
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("MatMul", ["x", "w"], ["y"], name="MatMul_0")],
        "product",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [1, 1, side, side])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [1, 1, side, side])],
        [onnx.numpy_helper.from_array(factor, "w")],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 9)], ir_version=4)
    data: bytes = model.SerializeToString()
    return data
