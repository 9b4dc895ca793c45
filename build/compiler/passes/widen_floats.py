"""float16 and float64 inside a file, or at its ends -> float32, the one float that ONNX.js computes with.

Numbers beyond float32, such as the masks of some exporters, become its largest.
"""

from collections.abc import Iterator

import numpy as np
import onnx_ir as ir

from build.compiler.passes.applied import Applied

OTHER_FLOATS = (ir.DataType.FLOAT16, ir.DataType.BFLOAT16, ir.DataType.DOUBLE)
NARROW = (ir.DataType.FLOAT16, ir.DataType.BFLOAT16)
# Attributes that name the type of what a node makes.
TYPE_ATTRIBUTES = ("to", "dtype")
LARGEST = float(np.finfo(np.float32).max)


def widen_floats(model: ir.Model) -> Applied:
    """Make every tensor of other floats one of float32. Returns how many weights, types of nodes and inputs changed."""
    count = 0
    for graph in (model.graph, *model.graph.subgraphs()):
        for value in list(graph.initializers.values()):
            if value.const_value is not None and value.const_value.dtype in OTHER_FLOATS:
                value.const_value = _widened(value.const_value)
                count += 1
        values = [*graph.inputs, *graph.initializers.values(), *(value for node in graph for value in node.outputs)]
        count += sum(value.dtype in OTHER_FLOATS and value.is_graph_input() for value in values)
        for value in values:
            if value.dtype in OTHER_FLOATS:
                value.type = ir.TensorType(ir.DataType.FLOAT)
        count += sum(_widen_attributes(node) for node in graph)
    return Applied.times(count)


def holds_narrow_floats(model: ir.Model) -> bool:
    """Whether some of its numbers are of 16 bits."""
    return any(dtype in NARROW for dtype in _types(model))


def _types(model: ir.Model) -> Iterator[ir.DataType | None]:
    """The types of inputs and weights, and those that nodes hold or name."""
    for graph in (model.graph, *model.graph.subgraphs()):
        for value in (*graph.inputs, *graph.initializers.values()):
            yield value.dtype if value.const_value is None else value.const_value.dtype
        for node in graph:
            yield from (_type_of(attribute) for attribute in node.attributes.values())


def _type_of(attribute: ir.Attr) -> ir.DataType | None:
    """The type of a tensor that the attribute holds or names."""
    if attribute.type == ir.AttributeType.TENSOR:
        return attribute.as_tensor().dtype
    if attribute.type == ir.AttributeType.INT and attribute.name in TYPE_ATTRIBUTES:
        return ir.DataType(attribute.as_int())
    return None


def _widen_attributes(node: ir.Node) -> int:
    count = 0
    for name, attribute in list(node.attributes.items()):
        if _type_of(attribute) not in OTHER_FLOATS:
            continue
        count += 1
        if attribute.type == ir.AttributeType.TENSOR:
            node.attributes[name] = ir.AttrTensor(name, _widened(attribute.as_tensor()))
        else:
            node.attributes[name] = ir.AttrInt64(name, ir.DataType.FLOAT.value)
    return count


def _widened(tensor: ir.TensorProtocol) -> ir.TensorProtocol:
    numbers = np.asarray(tensor.numpy(), dtype=np.float64)
    finite = np.where(np.isfinite(numbers), np.clip(numbers, -LARGEST, LARGEST), numbers)
    return ir.tensor(finite.astype(np.float32), name=tensor.name)
