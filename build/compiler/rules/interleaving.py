"""Working on the sides of a picture one after the other, without knowing them.

What is inserted after each element along the last axis needs no side to be known:
[N,C,H,W] -> Unsqueeze [N,C,H,W,1] -> Concat [N,C,H,W,s] -> Reshape [N,C,H,s*W], where 0 keeps a side and -1 is worked
out. The other side takes its turn between two Transposes.
"""

from collections.abc import Callable

import onnx_ir as ir

from build.compiler.rules.base import TapeBuilder, constant_node, one

# From an element's column [N,C,H,W,1] to the columns that follow it.
Followers = Callable[[ir.Value], list[ir.Value]]


def interleave(op: TapeBuilder, value: ir.Value, factors: tuple[int, int], followers: Followers) -> ir.Value:
    """Every element of `[N,C,H,W]` followed by factor - 1 columns, vertically and horizontally."""
    vertical, horizontal = factors
    if horizontal > 1:
        value = _along_last(op, value, horizontal, followers)
    if vertical > 1:
        turned = one(op.op("Transpose", value, perm=[0, 1, 3, 2]))
        value = one(op.op("Transpose", _along_last(op, turned, vertical, followers), perm=[0, 1, 3, 2]))
    return value


def _along_last(op: TapeBuilder, value: ir.Value, factor: int, followers: Followers) -> ir.Value:
    column = one(op.op("Unsqueeze", value, axes=[4]))
    columns = one(op.op("Concat", column, *followers(column) * (factor - 1), axis=4))
    return one(op.op("Reshape", columns, constant_node(op, [0, 0, 0, -1])))
