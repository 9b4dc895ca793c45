"""BatchNormalization in its training form, which normalizes by the batch -> InstanceNormalization.

Files that were exported in training mode have it, and onnxruntime computes it so. Over a single picture the two are the
same; several are laid side by side first, [N,C,H,W] -> [1,C,N*H*W].
"""

import math
from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, one, reshaped
from build.compiler.rules.reading import (
    Refusal,
    float_attribute,
    int_attribute,
    rank_of,
    required_input,
    static_shape,
)


@dataclass(frozen=True)
class Plan:
    """The whole shape where several pictures are laid side by side, and the order of axes that brings them there."""

    sides: tuple[int, ...]
    order: tuple[int, ...]


class BatchNormOfBatch(LoweringRule[Plan | None]):
    """Replaces BatchNormalization(training_mode=1) with InstanceNormalization.

    Refuses (1) the form for inference, (2) further outputs that are read, (3) a tensor without sides to normalize over,
    (4) several pictures, or an unknown number, of sides that are not known.
    """

    op_type = "BatchNormalization"

    def plan(self, node: ir.Node) -> Plan | None:
        if not int_attribute(node, "training_mode", 0):
            raise Refusal("it normalizes by its own means and variances")
        if len(node.outputs) > 1:
            raise Refusal("it is in training mode, and the means of the batch are read")
        x = required_input(node)
        rank = rank_of(x)
        if rank > 2 and x.shape is not None and x.shape[0] == 1:
            return None
        return Plan(static_shape(x), (1, 0, *range(2, rank)))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan | None) -> ir.Value:
        parameters = [required_input(node), required_input(node, 1), required_input(node, 2)]
        epsilon = float_attribute(node, "epsilon", 1e-5)
        if plan is None:
            return one(op.op("InstanceNormalization", *parameters, epsilon=epsilon))
        turned = one(op.op("Transpose", parameters[0], perm=list(plan.order)))
        batch, channels, *sides = plan.sides
        row = reshaped(op, turned, [1, channels, batch * math.prod(sides)])
        normal = one(op.op("InstanceNormalization", row, *parameters[1:], epsilon=epsilon))
        back = reshaped(op, normal, [channels, batch, *sides])
        return one(op.op("Transpose", back, perm=list(plan.order)))
