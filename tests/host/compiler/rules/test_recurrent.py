"""LSTM, GRU and RNN: directions, first states, outputs and activations, against onnxruntime, and what is refused."""

# ruff: noqa: E501 - a table has a line for each case

import re

import pytest

from build.compiler.rules.reading import OtherRule, Refusal
from build.compiler.rules.recurrent.steps import ACTIVATIONS, GATES, MOST_STEPS
from build.compiler.rules.recurrent.unrolled import OUTPUTS, Unrolled
from build.compiler.verify.cases.case import WEBGL
from tests.support.rule_graphs import floats, lowered, model, node_of, noise, operators

OPERATORS = list(GATES)
STEPS, BATCH, INPUTS, HIDDEN = 3, 2, 4, 2


def weights(op: str, directions: int = 1) -> str:
    wide = GATES[op] * HIDDEN
    return (
        noise("w", f"{directions},{wide},{INPUTS}", directions * wide * INPUTS)
        + noise("r", f"{directions},{wide},{HIDDEN}", directions * wide * HIDDEN)
        + noise("b", f"{directions},{2 * wide}", directions * 2 * wide)
        + noise("h", f"{directions},{BATCH},{HIDDEN}", directions * BATCH * HIDDEN)
        + noise("c", f"{directions},{BATCH},{HIDDEN}", directions * BATCH * HIDDEN)
        + floats("z", f"{directions},{BATCH},{HIDDEN}", *[0.0] * (directions * BATCH * HIDDEN))
    )


def source_of(op: str, given: str, inputs: str, outputs: int, directions: int = 1) -> tuple[str, str]:
    """The signature and the body of a graph with one recurrent node."""
    names = ["y", "s", "t"][:outputs]
    sides = [f"{STEPS},{directions},{BATCH},{HIDDEN}", *[f"{directions},{BATCH},{HIDDEN}"] * 2]
    declared = ", ".join(f"float[{side}] {name}" for side, name in zip(sides, names, strict=False))
    signature = f"(float[{STEPS},{BATCH},{INPUTS}] x) => ({declared})"
    node = f"{', '.join(names)} = {op} <hidden_size = {HIDDEN}{given}> (x, w, r{inputs})"
    return signature, weights(op, directions) + node


@pytest.mark.parametrize("op", OPERATORS)
@pytest.mark.parametrize("direction", ["forward", "reverse", "bidirectional"])
@pytest.mark.parametrize("state", ["", ", b", ", b, , h", ", , , h", ", b, , z"])
def test_directions_and_first_states(op: str, direction: str, state: str) -> None:
    if op == "LSTM" and state.endswith(("h", "z")):
        state = f"{state}, c" if state.endswith("h") else f"{state}, z"
    directions = 2 if direction == "bidirectional" else 1
    signature, body = source_of(op, f', direction = "{direction}"', state, OUTPUTS[op], directions)
    assert op not in operators(lowered(model(14, signature, body), WEBGL, "unrolled", ranges=[(-1.0, 1.0)]))


@pytest.mark.parametrize(("op", "outputs"), [(op, count) for op in OPERATORS for count in range(1, OUTPUTS[op] + 1)])
def test_any_number_of_outputs(op: str, outputs: int) -> None:
    signature, body = source_of(op, "", ", b", outputs)
    lowered(model(14, signature, body), WEBGL, "unrolled", ranges=[(-1.0, 1.0)])


@pytest.mark.parametrize("state", ["", ", , h"])
@pytest.mark.parametrize("after", [0, 1])
def test_the_reset_gate_works_on_the_state_or_after_the_recurrence(after: int, state: str) -> None:
    signature, body = source_of("GRU", f", linear_before_reset = {after}", f", b{state}", 2)
    lowered(model(14, signature, body), WEBGL, "unrolled", ranges=[(-1.0, 1.0)])


@pytest.mark.parametrize(
    ("op", "names", "direction"),
    [
        ("RNN", ["Relu"], "forward"),
        ("RNN", ["Tanh", "Tanh"], "bidirectional"),
        ("RNN", ["Relu", "Relu"], "bidirectional"),
        ("LSTM", ACTIVATIONS["LSTM"], "reverse"),
        ("GRU", ACTIVATIONS["GRU"] * 2, "bidirectional"),
    ],
)
def test_the_usual_activations(op: str, names: list[str], direction: str) -> None:
    listed = ", ".join(f'"{name}"' for name in names)
    directions = 2 if direction == "bidirectional" else 1
    signature, body = source_of(op, f', direction = "{direction}", activations = [{listed}]', ", b", 1, directions)
    found = operators(lowered(model(14, signature, body), WEBGL, "unrolled", ranges=[(-1.0, 1.0)]))
    assert names[-1] in found


