"""The kernel of a Conv that something else reads as well -> one of its own.

ONNX.js' WebGL backends lay a kernel out for Conv under the key of the kernel itself. If Conv comes first, others read
that; if it comes last, it reads what the others laid out, and gives wrong numbers without a word.
"""

import onnx_ir as ir

from build.compiler.passes.applied import Applied


def unshare_conv_weights(model: ir.Model) -> Applied:
    """Give every Conv a kernel that only Convs read. Returns how many kernels were shared."""
    shared = [value for value in model.graph.initializers.values() if _is_shared(value)]
    for value in shared:
        copy = _copy(value)
        model.graph.initializers.add(copy)
        for user in _convolutions(value):
            user.replace_input_with(1, copy)
    return Applied.times(len(shared))


def _convolutions(value: ir.Value) -> list[ir.Node]:
    return [use.node for use in value.uses() if use.node.op_type == "Conv" and use.idx == 1]


def _is_shared(value: ir.Value) -> bool:
    return 0 < len(_convolutions(value)) < len(value.uses()) + value.is_graph_output()


def _copy(value: ir.Value) -> ir.Value:
    name, tensor = f"{value.name}.kernel", value.const_value
    numbers = None if tensor is None else ir.tensor(tensor.numpy(), name=name)
    return ir.Value(name=name, shape=value.shape, type=value.type, const_value=numbers)
