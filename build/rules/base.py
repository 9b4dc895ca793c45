"""What all rewrite rules share: the base class, and how a node's inputs and attributes are read."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray
from onnxscript.rewriter import MatchContext, MatchResult, RewriterContext, RewriteRuleClassBase

__all__ = ["LoweringRule", "MatchContext", "MatchResult", "Refusal", "RewriterContext"]


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """A rule does not apply to this node; the text says why, for the person who reads `check`'s table."""


class LoweringRule(RewriteRuleClassBase):
    """A rewrite of one kind of node. Subclasses implement `plan` and `rewrite`.

    `op_type` is the operator that the rule replaces. `plan(node, opset)` reads the node and either returns what `rewrite`
    needs or raises `Refusal`; both `check` and `rewrite` call it, so that nothing is kept on `self` in between.
    """

    op_type: str = ""

    def __init__(self) -> None:
        # The matched nodes may have other users, and their constants too; what ends up unused is removed afterwards.
        super().__init__(remove_nodes=False)

    def pattern(self, op: Any, x: Any) -> Any:
        """One node of `op_type` with any inputs and attributes and a single output."""
        builder = getattr(op, self.op_type)
        return builder(x, _allow_other_inputs=True, _allow_other_attributes=True, _outputs=["out"])

    def check(self, context: MatchContext, out: ir.Value, **_: Any) -> MatchResult:
        """Succeeds where `plan` does, else fails with its reason."""
        node = producer(out)
        result = MatchResult()
        try:
            self.plan(node, opset_of(context))
        except Refusal as refusal:
            result.fail(str(refusal), node)
        return result

    def plan(self, node: ir.Node, opset: int) -> Any:
        """What `rewrite` needs to know about `node` of a graph of `opset`; raises `Refusal`."""
        raise NotImplementedError


def opset_of(context: MatchContext) -> int:
    """The version of the standard operator set that the graph under the rule was written in."""
    return context.model.graph.opset_imports.get("", 1)


def producer(value: ir.Value) -> ir.Node:
    """The node that computes `value`, which a matched output always has."""
    node = value.producer()
    if node is None:
        raise Refusal(f"{value.name} is not computed by a node")
    return node


def input_at(node: ir.Node, index: int) -> ir.Value | None:
    """The input at `index`, or None where it is left out."""
    return node.inputs[index] if index < len(node.inputs) else None


def data_input(node: ir.Node) -> ir.Value:
    """The first input, which must be there."""
    value = input_at(node, 0)
    if value is None:
        raise Refusal("its first input is missing")
    return value


def constant(value: ir.Value | None) -> NDArray[Any] | None:
    """The numbers of a constant or initializer, else None."""
    tensor = None if value is None else ir.convenience.get_const_tensor(value)
    return None if tensor is None else tensor.numpy()


def constant_input(node: ir.Node, index: int, what: str) -> NDArray[Any] | None:
    """The numbers of an optional input that must be known before the model runs, or None where it is left out."""
    value = input_at(node, index)
    if value is None:
        return None
    numbers = constant(value)
    if numbers is None:
        raise Refusal(f"its {what} are computed while the model runs, and the target needs them beforehand")
    return numbers


def ints(numbers: NDArray[Any]) -> list[int]:
    """A flat list of Python integers."""
    return [int(number) for number in numbers.reshape(-1)]


def int_attribute(node: ir.Node, name: str, default: int) -> int:
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_int()


def ints_attribute(node: ir.Node, name: str) -> list[int] | None:
    attribute = node.attributes.get(name)
    return None if attribute is None else list(attribute.as_ints())


def float_attribute(node: ir.Node, name: str, default: float) -> float:
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_float()


def string_attribute(node: ir.Node, name: str, default: str) -> str:
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_string()


def rank_of(value: ir.Value) -> int:
    """The number of axes of `value`, which must be known."""
    if value.shape is None:
        raise Refusal(f"the number of axes of {value.name} is not known")
    return len(value.shape)


def static_shape(value: ir.Value) -> tuple[int, ...]:
    """The sides of `value`, all of which must be known."""
    if value.shape is None or not all(isinstance(side, int) for side in value.shape):
        raise Refusal(f"the shape of {value.name} is not known before the model runs; give its size with --size")
    return tuple(int(side) for side in value.shape if isinstance(side, int))


def kept_attributes(node: ir.Node, *dropped: str) -> dict[str, ir.Attr]:
    """The node's attributes without those named."""
    return {name: attribute for name, attribute in node.attributes.items() if name not in dropped}


def positive_axes(axes: Sequence[int], rank: int) -> list[int]:
    """Axes counted from the front, each of them within the rank."""
    if any(not -rank <= axis < rank for axis in axes):
        raise Refusal(f"its axes {list(axes)} do not fit a tensor of {rank} axes")
    return [axis % rank for axis in axes]


def constant_node(op: RewriterContext, numbers: NDArray[Any] | Sequence[int]) -> ir.Value:
    """A Constant node holding `numbers`; lists become int64."""
    array = numbers if isinstance(numbers, np.ndarray) else np.asarray(numbers, dtype=np.int64)
    value: ir.Value = op.Constant(value=ir.tensor(array))
    value.shape = ir.Shape(array.shape)
    value.dtype = ir.DataType.from_numpy(array.dtype)
    return value


def copy_node(op: RewriterContext, node: ir.Node, inputs: Sequence[ir.Value | None], **attributes: Any) -> ir.Value:
    """A node of the same type with other inputs; `attributes` replace all the old ones."""
    value: ir.Value = op.op(node.op_type, *inputs, _domain=node.domain, **attributes)
    return value
