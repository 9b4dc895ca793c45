"""Reading LSTM, GRU and RNN nodes into one form, and writing out what all three do at each step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx_ir as ir
from numpy.typing import NDArray

from build.compiler.rules.base import TapeBuilder, constant_node, one, reshaped
from build.compiler.rules.reading import (
    Refusal,
    constant,
    constant_input,
    input_at,
    int_attribute,
    ints,
    required_input,
    side_of,
    string_attribute,
)

Floats = NDArray[np.float32]
# Steps that are written out: a node of a graph each takes time to compile, and there are some 15 in a step.
MOST_STEPS = 128
GATES = {"LSTM": 4, "GRU": 3, "RNN": 1}
ACTIVATIONS = {"LSTM": ["Sigmoid", "Tanh", "Tanh"], "GRU": ["Sigmoid", "Tanh"], "RNN": ["Tanh"]}
# State after a step, and before it: the hidden state first, then what else the operator keeps.
State = tuple[ir.Value, ...]


@dataclass(frozen=True)
class Direction:
    """The weights of one direction: W `[I, gates*H]`, R `[H, gates*H]`, the biases of both `[gates*H]`."""

    backwards: bool
    weights: Floats
    recurrence: Floats
    bias: Floats
    recurrent_bias: Floats


@dataclass(frozen=True)
class Recurrent:
    """A node: `steps` of `[B, inputs]`, `hidden` numbers of state, one or two directions."""

    steps: int
    inputs: int
    hidden: int
    directions: tuple[Direction, ...]
    activation: str


def read_recurrent(node: ir.Node) -> Recurrent:
    """The node in that form. Raises `Refusal` where it cannot be written out."""
    _refuse_extras(node)
    x = required_input(node)
    if x.shape is not None and len(x.shape) != 3:
        raise Refusal(f"it reads a tensor of {len(x.shape)} axes, expected [T,B,I]")
    try:
        steps = side_of(x, 0)
    except Refusal:
        raise Refusal("how many steps it takes is not known before the model runs; --shape fixes it") from None
    if steps > MOST_STEPS:
        raise Refusal(f"it takes {steps} steps, and at most {MOST_STEPS} are written out")
    lengths = constant_input(node, 4, "lengths of sequences") if input_at(node, 4) is not None else None
    if lengths is not None and set(ints(lengths)) != {steps}:
        raise Refusal("its sequences are shorter than what it reads")
    w, r = (constant(required_input(node, index)) for index in (1, 2))
    if w is None or r is None:
        raise Refusal("its weights are computed while the model runs")
    gates, hidden = GATES[node.op_type], int(r.shape[2])
    bias = constant_input(node, 3, "bias")
    both = np.zeros((len(w), 2 * gates * hidden), np.float32) if bias is None else bias
    backwards = {"forward": [False], "reverse": [True], "bidirectional": [False, True]}
    directions = tuple(
        Direction(back, w[i].T, r[i].T, *np.split(both[i], 2))
        for i, back in enumerate(backwards[string_attribute(node, "direction", "forward")])
    )
    return Recurrent(steps, int(w.shape[2]), hidden, directions, _activation(node, len(directions)))


def _refuse_extras(node: ir.Node) -> None:
    if "clip" in node.attributes:
        raise Refusal("it clips what it computes with")
    if int_attribute(node, "layout", 0):
        raise Refusal("its batch comes first (layout=1)")
    if int_attribute(node, "input_forget", 0):
        raise Refusal("its input and forget gates are one")
    if input_at(node, 7) is not None:
        raise Refusal("it has peepholes")
    if {"activation_alpha", "activation_beta"} & set(node.attributes):
        raise Refusal("its activations have parameters")
    if node.op_type == "LSTM" and (input_at(node, 5) is None) != (input_at(node, 6) is None):
        raise Refusal("it is given a part of its first state")


def _activation(node: ir.Node, directions: int) -> str:
    """The last activation of a step. All others must be the usual ones."""
    attribute = node.attributes.get("activations")
    usual = ACTIVATIONS[node.op_type]
    if attribute is None:
        return usual[-1]
    given = list(attribute.as_strings())
    if node.op_type == "RNN" and set(given) in ({"Tanh"}, {"Relu"}):
        return given[0]
    if given != usual * directions:
        raise Refusal(f"its activations are {', '.join(given)}, and {', '.join(usual)} are usual")
    return usual[-1]


# From the products of a step's input and the state before it to the state after it.
Cell = Callable[["Writer", Direction, ir.Value, State | None], State]


class Writer:
    """Makes the nodes of one recurrent node."""

    def __init__(self, op: TapeBuilder, node: ir.Node, plan: Recurrent) -> None:
        self.op, self.node, self.plan = op, node, plan

    def call(self, op_type: str, *inputs: ir.Value, **attributes: Any) -> ir.Value:
        return one(self.op.op(op_type, *inputs, **attributes))

    def number(self, array: Floats) -> ir.Value:
        return constant_node(self.op, np.ascontiguousarray(array, dtype=np.float32))

    def gate(self, value: ir.Value, index: int) -> ir.Value:
        """The columns of one gate of `[B, gates*H]`."""
        hidden = self.plan.hidden
        return self.call("Slice", value, axes=[1], starts=[index * hidden], ends=[(index + 1) * hidden])

    def write(self, cell: Cell, kept: int) -> Sequence[ir.Value]:
        """Y `[T,D,B,H]` and the last states `[D,B,H]`, of which there are `kept`."""
        runs = [self._run(direction, index, cell, kept) for index, direction in enumerate(self.plan.directions)]
        steps = [
            self._joined([self._as(states[step][0], [1, 1, -1]) for states in runs], axis=1)
            for step in range(self.plan.steps)
        ]
        last = [self._last(runs, which) for which in range(kept)]
        return [self._joined(steps, axis=0), *last]

    def _last(self, runs: Sequence[Sequence[State]], which: int) -> ir.Value:
        """One part of the state after the last step of each direction, `[D,B,H]`."""
        ends = [
            states[0 if direction.backwards else -1][which]
            for states, direction in zip(runs, self.plan.directions, strict=True)
        ]
        return self._joined([self._as(end, [1, -1]) for end in ends], axis=0)

    def _as(self, value: ir.Value, lead: list[int]) -> ir.Value:
        return reshaped(self.op, value, [*lead, self.plan.hidden])

    def _joined(self, values: list[ir.Value], axis: int) -> ir.Value:
        return values[0] if len(values) == 1 else self.call("Concat", *values, axis=axis)

    def _run(self, direction: Direction, index: int, cell: Cell, kept: int) -> list[State]:
        """The state after each step, in the order of the input."""
        rows = reshaped(self.op, required_input(self.node), [-1, self.plan.inputs])
        products = self.call("MatMul", rows, self.number(direction.weights))
        products = self.call("Add", products, self.number(direction.bias))
        width = int(direction.weights.shape[1])
        series = reshaped(self.op, products, [self.plan.steps, -1, width])
        state = self._initial(index, kept)
        states: list[State] = []
        order = range(self.plan.steps)
        for step in reversed(order) if direction.backwards else order:
            at = self.call("Slice", series, axes=[0], starts=[step], ends=[step + 1])
            state = cell(self, direction, reshaped(self.op, at, [-1, width]), state)
            states.append(state)
        return states[::-1] if direction.backwards else states

    def _initial(self, index: int, kept: int) -> State | None:
        """What the node is given to begin with; None where that is nothing or zeros."""
        values = [value for which in range(kept) if (value := input_at(self.node, 5 + which)) is not None]
        if all(_is_zero(value) for value in values):
            return None
        if len(self.plan.directions) > 1:
            values = [self.call("Slice", value, axes=[0], starts=[index], ends=[index + 1]) for value in values]
        return tuple(reshaped(self.op, value, [-1, self.plan.hidden]) for value in values)


def _is_zero(value: ir.Value) -> bool:
    numbers = constant(value)
    return numbers is not None and not numbers.any()
