"""LSTM, GRU and RNN of a known number of steps -> the products, sums and gates of each step, by ONNX's definitions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnx_ir as ir

from build.compiler.rules.base import LoweringRule, TapeBuilder
from build.compiler.rules.reading import OtherRule, int_attribute
from build.compiler.rules.recurrent.steps import Cell, Direction, Recurrent, State, Writer, read_recurrent

# Y, Y_h and, of an LSTM, Y_c.
OUTPUTS = {"LSTM": 3, "GRU": 2, "RNN": 2}


class Unrolled(LoweringRule[Recurrent]):
    """Replaces a recurrent node of so many outputs with MatMul, Add, Mul, Sigmoid, Tanh, Slice and Concat.

    Refuses an unknown or very large number of steps, weights that are not constants, and rare extras (clips, peepholes,
    sequences of several lengths).
    """

    def __init__(self, op_type: str, outputs: int) -> None:
        self.op_type = op_type
        self._outputs = outputs
        super().__init__()

    def pattern(self, op: Any) -> Any:
        names = ["out", *(f"out{index}" for index in range(1, self._outputs))]
        builder = getattr(op, self.op_type)
        return builder(_allow_other_inputs=True, _allow_other_attributes=True, _outputs=names)

    def plan(self, node: ir.Node) -> Recurrent:
        if len(node.outputs) != self._outputs:
            raise OtherRule(f"it has {len(node.outputs)} outputs, not {self._outputs}")
        return read_recurrent(node)

    def replace(self, op: TapeBuilder, node: ir.Node, plan: Recurrent) -> Sequence[ir.Value]:
        kept = OUTPUTS[self.op_type] - 1
        return Writer(op, node, plan).write(_cell(node), kept)[: self._outputs]


def unrolled_rules() -> tuple[Unrolled, ...]:
    """A rule for every operator and number of outputs."""
    return tuple(Unrolled(name, count) for name, most in OUTPUTS.items() for count in range(1, most + 1))


def _cell(node: ir.Node) -> Cell:
    if node.op_type == "LSTM":
        return _lstm
    if node.op_type == "RNN":
        return _rnn
    return _gru_after if int_attribute(node, "linear_before_reset", 0) else _gru_before


def _plus_recurrence(write: Writer, direction: Direction, products: ir.Value, state: State | None) -> ir.Value:
    """Wx + b + Rh + b, where h is zero at first."""
    total = write.call("Add", products, write.number(direction.recurrent_bias))
    if state is None:
        return total
    return write.call("Add", total, write.call("MatMul", state[0], write.number(direction.recurrence)))


def _rnn(write: Writer, direction: Direction, products: ir.Value, state: State | None) -> State:
    return (write.call(write.plan.activation, _plus_recurrence(write, direction, products, state)),)


def _lstm(write: Writer, direction: Direction, products: ir.Value, state: State | None) -> State:
    """Gates in the order i, o, f, c: C = f * C + i * c, H = o * tanh(C)."""
    total = _plus_recurrence(write, direction, products, state)
    enter, leave = (write.call("Sigmoid", write.gate(total, index)) for index in (0, 1))
    cell = write.call("Mul", enter, write.call("Tanh", write.gate(total, 3)))
    if state is not None:
        forget = write.call("Sigmoid", write.gate(total, 2))
        cell = write.call("Add", write.call("Mul", forget, state[1]), cell)
    return write.call("Mul", leave, write.call("Tanh", cell)), cell


def _mixed(write: Writer, update: ir.Value, new: ir.Value, state: State | None) -> State:
    """H = (1 - z) * h + z * H."""
    kept = write.call("Sub", write.number(np.ones(1, np.float32)), update)
    hidden = write.call("Mul", kept, new)
    return (hidden if state is None else write.call("Add", hidden, write.call("Mul", update, state[0])),)


def _gru_after(write: Writer, direction: Direction, products: ir.Value, state: State | None) -> State:
    """Gates in the order z, r, h; the reset gate works on what the recurrence made."""
    gates = [write.number(bias) for bias in np.split(direction.recurrent_bias, 3)]
    if state is not None:
        recurrent = write.call("MatMul", state[0], write.number(direction.recurrence))
        recurrent = write.call("Add", recurrent, write.number(direction.recurrent_bias))
        gates = [write.gate(recurrent, index) for index in range(3)]
    update, reset = (
        write.call("Sigmoid", write.call("Add", write.gate(products, index), gates[index])) for index in (0, 1)
    )
    past = write.call("Mul", reset, gates[2])
    return _mixed(write, update, write.call("Tanh", write.call("Add", write.gate(products, 2), past)), state)


def _gru_before(write: Writer, direction: Direction, products: ir.Value, state: State | None) -> State:
    """Gates in the order z, r, h; the reset gate works on the state."""
    hidden = write.plan.hidden
    total = write.call("Add", products, write.number(direction.recurrent_bias))
    new = write.gate(total, 2)
    gates = [write.gate(total, index) for index in (0, 1)]
    if state is not None:
        columns = [direction.recurrence[:, index * hidden : (index + 1) * hidden] for index in range(3)]
        gates = [
            write.call("Add", gate, write.call("MatMul", state[0], write.number(column)))
            for gate, column in zip(gates, columns, strict=False)
        ]
        reset = write.call("Mul", write.call("Sigmoid", gates[1]), state[0])
        new = write.call("Add", new, write.call("MatMul", reset, write.number(columns[2])))
    return _mixed(write, write.call("Sigmoid", gates[0]), write.call("Tanh", new), state)
