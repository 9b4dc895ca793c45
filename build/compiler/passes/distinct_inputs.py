"""One node's results twice among the inputs of another -> a copy for the second use.

ONNX.js 0.1.3 queues a node once for each of its inputs that the same node feeds, and fails when its second turn comes
("output already has value", microsoft/onnxjs#53), e.g. in Mul(x, x), or in Add(a, b) of two parts of one Split. It
removes Identity nodes, so the copy is a product with one.
"""

import onnx_ir as ir

from build.compiler.passes._copies import copy_before
from build.compiler.passes.applied import Applied


def distinct_inputs(model: ir.Model) -> Applied:
    """Put a product with one before every input whose node feeds an earlier input, too. Returns how many."""
    count = 0
    for node in list(model.graph):
        seen: set[int] = set()
        for index, value in enumerate(node.inputs):
            if value is None or value.const_value is not None:
                continue
            source = id(value.producer() or value)
            if source in seen:
                node.replace_input_with(index, copy_before(model.graph, node, value))
                count += 1
            seen.add(source)
    return Applied.times(count)
