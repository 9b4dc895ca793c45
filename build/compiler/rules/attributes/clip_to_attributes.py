"""Clip with its bounds as inputs (opset 11) -> bounds as attributes (opset 6), those left out that bound nothing."""

import math

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, clip
from build.compiler.rules.reading import Refusal, constant_input, float_attribute, required_input

Bounds = tuple[float, float]


class ClipToAttributes(LoweringRule[Bounds]):
    """Replaces Clip(x, min, max) with Clip(x, min=..., max=...).

    Refuses bounds that are computed while the model runs, and tensors of integers, which Clip-6 does not take.
    """

    op_type = "Clip"

    def plan(self, node: ir.Node) -> Bounds:
        if len(node.inputs) > 1:
            return _bound(node, 1, "lower", -math.inf), _bound(node, 2, "upper", math.inf)
        if float_attribute(node, "min", 0.0) != -math.inf and float_attribute(node, "max", 0.0) != math.inf:
            raise Refusal("it has no bounds as inputs")
        return float_attribute(node, "min", -math.inf), float_attribute(node, "max", math.inf)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Bounds) -> ir.Value:
        return clip(op, required_input(node), *plan)


def _bound(node: ir.Node, index: int, which: str, none: float) -> float:
    """One bound, which onnxruntime also takes as a list of one; `none` where it is left out."""
    numbers = constant_input(node, index, f"{which} bounds")
    if numbers is None:
        return none
    if numbers.size != 1:
        raise Refusal(f"its {which} bound is not a single number")
    if not np.issubdtype(numbers.dtype, np.floating):
        raise Refusal("it clips integers, and Clip with attributes takes floating-point numbers only")
    return float(numbers.item())
