"""Slice with steps (opset 10) -> a plain Slice, then pools of one element or Gather, which take every n-th.

A mean over a kernel of one element at every n-th place is that element. It needs no side to be known, and works along
height and width (the focus of YOLOX). Along other axes, backwards (BGR to RGB), or with whole numbers, Gather takes the
elements by their numbers, which needs the side.
"""

from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import (
    Refusal,
    constant_input,
    ints,
    positive_axes,
    rank_of,
    required_input,
    side_of,
)
from build.compiler.rules.slice_windows import END

PICTURE_AXES = (2, 3)


@dataclass(frozen=True)
class Span:
    """What is taken along one axis, as ONNX's Slice says it."""

    axis: int
    start: int
    end: int
    step: int


@dataclass(frozen=True)
class Plan:
    """A plain Slice, every n-th along height and width, and elements by their numbers along other axes."""

    windows: tuple[Span, ...]
    strides: tuple[int, int]
    indices: tuple[tuple[int, tuple[int, ...]], ...]


class SliceWithSteps(LoweringRule[Plan]):
    """Replaces Slice(x, starts, ends, axes, steps) with Slice, AveragePool of one element and Gather.

    Refuses (1) windows that are not known beforehand, (2) steps of 1 alone, (3) sides that are not known, backwards or
    along other axes than a picture's height and width.
    """

    op_type = "Slice"

    def plan(self, node: ir.Node) -> Plan:
        spans = _spans(node)
        if all(span.step == 1 for span in spans):
            raise Refusal("it takes every element")
        x = required_input(node)
        pooled = rank_of(x) == PICTURE_AXES[-1] + 1 and x.dtype == ir.DataType.FLOAT
        windows: list[Span] = []
        strides, indices = [1, 1], []
        for span in spans:
            if span.step > 0 and (span.step == 1 or (pooled and span.axis in PICTURE_AXES)):
                windows += [] if _is_whole(span) else [span]
                if span.step > 1:
                    strides[span.axis - PICTURE_AXES[0]] = span.step
            else:
                taken = tuple(range(*slice(span.start, span.end, span.step).indices(side_of(x, span.axis))))
                if not taken:
                    raise Refusal(f"it takes nothing along axis {span.axis}, and ONNX.js refuses empty tensors")
                indices.append((span.axis, taken))
        return Plan(tuple(windows), (strides[0], strides[1]), tuple(indices))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        value = required_input(node)
        if plan.windows:
            parts = zip(*((span.start, span.end, span.axis) for span in plan.windows), strict=True)
            value = one(op.op("Slice", value, *(constant_node(op, list(part)) for part in parts)))
        if plan.strides != (1, 1):
            value = one(op.op("AveragePool", value, kernel_shape=[1, 1], strides=list(plan.strides)))
        for axis, taken in plan.indices:
            value = one(op.op("Gather", value, constant_node(op, list(taken)), axis=axis))
        return value


def _is_whole(span: Span) -> bool:
    return span.start == 0 and span.end >= END


def _spans(node: ir.Node) -> list[Span]:
    x = required_input(node)
    numbers = [constant_input(node, index, what) for index, what in ((1, "starts"), (2, "ends"), (4, "steps"))]
    axes = constant_input(node, 3, "axes")
    if any(part is None for part in numbers):
        raise Refusal("it has no steps")
    starts, ends, steps = (ints(part) for part in numbers if part is not None)
    where = list(range(len(starts))) if axes is None else positive_axes(ints(axes), rank_of(x))
    return [Span(*span) for span in zip(where, starts, ends, steps, strict=True)]