@pytest.mark.parametrize("op", OPERATORS)
def test_a_single_step(op: str) -> None:
    signature, body = source_of(op, "", ", b", 1)
    one = [text.replace(f"[{STEPS},", "[1,", 1) for text in signature.split("=>")]
    proto = lowered(model(14, "=>".join(one), body), WEBGL, "unrolled", ranges=[(-1.0, 1.0)])
    assert "Concat" not in operators(proto)


X = f"float[{STEPS},{BATCH},{INPUTS}] x"
REFUSALS = [
    ("LSTM", X, ", clip = 1.0", "", "it clips what it computes with"),
    ("GRU", X, ", layout = 1", "", "its batch comes first (layout=1)"),
    ("LSTM", X, ", input_forget = 1", "", "its input and forget gates are one"),
    ("LSTM", X, "", ", , , , , p", "it has peepholes"),
    ("LSTM", X, ", activation_alpha = [0.5]", "", "its activations have parameters"),
    ("LSTM", X, ", activation_beta = [0.5]", "", "its activations have parameters"),
    ("LSTM", X, "", ", , , h", "it is given a part of its first state"),
    ("LSTM", X, "", ", , , , c", "it is given a part of its first state"),
    ("GRU", "float[3,4] x", "", "", "it reads a tensor of 2 axes, expected [T,B,I]"),
    ("GRU", "float[T,2,4] x", "", "", "how many steps it takes is not known before the model runs; --shape fixes it"),
    ("GRU", f"float[{MOST_STEPS + 1},2,4] x", "", "", f"it takes {MOST_STEPS + 1} steps, and at most {MOST_STEPS} are written out"),
    ("GRU", X, "", ", , l", "its sequences are shorter than what it reads"),
    ("GRU", X + ", int32[2] q", "", ", , q", "its lengths of sequences are computed while the model runs"),
    ("GRU", X, "", ", k", "its bias are computed while the model runs"),
    ("RNN", X, ', activations = ["Sigmoid"]', "", "its activations are Sigmoid, and Tanh are usual"),
    ("GRU", X, ', activations = ["Tanh", "Sigmoid"]', "", "its activations are Tanh, Sigmoid, and Sigmoid, Tanh are usual"),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "given", "more", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(op: str, inputs: str, given: str, more: str, reason: str) -> None:
    extras = noise("p", f"1,{3 * HIDDEN}", 3 * HIDDEN) + "k = Relu (b) l = Constant <value = int32[2] {3,2}> () "
    body = weights(op) + extras + f"y = {op} <hidden_size = {HIDDEN}{given}> (x, w, r{more})"
    node = next(node for node in model(14, f"({inputs}) => (y)", body).graph if node.op_type == op)
    with pytest.raises(Refusal, match=re.escape(reason)):
        Unrolled(op, 1).plan(node)


@pytest.mark.parametrize("index", [1, 2])
def test_weights_that_are_computed_are_refused(index: int) -> None:
    given = ["x", "w", "r"]
    given[index] = "k"
    body = weights("RNN") + f"k = Relu ({'wr'[index - 1]}) y = RNN <hidden_size = {HIDDEN}> ({', '.join(given)})"
    with pytest.raises(Refusal, match="its weights are computed while the model runs"):
        Unrolled("RNN", 1).plan(node_of("RNN", body, X, 14))


def test_what_is_read_of_a_node() -> None:
    inputs = f"float[{MOST_STEPS},{BATCH},{INPUTS}] x"
    lengths = f"l = Constant <value = int32[2] {{{MOST_STEPS},{MOST_STEPS}}}> () "
    body = weights("GRU", 2) + lengths + f'y = GRU <hidden_size = {HIDDEN}, direction = "bidirectional"> (x, w, r, , l)'
    plan = Unrolled("GRU", 1).plan(node_of("GRU", body, inputs, 14))
    assert (plan.steps, plan.inputs, plan.hidden, plan.activation) == (MOST_STEPS, INPUTS, HIDDEN, "Tanh")
    assert [direction.backwards for direction in plan.directions] == [False, True]
    for direction in plan.directions:
        assert direction.weights.shape == (INPUTS, 3 * HIDDEN)
        assert direction.recurrence.shape == (HIDDEN, 3 * HIDDEN)
        assert direction.bias.tolist() == direction.recurrent_bias.tolist() == [0] * 3 * HIDDEN


def test_a_node_of_other_outputs_is_another_rules() -> None:
    node = node_of("RNN", weights("RNN") + f"y, s = RNN <hidden_size = {HIDDEN}> (x, w, r)", X, 14)
    with pytest.raises(OtherRule, match="it has 2 outputs, not 1"):
        Unrolled("RNN", 1).plan(node)
