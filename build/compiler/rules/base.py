"""What all rewrite rules share: the base class, and how the nodes that replace others are made."""

import math
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray
from onnxscript.rewriter import MatchContext, MatchResult, RewriteRuleClassBase

# What the rewriter hands to `rewrite`; the public alias for it lacks the methods that a type checker must see.
from onnxscript.rewriter._context import TapeBuilder

from build.compiler.rules.reading import Refusal, producer

__all__ = ["LoweringRule", "TapeBuilder", "clip", "constant_node", "copy_node", "one", "reshaped"]

Plan = TypeVar("Plan")
Replacement = ir.Value | Sequence[ir.Value]


class LoweringRule(RewriteRuleClassBase, Generic[Plan]):
    """A rewrite of one kind of node. Subclasses implement `plan` and `replace`.

    `op_type` is the operator that the rule replaces. `plan(node)` reads a node and either returns what `replace` needs
    or raises `Refusal` with the reason. It runs for the check and again for the rewrite: nothing is kept on `self`.
    """

    op_type: str = ""

    def __init__(self) -> None:
        # The matched nodes may have other users, and their constants too; what ends up unused is removed afterwards.
        super().__init__(name=type(self).__name__, remove_nodes=False)

    def pattern(self, op: Any) -> Any:
        """One node of `op_type` with any inputs and attributes, and one output."""
        builder = getattr(op, self.op_type)
        return builder(_allow_other_inputs=True, _allow_other_attributes=True, _outputs=["out"])

    def check(self, op: MatchContext, *_: Any, **bindings: Any) -> MatchResult:  # noqa: ARG002 - the name is the base's
        """Succeeds where `plan` does, else fails with its reason."""
        node = producer(bindings["out"])
        result = MatchResult()
        try:
            self.plan(node)
        except Refusal as refusal:
            result.fail(str(refusal), node)
        return result

    def rewrite(self, op: TapeBuilder, *_: Any, **bindings: Any) -> Replacement:
        """Replaces the node whose output is bound to `out`."""
        node = producer(bindings["out"])
        return self.replace(op, node, self.plan(node))

    def plan(self, node: ir.Node) -> Plan:
        """What `replace` needs to know about `node`; raises `Refusal`."""
        raise NotImplementedError

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Plan) -> Replacement:
        """The value, or values, that take the place of the node's outputs."""
        raise NotImplementedError


def one(value: Any) -> ir.Value:
    """The single output of a node that was just made."""
    if not isinstance(value, ir.Value):
        raise TypeError(f"expected one output, got {value!r}")
    return value


def constant_node(op: TapeBuilder, numbers: NDArray[Any] | Sequence[int]) -> ir.Value:
    """A Constant node holding `numbers`; lists become int64."""
    array = numbers if isinstance(numbers, np.ndarray) else np.asarray(numbers, dtype=np.int64)
    value = one(op.op("Constant", value=ir.tensor(array)))
    value.shape = ir.Shape(array.shape)
    value.dtype = ir.DataType.from_numpy(array.dtype)
    return value


def copy_node(op: TapeBuilder, node: ir.Node, inputs: Sequence[ir.Value | None], **attributes: Any) -> ir.Value:
    """A node of the same type with other inputs; `attributes` replace all the old ones."""
    return one(op.op(node.op_type, *inputs, _domain=node.domain, **attributes))


def clip(op: TapeBuilder, value: ir.Value, low: float = -math.inf, high: float = math.inf) -> ir.Value:
    """Clip in its attribute form. Bounds that bound nothing are left out: no shader can write infinity."""
    bounds: dict[str, Any] = {}
    if low != -math.inf:
        bounds["min"] = low
    if high != math.inf:
        bounds["max"] = high
    return one(op.op("Clip", value, **bounds) if bounds else op.op("Identity", value))


def reshaped(op: TapeBuilder, value: ir.Value, shape: Sequence[int]) -> ir.Value:
    """`value` through a Reshape; 0 keeps a side, -1 is worked out. Later rules can read its number of axes."""
    result = one(op.op("Reshape", value, constant_node(op, shape)))
    result.type = value.type
    result.shape = ir.Shape([side if side > 0 else None for side in shape])
    return result
