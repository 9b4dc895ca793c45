"""float32 weights -> float16 weights and a Cast that widens them when the model is loaded.

onnxruntime folds such a Cast while it opens the file: half the download, the same speed, a rounding of 11 bits.
"""

import numpy as np
import onnx_ir as ir

from build.common.errors import BuildError

# Small tensors are not worth a node.
SMALLEST = 64


def half_weights(model: ir.Model) -> int:
    """Store large float32 initializers as float16. Returns how many. `BuildError` where one does not fit."""
    count = 0
    for value in list(model.graph.initializers.values()):
        tensor = value.const_value
        if tensor is None or tensor.dtype != ir.DataType.FLOAT or tensor.size < SMALLEST or value.is_graph_output():
            continue
        with np.errstate(over="ignore"):  # it is said below
            numbers = tensor.numpy().astype(np.float16)
        if not np.isfinite(numbers).all():
            raise BuildError(f"{value.name} holds numbers beyond float16's 65504; export it without --half")
        _store(model.graph, value, numbers)
        count += 1
    return count


def _store(graph: ir.Graph, value: ir.Value, numbers: np.ndarray) -> None:
    half = ir.Value(
        name=f"{value.name}.half",
        shape=ir.Shape(numbers.shape),
        type=ir.TensorType(ir.DataType.FLOAT16),
        const_value=ir.tensor(numbers, name=f"{value.name}.half"),
    )
    cast = ir.Node("", "Cast", [half], [ir.AttrInt64("to", ir.DataType.FLOAT.value)], num_outputs=1)
    value.replace_all_uses_with(cast.outputs[0])
    graph.initializers.pop(value.name or "")
    graph.initializers.add(half)
    graph.insert_before(graph[0], cast)
