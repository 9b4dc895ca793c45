"""Gather of one element -> Gather of a list of one, for ONNX.js' WebGL backends: they have no tensors of 0 axes."""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, constant, int_attribute, rank_of, required_input


class GatherOneAsMany(LoweringRule[tuple[int, int]]):
    """Replaces Gather(x, i) with Squeeze(Gather(x, [i])). Refuses indices that are not one constant number."""

    op_type = "Gather"

    def plan(self, node: ir.Node) -> tuple[int, int]:
        index = constant(required_input(node, 1))
        if index is None or index.ndim:
            raise Refusal("its index is no single constant number")
        axis = int_attribute(node, "axis", 0)
        return int(index), axis if axis >= 0 else axis + rank_of(required_input(node))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: tuple[int, int]) -> ir.Value:
        index, axis = plan
        indices = constant_node(op, np.asarray([index], np.int64))
        return one(op.op("Squeeze", one(op.op("Gather", required_input(node), indices, axis=axis)), axes=[axis]))
