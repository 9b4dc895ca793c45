"""A value that is seen in another shape, and used elsewhere as well -> a copy for the other shape.

Reshape and its like copy nothing in the WebGL backend of ONNX.js 0.1.8: the texture stays, under the same key, with
another shape. From then on whatever reads the value finds that shape: another number of axes does not compile, and as
many axes of other sides give wrong numbers without a word. 0.1.5 and older keep the two apart.
"""

import onnx_ir as ir

from build.compiler.passes._copies import copy_before
from build.compiler.passes.applied import Applied
from build.compiler.rules.reading import required_input

VIEWS = ("Flatten", "Reshape", "Squeeze", "Unsqueeze")


def views_of_copies(model: ir.Model) -> Applied:
    """Put a product with one before every node of `VIEWS` whose input has other uses. Returns how many."""
    shared = [node for node in model.graph if node.op_type in VIEWS and _is_shared(node.inputs[0])]
    for node in shared:
        node.replace_input_with(0, copy_before(model.graph, node, required_input(node)))
    return Applied.times(len(shared))


def _is_shared(value: ir.Value | None) -> bool:
    return value is not None and value.const_value is None and len(value.uses()) + value.is_graph_output() > 1
