"""Inputs of whole numbers that are cast to floats before anything is computed -> inputs of float32, without the Cast.

Photos come as uint8 to many files. ONNX.js has no Cast; the numbers are the same.
"""

import onnx_ir as ir

from build.compiler.passes._moving import become_float, cast_type, moves
from build.compiler.passes.applied import Applied

# What tells a value's shape and not its numbers.
ASKING = ("Shape", "Size")


def whole_number_inputs(model: ir.Model) -> Applied:
    """Let such inputs be float32. Returns how many."""
    found = [value for value in model.graph.inputs if _is_whole(value) and value.uses() and _is_only_cast(value)]
    for value in found:
        become_float(value)
    return Applied.times(len(found))


def _is_whole(value: ir.Value) -> bool:
    return value.dtype is not None and value.dtype.is_integer() and not value.is_initializer()


def _is_only_cast(value: ir.Value) -> bool:
    """Whether all readers cast it to float32, once it has been moved."""
    if value.is_graph_output():
        return False
    return all(
        cast_type(use.node) == ir.DataType.FLOAT
        or use.node.op_type in ASKING
        or (moves(use.node, use.idx) and all(map(_is_only_cast, use.node.outputs)))
        for use in value.uses()
    )
