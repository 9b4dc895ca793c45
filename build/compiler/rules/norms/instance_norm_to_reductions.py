"""InstanceNormalization -> means and element-wise arithmetic, for engines without it.

y = scale * (x - mean) / sqrt(mean((x - mean)^2) + epsilon) + bias, means over all but the first two axes.
"""

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, one
from build.compiler.rules.reading import Refusal, constant, float_attribute, rank_of, required_input

PICTURE_AXES = 4


class InstanceNormToReductions(LoweringRule[int]):
    """Replaces InstanceNormalization with ReduceMean, Sub, Mul, Add, Sqrt and Div.

    The square is a product, not a Pow: GLSL's pow is undefined for negative numbers. Refuses where the number of axes
    is not known, or scale and bias are not constants.
    """

    op_type = "InstanceNormalization"

    def plan(self, node: ir.Node) -> int:
        for index, name in ((1, "scale"), (2, "bias")):
            if constant(required_input(node, index)) is None:
                raise Refusal(f"its {name} is computed while the model runs")
        return rank_of(required_input(node))

    def replace(self, op: TapeBuilder, node: ir.Node, plan: int) -> ir.Value:
        x = required_input(node)
        axes = list(range(2, plan))
        mean = _like(one(op.op("ReduceMean", x, axes=axes)), x, axes)
        centred = _like(one(op.op("Sub", x, mean)), x)
        squares = _like(one(op.op("Mul", centred, centred)), x)
        variance = _like(one(op.op("ReduceMean", squares, axes=axes)), x, axes)
        epsilon = constant_node(op, np.asarray([float_attribute(node, "epsilon", 1e-5)], dtype=np.float32))
        deviation = one(op.op("Sqrt", one(op.op("Add", variance, epsilon))))
        normal = one(op.op("Div", centred, deviation))
        scaled = one(op.op("Mul", normal, self._per_channel(op, node, 1, plan)))
        return one(op.op("Add", scaled, self._per_channel(op, node, 2, plan)))

    def _per_channel(self, op: TapeBuilder, node: ir.Node, index: int, rank: int) -> ir.Value:
        """The parameter `[C]` as `[1,C,1,...]`, which broadcasts over batch and sides."""
        numbers = constant(required_input(node, index))
        if numbers is None:
            raise Refusal("its parameters are computed while the model runs")
        return constant_node(op, numbers.reshape(1, -1, *[1] * (rank - 2)))


class FlatInstanceNormToReductions(InstanceNormToReductions):
    """Replaces InstanceNormalization of anything but pictures, which ONNX.js' WebGL backend refuses."""

    def plan(self, node: ir.Node) -> int:
        rank = super().plan(node)
        if rank == PICTURE_AXES:
            raise Refusal("it normalizes pictures, which the engine does itself")
        return rank


def _like(value: ir.Value, x: ir.Value, reduced: list[int] | None = None) -> ir.Value:
    """`value` annotated with the shape of `x`, its reduced axes 1, so that later rules know its axes."""
    sides = list(x.shape or ())
    value.shape = ir.Shape([1 if reduced and axis in reduced else side for axis, side in enumerate(sides)])
    value.type = x.type
    return value
