"""Gather that counts from the end -> Gather that counts from the front, for versions of ONNX.js that only do that."""

from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import (
    Refusal,
    constant,
    int_attribute,
    positive_axes,
    rank_of,
    required_input,
    side_of,
)

Plan = tuple[NDArray[Any], int]


class GatherFromFront(LoweringRule[Plan]):
    """Replaces negative indices, and a negative axis, of Gather with those that they stand for.

    Refuses indices that are not constants, and sides that are not known.
    """

    op_type = "Gather"

    def plan(self, node: ir.Node) -> Plan:
        indices, axis, x = constant(required_input(node, 1)), int_attribute(node, "axis", 0), required_input(node)
        if indices is None:
            raise Refusal("its indices are computed while the model runs")
        backwards = indices.min(initial=0) < 0
        if axis >= 0 and not backwards:
            raise Refusal("it counts from the front already")
        if axis < 0:
            (axis,) = positive_axes([axis], rank_of(x))
        return (np.where(indices < 0, indices + side_of(x, axis), indices) if backwards else indices), axis

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> ir.Value:
        indices, axis = plan
        return one(op.op("Gather", required_input(node), constant_node(op, indices), axis=axis))
