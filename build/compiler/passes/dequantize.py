"""QuantizeLinear and DequantizeLinear -> the float graph that they stand for.

A file in QDQ form computes in floats between pairs of the two, which only say how an engine may round. Constants
become the floats that they stand for; a pair around an activation goes, and with it its rounding.
https://onnx.ai/onnx/operators/onnx__DequantizeLinear.html
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.common.errors import BuildError
from build.compiler.rules.reading import constant, input_at, int_attribute

QUANTIZE, DEQUANTIZE = "QuantizeLinear", "DequantizeLinear"

# What may lie between the two, because it moves numbers without computing with them.
MOVERS = frozenset(
    {
        *("Concat", "Expand", "Flatten", "Gather", "Identity", "MaxPool", "Reshape", "Slice", "Split", "Squeeze"),
        *("Transpose", "Unsqueeze"),
    }
)


def dequantize(model: ir.Model, *, weights: bool = True) -> int:
    """Make the graph compute in floats. Returns how many nodes went.

    `weights` False leaves constants as they are stored, a quarter of the bytes, for engines that widen them themselves.
    Raises `BuildError` where the file is in another form: integer operators, quantized inputs or outputs.
    """
    graph = model.graph
    nodes = [node for node in graph if node.op_type in (QUANTIZE, DEQUANTIZE) and (weights or not _is_of_weight(node))]
    for node in nodes:
        _check(node)
    for node in nodes:
        value = node.inputs[0]
        numbers = constant(value)
        if node.op_type == DEQUANTIZE and numbers is not None:
            _replace_by_weight(graph, node, floats_of(node, numbers))
        elif value is not None:
            _bypass(graph, node, value)
    graph.remove(nodes, safe=True)
    for result in (value for node in graph for value in node.outputs if not value.is_graph_output()):
        # What a value between the two was said to be is no longer true of it.
        result.type = result.shape = None
    return len(nodes)


def _is_of_weight(node: ir.Node) -> bool:
    return node.op_type == DEQUANTIZE and constant(node.inputs[0]) is not None


def quantized_nodes(model: ir.Model) -> int:
    """How many nodes of the QDQ form a graph has."""
    return sum(node.op_type in (QUANTIZE, DEQUANTIZE) for node in model.graph)


def floats_of(node: ir.Node, numbers: NDArray[Any]) -> NDArray[np.float32]:
    """What DequantizeLinear makes of a constant: a scale for all, one along an axis, or one a block of an axis."""
    scale, zero = constant(input_at(node, 1)), constant(input_at(node, 2))
    if scale is None or (zero is None and input_at(node, 2) is not None):
        raise BuildError(f"{node.name or node.op_type} has a scale that is computed while the model runs")
    axis, block = int_attribute(node, "axis", 1), int_attribute(node, "block_size", 0)
    centred = numbers.astype(np.float32)
    if zero is not None:
        centred = centred - _spread(zero.astype(np.float32), numbers.shape, axis, block)
    product: NDArray[np.float32] = (centred * _spread(scale.astype(np.float32), numbers.shape, axis, block)).astype(
        np.float32
    )
    return product


def _spread(values: NDArray[np.float32], shape: Sequence[int], axis: int, block: int) -> NDArray[np.float32]:
    """Scales or zero points in a form that broadcasts over `shape`."""
    if block:
        repeated: NDArray[np.float32] = np.repeat(values, block, axis)
        return repeated.take(range(shape[axis]), axis)
    if values.size == 1:
        return values.reshape(())
    sides = [1] * len(shape)
    sides[axis] = -1
    return values.reshape(sides)


def _check(node: ir.Node) -> None:
    """That a node is half of a pair, or a constant's."""
    output, value = node.outputs[0], node.inputs[0]
    if node.op_type == DEQUANTIZE:
        if value is not None and value.is_graph_input() and constant(value) is None:
            raise BuildError(f"the input {value.name} is quantized; --dequantize takes files whose inputs are floats")
        return
    for reached in _through_movers(output):
        if reached.is_graph_output():
            raise BuildError(
                f"the output {reached.name} is quantized; --dequantize takes files whose outputs are floats"
            )
        for user, _ in reached.uses():
            if user.op_type != DEQUANTIZE and user.op_type not in MOVERS:
                raise BuildError(
                    f"{user.op_type} computes with quantized integers; --dequantize takes files in QDQ form, in which"
                    " only DequantizeLinear reads what QuantizeLinear wrote"
                )


def _through_movers(value: ir.Value) -> Iterator[ir.Value]:
    """`value`, and what is the same numbers elsewhere."""
    yield value
    for user, _ in value.uses():
        if user.op_type in MOVERS:
            for result in user.outputs:
                yield from _through_movers(result)


def _bypass(graph: ir.Graph, node: ir.Node, value: ir.Value) -> None:
    """`value` takes the place of what a node makes of it, a graph's output under its own name."""
    output = node.outputs[0]
    if not output.is_graph_output():
        output.replace_all_uses_with(value)
        return
    if value.producer() is None or value.is_graph_output():
        copy = ir.Node("", "Identity", [value], num_outputs=1)
        graph.insert_before(node, copy)
        value = copy.outputs[0]
    name, kind, shape = output.name, output.type, output.shape
    output.replace_all_uses_with(value, replace_graph_outputs=True)
    output.name = None
    value.name, value.type, value.shape = name, kind or ir.TensorType(ir.DataType.FLOAT), shape


def _replace_by_weight(graph: ir.Graph, node: ir.Node, numbers: NDArray[np.float32]) -> None:
    output = node.outputs[0]
    name = f"{output.name}.float"
    weight = ir.Value(
        name=name,
        shape=ir.Shape(numbers.shape),
        type=ir.TensorType(ir.DataType.FLOAT),
        const_value=ir.tensor(numbers, name=name),
    )
    graph.initializers.add(weight)
    output.replace_all_uses_with(weight)
