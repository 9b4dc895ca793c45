"""Pooling with `ceil_mode` (opset 10) -> pooling with so much more padding after the last element.

A window that would lie partly beyond the end counts:

    ceil((n - k) / s) + 1 = floor((n + s - 1 - k) / s) + 1

so s - 1 elements of padding more mean the same, whatever the side. Windows that begin beyond the picture and its
padding in front are another matter; there are none where the padding behind plus s is at most k, and elsewhere the side
must be known. Padding is never the largest, and no part of a mean that leaves it out.
"""

from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, copy_node
from build.compiler.rules.reading import (
    OtherRule,
    Refusal,
    int_attribute,
    ints_attribute,
    kept_attributes,
    required_input,
    side_of,
    string_attribute,
)

POOLS = ("MaxPool", "AveragePool")


@dataclass(frozen=True)
class Window:
    """How a pool slides along one axis: sides in elements, padding before and after."""

    kernel: int
    stride: int
    before: int
    after: int


class CeilModeToPads(LoweringRule[list[int]]):
    """Replaces a pool with ceil_mode=1 by one with longer `pads`, or the same ones where it changes nothing.

    Refuses (1) `auto_pad`, which has a rule of its own, (2) means that count their padding, (3) windows that begin
    beyond the picture, or may where its side is not known.
    """

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> list[int]:
        if not int_attribute(node, "ceil_mode", 0):
            raise OtherRule("it has no ceil_mode")
        if string_attribute(node, "auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
            raise Refusal("its auto_pad comes first")
        windows = _windows(node)
        more = [_more(node, axis, window) for axis, window in enumerate(windows)]
        if any(more) and int_attribute(node, "count_include_pad", 0) and any(w.before or w.after for w in windows):
            raise Refusal("its means count their padding, and not what ceil_mode adds to it")
        before, after = [window.before for window in windows], [window.after for window in windows]
        return [*before, *(pad + extra for pad, extra in zip(after, more, strict=True))]

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[int]) -> ir.Value:
        grown = plan != (ints_attribute(node, "pads") or [0] * len(plan))
        dropped = ("ceil_mode", "pads", "auto_pad", *(["count_include_pad"] if grown else []))
        return copy_node(op, node, node.inputs, **kept_attributes(node, *dropped), pads=plan)


def _windows(node: ir.Node) -> list[Window]:
    kernel = ints_attribute(node, "kernel_shape") or []
    strides, dilations = (ints_attribute(node, name) or [1] * len(kernel) for name in ("strides", "dilations"))
    pads = ints_attribute(node, "pads") or [0] * (2 * len(kernel))
    reach = [(side - 1) * dilation + 1 for side, dilation in zip(kernel, dilations, strict=True)]
    return [Window(*sizes) for sizes in zip(reach, strides, pads[: len(kernel)], pads[len(kernel) :], strict=True)]


def _more(node: ir.Node, axis: int, window: Window) -> int:
    """How many elements of padding `ceil_mode` stands for along an axis."""
    side = required_input(node).shape
    known = side is not None and isinstance(side[axis + 2], int)
    if window.stride == 1:
        return 0
    if not known and window.after + window.stride <= window.kernel:
        return window.stride - 1
    length = side_of(required_input(node), axis + 2) + window.before
    steps = -(-(length + window.after - window.kernel) // window.stride)
    if steps * window.stride >= length:
        raise Refusal("its last window begins beyond the picture, of which ONNX and onnxruntime think differently")
    return max(0, steps * window.stride + window.kernel - length - window.after)
