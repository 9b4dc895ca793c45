"""Copies of values for engines that mix up several uses of one."""

import numpy as np
import onnx_ir as ir


def copy_before(graph: ir.Graph, node: ir.Node, value: ir.Value) -> ir.Value:
    """The product of `value` with one, computed before `node`: engines take Identity nodes out."""
    dtype = value.dtype or ir.DataType.FLOAT
    one = ir.Node("", "Constant", [], [ir.AttrTensor("value", ir.tensor(np.ones(1, dtype=dtype.numpy())))])
    one.outputs[0].shape, one.outputs[0].dtype = ir.Shape([1]), dtype
    product = ir.Node("", "Mul", [value, one.outputs[0]])
    product.outputs[0].shape, product.outputs[0].type = value.shape, value.type
    graph.insert_before(node, [one, product])
    return product.outputs[0]
