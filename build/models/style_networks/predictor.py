"""The network that reads a painting's style: a picture -> 100 numbers."""

import numpy as np
import onnx_ir as ir

from build.common.errors import BuildError
from build.compiler.lowering import serialise
from build.compiler.passes.cleanup import remove_unused
from build.compiler.passes.dequantize import dequantize
from build.compiler.rules.reading import ints_attribute
from build.models.style_networks.graph import LEVELS, PICTURE, STYLE

SIDE_PX = 256
"""The sides of the picture that it takes."""

TO_NCHW = [0, 3, 1, 2]


def predictor_graph(source: ir.Model, length: int) -> bytes:
    """The published file under the painter's contract: `[1,3,256,256]` in 0..255 -> `[1,length]`.

    Its weights stay 8 bits wide, which onnxruntime reads; it computes in floats, so that engines and machines agree.
    """
    model = source.clone()
    dequantize(model, weights=False)
    graph = model.graph
    _take_planes(graph)
    _give_vector(graph, length)
    remove_unused(model)
    graph.name = "predictor"
    return serialise(model)


def _take_planes(graph: ir.Graph) -> None:
    """The first Transpose goes: pictures come in planes already, and in 0..255."""
    (given,) = graph.inputs
    turned = next((user for user, _ in given.uses() if user.op_type == "Transpose"), None)
    if turned is None or ints_attribute(turned, "perm") != TO_NCHW:
        raise BuildError("the predictor is not built as expected: it does not begin with a Transpose")
    picture = ir.Value(name=PICTURE, shape=ir.Shape([1, 3, SIDE_PX, SIDE_PX]), type=given.type)
    factor = _weight(graph, "levels", np.array(1 / LEVELS, np.float32))
    scaled = ir.Node("", "Mul", [picture, factor], num_outputs=1)
    graph.insert_before(graph[0], scaled)
    turned.outputs[0].replace_all_uses_with(scaled.outputs[0])
    graph.remove(turned, safe=True)
    graph.inputs.clear()
    graph.inputs.append(picture)


def _give_vector(graph: ir.Graph, length: int) -> None:
    """`[1,1,1,length]` -> `[1,length]`."""
    (old,) = graph.outputs
    shape = _weight(graph, "vector_shape", np.array([1, length], np.int64))
    flat = ir.Node("", "Reshape", [old, shape], num_outputs=1)
    graph.append(flat)
    vector = flat.outputs[0]
    vector.name, vector.type, vector.shape = STYLE, ir.TensorType(ir.DataType.FLOAT), ir.Shape([1, length])
    graph.outputs.clear()
    graph.outputs.append(vector)


def _weight(graph: ir.Graph, name: str, numbers: np.ndarray) -> ir.Value:
    value = ir.Value(
        name=name,
        shape=ir.Shape(numbers.shape),
        type=ir.TensorType(ir.DataType.from_numpy(numbers.dtype)),
        const_value=ir.tensor(numbers, name=name),
    )
    graph.initializers.add(value)
    return value
