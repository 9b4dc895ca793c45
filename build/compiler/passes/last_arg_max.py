"""ArgMax or ArgMin as the last thing that a graph computes -> the same numbers as floats, for engines without it.

ONNX.js' WebGL backend has floats alone. Where x is the largest, x - max(x) is 0, and elsewhere below it:

    first[k] = 1 + clip(large * (x[k] - max(x)), -1, 0)          1 where x is the largest, 0 elsewhere
    index    = (K - 1) - max over k of first[k] * (K - 1 - k)    the first of the largest
"""

from collections.abc import Collection
from typing import Any

import numpy as np
import onnx_ir as ir
from onnx_ir import tape

from build.compiler.passes._moving import become_float, cast_type, moves
from build.compiler.passes.applied import Applied, GraphPass

# Twice by this much: a difference of 1e-38 becomes one of 1 or more, and none becomes infinite.
LARGE = 1e19
REDUCTIONS = {"ArgMax": "ReduceMax", "ArgMin": "ReduceMin"}


def last_arg_max(supported: Collection[str]) -> GraphPass:
    """A step that replaces those whose result is only shown, or cast to floats. Returns how many."""

    def step(model: ir.Model) -> Applied:
        nodes = [node for node in model.graph if node.op_type in REDUCTIONS and node.domain == ""]
        found = [node for node in nodes if not _runs_as_it_is(node, supported) and _is_shown(node.outputs[0])]
        return Applied.times(sum(_replace(model.graph, node) for node in found))

    return step


def _runs_as_it_is(node: ir.Node, supported: Collection[str]) -> bool:
    return node.op_type in supported and not node.outputs[0].uses()


def _is_shown(value: ir.Value) -> bool:
    """Whether nobody computes with the whole numbers of a value."""
    return all(
        (to := cast_type(use.node)) == ir.DataType.FLOAT
        or (to is not None and to.is_integer() and _is_shown(use.node.outputs[0]))
        or (moves(use.node, use.idx) and all(map(_is_shown, use.node.outputs)))
        for use in value.uses()
    )


def _replace(graph: ir.Graph, node: ir.Node) -> bool:
    x = node.inputs[0]
    if x is None or x.shape is None or x.dtype != ir.DataType.FLOAT:
        return False
    rank = len(x.shape)
    axis = node.attributes["axis"].as_int() % rank if "axis" in node.attributes else 0
    side = x.shape[axis]
    if not isinstance(side, int):
        return False
    writer = tape.Tape()
    result = _index(writer, node, x, axis, side)
    old, name = node.outputs[0], node.outputs[0].name
    for made in writer.nodes:
        made.metadata_props.update(node.metadata_props)
    graph.insert_before(node, list(writer.nodes))
    result.shape, result.type = old.shape, ir.TensorType(ir.DataType.FLOAT)
    old.replace_all_uses_with(result, replace_graph_outputs=True)
    graph.remove(node, safe=True)
    result.name = name
    become_float(result)
    return True


def _index(writer: tape.Tape, node: ir.Node, x: ir.Value, axis: int, side: int) -> ir.Value:
    """The index of the largest, or smallest, along the axis: the first of them, or the last where that is asked for."""

    def call(op_type: str, *inputs: ir.Value, **attributes: Any) -> ir.Value:
        return writer.op(op_type, list(inputs), attributes)

    def number(array: Any) -> ir.Value:
        value = call("Constant", value=ir.tensor(np.asarray(array, np.float32)))
        value.shape, value.dtype = ir.Shape(np.shape(array)), ir.DataType.FLOAT
        return value

    extreme = call(REDUCTIONS[node.op_type], x, axes=[axis], keepdims=1)
    below = call("Sub", x, extreme) if node.op_type == "ArgMax" else call("Sub", extreme, x)
    for _ in range(2):
        below = call("Clip", call("Mul", below, number([LARGE])), min=-1.0, max=0.0)
    largest = call("Add", below, number([1.0]))
    last = "select_last_index" in node.attributes and node.attributes["select_last_index"].as_int()
    order = np.arange(side) if last else np.arange(side)[::-1]
    places = order.reshape(-1, *[1] * (len(x.shape or ()) - axis - 1))
    index = call("ReduceMax", call("Mul", largest, number(places)), axes=[axis], keepdims=1)
    if not last:
        index = call("Sub", number([float(side - 1)]), index)
    keep = "keepdims" not in node.attributes or node.attributes["keepdims"].as_int()
    return index if keep else call("Squeeze", index, axes=[axis])
