"""Outputs that no node makes -> products with one, for ONNX.js.

It takes Identity nodes out, and with them the name of an output that is an input or another output under a second name;
an output that is a weight it refuses to load.
"""

import onnx_ir as ir

from build.compiler.passes._copies import copy_before
from build.compiler.passes.applied import Applied

IDLE = ("Identity", "Constant")


def made_outputs(model: ir.Model) -> Applied:
    """Give every output that is a constant, or that an Identity makes, a node that computes it."""
    count = 0
    for index, output in enumerate(model.graph.outputs):
        maker = output.producer()
        if maker is None and not output.is_initializer():
            continue  # an input, which is refused
        if maker is not None and maker.op_type not in IDLE:
            continue
        count += 1
        if maker is not None and maker.op_type == "Identity" and maker.inputs[0] is not None:
            _replace(model.graph, index, output, maker.inputs[0])
            model.graph.remove(maker, safe=False)
        else:
            _replace(model.graph, index, output, output)
    return Applied.times(count)


def _replace(graph: ir.Graph, index: int, output: ir.Value, source: ir.Value) -> None:
    """Let a product of `source` with one be the output, under its name."""
    name = str(output.name)
    anchor = ir.Node("", "Identity", [source])
    graph.append(anchor)
    made = copy_before(graph, anchor, source)
    graph.remove(anchor, safe=True)
    graph.outputs[index] = made
    if output is not source:
        output.replace_all_uses_with(made)
    elif output.is_initializer():
        graph.initializers.pop(name)
        output.name = f"{name}.constant"
        if output.const_value is not None:
            output.const_value.name = output.name
        graph.initializers.add(output)
    else:
        output.name = f"{name}.constant"
    made.name, made.type, made.shape = name, output.type or source.type, output.shape or source.shape
