"""One value twice among the inputs of a node -> a copy for the second use.

ONNX.js 0.1.3 reads the wrong texture when a node names the same value twice (microsoft/onnxjs#53), e.g. in Mul(x, x).
"""

import onnx_ir as ir


def distinct_inputs(model: ir.Model) -> int:
    """Put an Identity before every repeated input. Returns how many."""
    count = 0
    for node in list(model.graph):
        seen: set[int] = set()
        for index, value in enumerate(node.inputs):
            if value is None or value.const_value is not None:
                continue
            if id(value) in seen:
                copy = ir.Node("", "Identity", [value], num_outputs=1)
                copy.outputs[0].shape, copy.outputs[0].type = value.shape, value.type
                model.graph.insert_before(node, copy)
                node.replace_input_with(index, copy.outputs[0])
                count += 1
            seen.add(id(value))
    return count
