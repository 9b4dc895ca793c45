"""Reading reductions of any opset into one form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import onnx_ir as ir

from build.compiler.rules.reading import (
    Refusal,
    constant_input,
    input_at,
    int_attribute,
    ints,
    ints_attribute,
    positive_axes,
    rank_of,
    required_input,
)

REDUCTIONS = (
    "ReduceLogSum",
    "ReduceMax",
    "ReduceMean",
    "ReduceMin",
    "ReduceProd",
    "ReduceSum",
    "ReduceSumSquare",
)


@dataclass(frozen=True)
class Reduction:
    """Which axes, counted from the front, are reduced, and whether they stay with side 1."""

    axes: tuple[int, ...]
    keepdims: bool


def read_reduction(node: ir.Node) -> Reduction:
    """The axes of a reduction, from its attribute or (ReduceSum 13, all others 18) its second input."""
    axes = ints_attribute(node, "axes")
    if axes is None and input_at(node, 1) is not None:
        numbers = constant_input(node, 1, "axes")
        axes = None if numbers is None or numbers.size == 0 else ints(numbers)
    if axes is None:
        if int_attribute(node, "noop_with_empty_axes", 0):
            raise Refusal("it reduces nothing (noop_with_empty_axes)")
        axes = list(range(rank_of(required_input(node))))
    if any(axis < 0 for axis in axes):
        axes = positive_axes(axes, rank_of(required_input(node)))
    return Reduction(tuple(sorted(axes)), bool(int_attribute(node, "keepdims", 1)))


def reduction_attributes(axes: Sequence[int], keepdims: bool) -> dict[str, Any]:
    """The attribute form, without what is the default anyway."""
    return {"axes": list(axes)} if keepdims else {"axes": list(axes), "keepdims": 0}
