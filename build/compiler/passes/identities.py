"""Identity nodes -> gone, except where they are all that makes an output."""

import onnx_ir as ir
from onnx_ir import convenience

from build.compiler.passes.applied import Applied


def drop_identities(model: ir.Model) -> Applied:
    """Remove Identity nodes of the graph and of the graphs within it.

    One stays that makes an output of its graph out of what is an output already, comes from outside (an input, a
    weight, a value of an outer graph), or is read in an inner graph as well: outputs keep their names, and every output
    of a branch must be made within it.
    """
    count = 0
    for node in list(model.graph.all_nodes()):
        if node.op_type == "Identity" and node.domain == "" and _is_idle(node):
            source, result = node.inputs[0], node.outputs[0]
            if source is None or node.graph is None:
                continue
            _keep_notes(source, result)
            is_output = result.is_graph_output()
            name = result.name
            convenience.replace_all_uses_with(result, source, replace_graph_outputs=True)
            node.graph.remove(node, safe=True)
            if is_output:
                source.name = name
            count += 1
    return Applied.times(count)


def _is_idle(node: ir.Node) -> bool:
    if len(node.inputs) != 1 or len(node.outputs) != 1 or node.inputs[0] is None:
        return False
    source, result = node.inputs[0], node.outputs[0]
    if not result.is_graph_output():
        return True
    maker = source.producer()
    return maker is not None and maker.graph is node.graph and not source.is_graph_output()


def _keep_notes(source: ir.Value, result: ir.Value) -> None:
    """What only the Identity's result said about type and sides."""
    source.type = source.type or result.type
    if source.shape is None:
        source.shape = result.shape
    elif result.shape is not None and len(source.shape) == len(result.shape):
        sides = zip(source.shape, result.shape, strict=True)
        source.shape = ir.Shape(
            [theirs if not isinstance(mine, int) and isinstance(theirs, int) else mine for mine, theirs in sides]
        )
