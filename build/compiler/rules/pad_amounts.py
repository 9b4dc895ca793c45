"""Reading Pad nodes of any opset into one form."""

from dataclasses import dataclass

import onnx_ir as ir

from build.compiler.rules.reading import (
    Refusal,
    constant_input,
    float_attribute,
    input_at,
    ints,
    ints_attribute,
    positive_axes,
    rank_of,
    required_input,
    string_attribute,
)


@dataclass(frozen=True)
class Pads:
    """How a Pad node pads: `begin[i]` before and `end[i]` after axis i. `value` fills where `mode` is `constant`."""

    mode: str
    begin: tuple[int, ...]
    end: tuple[int, ...]
    value: float

    @property
    def flat(self) -> list[int]:
        """All begins, then all ends: the form of Pad's and Conv's `pads` attribute."""
        return [*self.begin, *self.end]


def read_pads(node: ir.Node) -> Pads:
    """The pads of a Pad node: attributes (opset 2) or inputs (opset 11 and, with axes, 18). Raises `Refusal`."""
    mode = string_attribute(node, "mode", "constant")
    attribute = ints_attribute(node, "pads")
    if attribute is not None:
        return _pads(mode, attribute, float_attribute(node, "value", 0.0))
    numbers = constant_input(node, 1, "pads")
    if numbers is None:
        raise Refusal("it has no pads")
    return _pads(mode, _on_all_axes(node, ints(numbers)), _fill_value(node))


def _pads(mode: str, flat: list[int], value: float) -> Pads:
    half = len(flat) // 2
    return Pads(mode, tuple(flat[:half]), tuple(flat[half:]), value)


def _fill_value(node: ir.Node) -> float:
    value = constant_input(node, 2, "fill value")
    return 0.0 if value is None or value.size == 0 else float(value.reshape(-1)[0])


def _on_all_axes(node: ir.Node, pads: list[int]) -> list[int]:
    """`pads` spread over all axes where the node's fourth input names some of them."""
    if input_at(node, 3) is None:
        return pads
    numbers = constant_input(node, 3, "axes")
    rank = rank_of(required_input(node))
    axes = positive_axes(ints(numbers) if numbers is not None else [], rank)
    flat = [0] * (2 * rank)
    for position, axis in enumerate(axes):
        flat[axis] = pads[position]
        flat[axis + rank] = pads[position + len(axes)]
    return flat
