"""Clip with its bounds as inputs (opset 11) -> bounds as attributes (opset 6)."""

from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.rules.base import LoweringRule, TapeBuilder, clip
from build.rules.reading import Refusal, constant_input, required_input

Bounds = tuple[float | None, float | None]


class ClipToAttributes(LoweringRule[Bounds]):
    """Replaces Clip(x, min, max) with Clip(x, min=..., max=...).

    Refuses bounds that are computed while the model runs, and tensors of integers, which Clip-6 does not take.
    """

    op_type = "Clip"

    def plan(self, node: ir.Node) -> Bounds:
        if len(node.inputs) == 1:
            raise Refusal("it has no bounds as inputs")
        low, high = constant_input(node, 1, "lower bounds"), constant_input(node, 2, "upper bounds")
        given = [bound for bound in (low, high) if bound is not None]
        if any(not np.issubdtype(bound.dtype, np.floating) for bound in given):
            raise Refusal("it clips integers, and Clip with attributes takes floating-point numbers only")
        return _number(low), _number(high)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Bounds) -> ir.Value:
        bounds = {name: bound for name, bound in zip(("min", "max"), plan, strict=True) if bound is not None}
        return clip(op, required_input(node), **bounds)


def _number(bound: NDArray[Any] | None) -> float | None:
    """A bound as a number. One of infinity bounds nothing, and no shader can write it; a list of one is taken, too."""
    if bound is None or bound.size != 1 or not np.isfinite(bound.item()):
        return None
    return float(bound.item())
