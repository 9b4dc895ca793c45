"""One value twice among the inputs of a node -> a copy for the second use.

ONNX.js 0.1.3 queues a node once for each of its inputs that the same result feeds, and fails when its second turn
comes ("output already has value", microsoft/onnxjs#53), e.g. in Mul(x, x). It removes Identity nodes, so the copy is a
product with one.
"""

import numpy as np
import onnx_ir as ir


def distinct_inputs(model: ir.Model) -> int:
    """Put a product with one before every repeated input of float32. Returns how many."""
    count = 0
    for node in list(model.graph):
        seen: set[int] = set()
        for index, value in enumerate(node.inputs):
            if value is None or value.const_value is not None:
                continue
            if id(value) in seen:
                node.replace_input_with(index, _copy(model.graph, node, value))
                count += 1
            seen.add(id(value))
    return count


def _copy(graph: ir.Graph, before: ir.Node, value: ir.Value) -> ir.Value:
    one = ir.Node("", "Constant", [], [ir.AttrTensor("value", ir.tensor(np.ones(1, dtype=np.float32)))])
    one.outputs[0].shape, one.outputs[0].dtype = ir.Shape([1]), ir.DataType.FLOAT
    product = ir.Node("", "Mul", [value, one.outputs[0]])
    product.outputs[0].shape, product.outputs[0].type = value.shape, value.type
    graph.insert_before(before, [one, product])
    return product.outputs[0]
