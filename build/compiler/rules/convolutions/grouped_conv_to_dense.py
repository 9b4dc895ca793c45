"""Conv in groups -> Conv over all channels with zeros between the groups, for ONNX.js.

Its WebGL backend reads a Conv in groups as if each group began at the first channel, and gives wrong numbers without a
word. Only where every group has one channel and one output (depthwise) does it compute what is meant, and that only
since 0.1.8. The cpu backend of 0.1.5 fails on every Conv in groups.
"""

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import LoweringRule, TapeBuilder, constant_node, copy_node
from build.compiler.rules.reading import Refusal, constant, int_attribute, kept_attributes, required_input

Weights = NDArray[np.float32]


class GroupedConvToDense(LoweringRule[tuple[Weights, int]]):
    """Replaces a Conv in g groups with one that has g times the weights, most of them zero, and g times the work.

    Refuses (1) weights that are not constant, (2) a single group, (3) depthwise, where `depthwise_works`.
    """

    op_type = "Conv"

    def __init__(self, *, depthwise_works: bool) -> None:
        super().__init__()
        self._depthwise_works = depthwise_works

    def plan(self, node: ir.Node) -> tuple[Weights, int]:
        weights, groups = constant(required_input(node, 1)), int_attribute(node, "group", 1)
        if weights is None:
            raise Refusal("its weights are computed while the model runs")
        if groups == 1:
            raise Refusal("it has no groups")
        if self._depthwise_works and is_depthwise(weights.shape, groups):
            raise Refusal("every group has one channel and one output, which the engine computes right")
        return weights, groups

    def replace(self, op: TapeBuilder, node: ir.Node, plan: tuple[Weights, int]) -> ir.Value:
        weights, groups = plan
        inputs = [required_input(node), constant_node(op, _spread(weights, groups)), *node.inputs[2:]]
        return copy_node(op, node, inputs, **kept_attributes(node, "group"), group=1)


def is_depthwise(shape: tuple[int, ...], groups: int) -> bool:
    """Whether weights of `shape` `[out, in/groups, ...]` have one channel and one output in every group."""
    return shape[0] == groups and shape[1] == 1


def _spread(weights: Weights, groups: int) -> Weights:
    """`[out, in/groups, ...]` -> `[out, in, ...]`, zero for the channels of other groups."""
    outputs, share = weights.shape[:2]
    spread = np.zeros((groups, outputs // groups, groups, share, *weights.shape[2:]), weights.dtype)
    for group, part in enumerate(np.split(weights, groups)):
        spread[group, :, group] = part
    return spread.reshape(outputs, groups * share, *weights.shape[2:])
