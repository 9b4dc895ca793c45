"""Conv, ConvTranspose and pools over one axis (sound, sequences) -> over pictures of height 1.

[N,C,L] -> Unsqueeze [N,C,1,L] -> the same operator with a kernel of one row -> Squeeze. ONNX.js slides over two axes
only.
"""

from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, copy_node, one
from build.compiler.rules.reading import (
    OtherRule,
    Refusal,
    constant,
    ints_attribute,
    kept_attributes,
    rank_of,
    required_input,
)

LINE_AXES = 3
SLIDERS = ("Conv", "ConvTranspose", "MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool")
WITH_KERNEL = ("Conv", "ConvTranspose")
# What one row more stands for in each attribute that has a number for every axis.
OF_ONE_ROW = {"kernel_shape": 1, "strides": 1, "dilations": 1, "output_padding": 0, "output_shape": 1}


class LineToPicture(LoweringRule[NDArray[np.float32] | None]):
    """Replaces an operator of `SLIDERS` on [N,C,L] with Unsqueeze, the same on [N,C,1,L], and Squeeze.

    Refuses other numbers of axes, weights that are not constant, and second outputs that are read.
    """

    def __init__(self, op_type: str) -> None:
        self.op_type = op_type
        super().__init__()

    def plan(self, node: ir.Node) -> NDArray[np.float32] | None:
        rank = len(weights.shape or ()) if (weights := _kernel(node)) is not None else rank_of(required_input(node))
        if rank != LINE_AXES:
            raise OtherRule(f"it slides over {rank - 2} axes, no line")
        if len(node.outputs) > 1:
            raise Refusal("its second output is read")
        if weights is None:
            return None
        numbers = constant(weights)
        if numbers is None:
            raise Refusal("its weights are computed while the model runs")
        return numbers[:, :, None]

    def replace(self, op: TapeBuilder, node: ir.Node, plan: NDArray[np.float32] | None) -> ir.Value:
        x = required_input(node)
        picture = one(op.op("Unsqueeze", x, axes=[2]))
        picture.type, picture.shape = x.type, _with_row(x)
        inputs = [picture] if plan is None else [picture, constant_node(op, plan), *node.inputs[2:]]
        result = copy_node(op, node, inputs, **_attributes(node))
        result.type, result.shape = node.outputs[0].type, _with_row(node.outputs[0])
        return one(op.op("Squeeze", result, axes=[2]))


def _kernel(node: ir.Node) -> ir.Value | None:
    return required_input(node, 1) if node.op_type in WITH_KERNEL else None


def _with_row(value: ir.Value) -> ir.Shape:
    """The sides with one more, 1, before the last."""
    sides = [None] * LINE_AXES if value.shape is None else list(value.shape)
    return ir.Shape([*sides[:2], 1, *sides[2:]])


def _attributes(node: ir.Node) -> dict[str, Any]:
    kept: dict[str, Any] = kept_attributes(node)
    for name, unit in OF_ONE_ROW.items():
        numbers = ints_attribute(node, name)
        if numbers is not None:
            kept[name] = [unit, *numbers]
    pads = ints_attribute(node, "pads")
    if pads is not None:
        kept["pads"] = [0, pads[0], 0, pads[1]]
    return kept
