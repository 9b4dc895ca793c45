"""How rules read nodes: inputs that are constants, attributes with defaults, shapes."""

from collections.abc import Sequence
from typing import Any

import onnx_ir as ir
from numpy.typing import NDArray


class Refusal(Exception):  # noqa: N818 - it is an answer, not an error
    """A rule does not apply to this node; the text says why, for the person who reads `check`'s table."""


class OtherRule(Refusal):
    """The node is another rule's, which has something to say about it; this one has not."""


def opset_of(node: ir.Node) -> int:
    """The version of the standard operator set that the graph around `node` was written in."""
    graph = node.graph
    return 1 if graph is None else graph.opset_imports.get("", 1)


def producer(value: ir.Value) -> ir.Node:
    """The node that computes `value`."""
    node = value.producer()
    if node is None:
        raise Refusal(f"{value.name} is not computed by a node")
    return node


def input_at(node: ir.Node, index: int) -> ir.Value | None:
    """The input at `index`, or None where it is left out."""
    return node.inputs[index] if index < len(node.inputs) else None


def required_input(node: ir.Node, index: int = 0) -> ir.Value:
    """The input at `index`, which must be there."""
    value = input_at(node, index)
    if value is None:
        raise Refusal(f"its input {index} is missing")
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
        raise Refusal(
            f"its {what} are computed while the model runs, and the target needs them beforehand;"
            " where they follow from the input's size, --size fixes them"
        )
    return numbers


def is_shape_arithmetic(node: ir.Node) -> bool:
    """Whether all that `node` computes with comes out of Shape or Size, rather than out of a tensor's numbers."""
    if node.op_type in ("Shape", "Size"):
        return True
    makers = [value.producer() for value in node.inputs if value is not None and constant(value) is None]
    return bool(makers) and all(maker is not None and is_shape_arithmetic(maker) for maker in makers)


def ints(numbers: NDArray[Any]) -> list[int]:
    """A flat list of Python integers."""
    return [int(number) for number in numbers.reshape(-1)]


def int_attribute(node: ir.Node, name: str, default: int) -> int:
    """An integer attribute or its default."""
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_int()


def ints_attribute(node: ir.Node, name: str) -> list[int] | None:
    """A list attribute, or None where it is not given."""
    attribute = node.attributes.get(name)
    return None if attribute is None else list(attribute.as_ints())


def float_attribute(node: ir.Node, name: str, default: float) -> float:
    """A float attribute or its default."""
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_float()


def string_attribute(node: ir.Node, name: str, default: str) -> str:
    """A string attribute or its default."""
    attribute = node.attributes.get(name)
    return default if attribute is None else attribute.as_string()


def kept_attributes(node: ir.Node, *dropped: str) -> dict[str, ir.Attr]:
    """The node's attributes without those named."""
    return {name: attribute for name, attribute in node.attributes.items() if name not in dropped}


def rank_of(value: ir.Value) -> int:
    """The number of axes of `value`, which must be known."""
    if value.shape is None:
        raise Refusal(f"the number of axes of {value.name} is not known")
    return len(value.shape)


def static_shape(value: ir.Value) -> tuple[int, ...]:
    """The sides of `value`, all of which must be known."""
    sides = () if value.shape is None else tuple(side for side in value.shape if isinstance(side, int))
    if value.shape is None or len(sides) != len(value.shape):
        raise Refusal(f"the shape of {value.name} is not known before the model runs; --size fixes it")
    return sides


def side_of(value: ir.Value, axis: int) -> int:
    """One side of `value`, which must be known."""
    side = None if value.shape is None else value.shape[axis]
    if not isinstance(side, int):
        raise Refusal(f"side {axis} of {value.name} is not known before the model runs; --size fixes it")
    return side


def positive_axes(axes: Sequence[int], rank: int) -> list[int]:
    """Axes counted from the front, each of them within the rank."""
    if any(not -rank <= axis < rank for axis in axes):
        raise Refusal(f"its axes {list(axes)} do not fit a tensor of {rank} axes")
    return [axis % rank for axis in axes]
