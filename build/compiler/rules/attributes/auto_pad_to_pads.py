"""`auto_pad` -> the amounts of padding that it stands for.

ONNX.js puts an odd amount on the wrong side where the stride is above 1, on every backend and without a word. The
amounts are those of ONNX's operator specification (Conv, MaxPool, AveragePool).
"""

from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, copy_node
from build.compiler.rules.reading import (
    OtherRule,
    ints_attribute,
    kept_attributes,
    required_input,
    side_of,
    string_attribute,
)

SLIDING = ("Conv", "MaxPool", "AveragePool")


@dataclass(frozen=True)
class Window:
    """How a kernel slides along one axis."""

    kernel: int
    stride: int
    dilation: int


class AutoPadToPads(LoweringRule[list[int]]):
    """Replaces a Conv or a pooling with `auto_pad` by one with `pads`.

    Refuses where a stride above 1 makes the amounts depend on sides that are not known.
    """

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> list[int]:
        mode = string_attribute(node, "auto_pad", "NOTSET")
        if mode not in ("SAME_UPPER", "SAME_LOWER"):
            raise OtherRule("it has no auto_pad that depends on the picture")
        totals = [_total(node, axis, window) for axis, window in enumerate(_windows(node))]
        smaller, larger = [total // 2 for total in totals], [total - total // 2 for total in totals]
        return [*smaller, *larger] if mode == "SAME_UPPER" else [*larger, *smaller]

    def replace(self, op: TapeBuilder, node: ir.Node, plan: list[int]) -> ir.Value:
        return copy_node(op, node, node.inputs, **kept_attributes(node, "auto_pad"), pads=plan)


def _windows(node: ir.Node) -> list[Window]:
    kernel = ints_attribute(node, "kernel_shape")
    if kernel is None:
        weights = required_input(node, 1)
        kernel = [side_of(weights, axis) for axis in range(2, len(weights.shape or ()))]
    ones = [1] * len(kernel)
    strides, dilations = ints_attribute(node, "strides") or ones, ints_attribute(node, "dilations") or ones
    return [Window(*sizes) for sizes in zip(kernel, strides, dilations, strict=True)]


def _total(node: ir.Node, axis: int, window: Window) -> int:
    reach = (window.kernel - 1) * window.dilation + 1
    if window.stride == 1:
        return reach - 1
    side = side_of(required_input(node), axis + 2)
    steps = -(-side // window.stride)
    return max((steps - 1) * window.stride + reach - side, 0)
