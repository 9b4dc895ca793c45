"""What only moves whole numbers can move the same ones as floats: following a value to where its type matters."""

import onnx_ir as ir

MOVING = frozenset(
    {"Flatten", "Gather", "Identity", "Reshape", "Slice", "Split", "Squeeze", "Tile", "Transpose", "Unsqueeze"}
)


def moves(node: ir.Node, index: int) -> bool:
    """Whether a reader only moves what it reads at `index`, so that whatever comes of it has the same type."""
    return node.op_type in MOVING and node.domain == "" and index == 0


def cast_type(node: ir.Node) -> ir.DataType | None:
    """What a Cast makes, or None where the node is something else."""
    if node.op_type != "Cast" or node.domain:
        return None
    return ir.DataType(node.attributes["to"].as_int())


def _take_out(node: ir.Node) -> None:
    """Let the readers of `node`, which may be an output of the graph, read what it reads."""
    source, result = node.inputs[0], node.outputs[0]
    if source is None or node.graph is None:
        return
    if result.is_graph_output():
        # An Identity keeps the output's name.
        node.op_type = "Identity"
        node.attributes.clear()
        result.type = source.type
        return
    result.replace_all_uses_with(source)
    node.graph.remove(node, safe=True)


def become_float(value: ir.Value) -> None:
    """Let a value, and whatever only moves it, be float32; every Cast of these goes."""
    value.type = ir.TensorType(ir.DataType.FLOAT)
    while casts := [use.node for use in value.uses() if cast_type(use.node) is not None]:
        _take_out(casts[0])
    for use in value.uses():
        if moves(use.node, use.idx):
            for result in use.node.outputs:
                become_float(result)
