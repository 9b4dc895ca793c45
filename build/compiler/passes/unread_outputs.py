"""Outputs of a node that nobody reads -> gone, where the operator also comes without them."""

import onnx_ir as ir

from build.compiler.passes.applied import Applied
from build.compiler.rules.reading import int_attribute

# Further outputs hold what training needs (means, variances), masks and indices.
OPTIONAL = ("BatchNormalization", "Dropout", "LayerNormalization", "MaxPool")


def unread_outputs(model: ir.Model) -> Applied:
    """Take away trailing outputs of `OPTIONAL` operators.

    Before opset 14 further outputs are what tells a BatchNormalization to normalize by the batch; without them it gets
    the attribute that does so since.
    """
    nodes = [node for node in model.graph.all_nodes() if node.op_type in OPTIONAL and node.domain == ""]
    return Applied.times(sum(_trim(node) for node in nodes))


def _trim(node: ir.Node) -> bool:
    kept = len(node.outputs)
    while kept > 1 and not node.outputs[kept - 1].uses() and not node.outputs[kept - 1].is_graph_output():
        kept -= 1
    if kept == len(node.outputs):
        return False
    node.resize_outputs(kept)
    if node.op_type == "BatchNormalization":
        node.attributes["training_mode"] = ir.AttrInt64("training_mode", int(int_attribute(node, "training_mode", 1)))
    return True
