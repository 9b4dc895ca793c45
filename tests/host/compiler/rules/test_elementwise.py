"""Operators of single elements: every form and bound, against onnxruntime, and what is refused."""

# ruff: noqa: E501 - a table has a line for each case

import math
import re
from typing import Any

import numpy as np
import pytest

from build.compiler.rules.attributes.clip_to_attributes import ClipToAttributes
from build.compiler.rules.base import LoweringRule
from build.compiler.rules.elementwise.clip_to_relus import HIGHEST, LOWEST, ClipToRelus
from build.compiler.rules.elementwise.drop_dropout import DropDropout
from build.compiler.rules.elementwise.min_max_to_relus import MinMaxToRelus
from build.compiler.rules.elementwise.pow_to_products import PowToProducts
from build.compiler.rules.elementwise.selu_to_elu import ALPHA, GAMMA, SeluToElu
from build.compiler.rules.elementwise.where_with_mask import WhereWithMask
from build.compiler.rules.reading import Refusal
from build.compiler.verify.cases.case import CPU, OLD_CPU, OLDEST, WEBGL
from tests.support.rule_graphs import (
    applied,
    attributes,
    floats,
    inferred,
    lowered,
    model,
    node_of,
    operators,
)

LINE = "float[3,4] x"
TRUTHS = "c = Constant <value = bool[4] {1,0,0,1}> () "
INTEGERS = "i = Cast <to = 6> (x) "
REFUSALS: list[tuple[LoweringRule[Any], str, str, str]] = [
    (ClipToAttributes(), "Clip", "y = Clip (x)", "it has no bounds as inputs"),
    (ClipToRelus(), "Clip", "y = Clip <min = 1.5, max = 1.25> (x)", "its lower bound 1.5 is above its upper bound 1.25"),
    (MinMaxToRelus("Max"), "Max", floats("a", "", 1.0) + floats("b", "1", 2.0) + "y = Max (a, b)", "all of its inputs are single numbers"),
    (MinMaxToRelus("Max"), "Max", INTEGERS + "y = Max (i, i)", "it compares other numbers than float32"),
    (MinMaxToRelus("Min"), "Min", "k = Constant <value = float[2] {1.0,inf}> () y = Min (x, k)", "a constant among its inputs holds an infinity"),
    (PowToProducts(), "Pow", floats("e", "", 0.25) + "y = Pow (x, e)", "its exponent 0.25 is not a product of few factors"),
    (PowToProducts(), "Pow", floats("e", "", 0.0) + "y = Pow (x, e)", "its exponent 0 is not"),
    (PowToProducts(), "Pow", "e = Relu (x) y = Pow (x, e)", "its exponent is not one constant number"),
    (SeluToElu("Celu"), "Celu", "y = Celu <alpha = 0.0> (x)", "its alpha 0 is not above 0"),
    (SeluToElu("Celu"), "Celu", "y = Celu <alpha = -1.5> (x)", "its alpha -1.5 is not above 0"),
    (WhereWithMask(), "Where", "b = IsNaN (x) y = Where (b, x, x)", "its condition is computed while the model runs"),
    (WhereWithMask(), "Where", TRUTHS + INTEGERS + "y = Where (c, i, i)", "it chooses between other numbers than float32"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "op", "body", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(rule: LoweringRule[Any], op: str, body: str, reason: str) -> None:
    opset = 6 if "min = " in body else 13
    with pytest.raises(Refusal, match=re.escape(reason)):
        rule.plan(node_of(op, body, LINE, opset))


@pytest.mark.parametrize(
    ("given", "count"),
    [("min = -0.25", 3), ("max = 0.5", 3), ("min = -0.25, max = 0.5", 6), ("min = 0.5, max = 0.5", 6)],
)
def test_clip_without_a_kernel(given: str, count: int) -> None:
    proto = lowered(
        model(6, "(float[3,4] x) => (float[3,4] y)", f"y = Clip <{given}> (x)"), OLDEST, "missing-operators"
    )
    assert len(operators(proto)) == count
    assert operators(proto).count("Relu") == count // 3


def test_a_clip_without_bounds_does_nothing() -> None:
    assert ClipToRelus().plan(node_of("Clip", "y = Clip (x)", LINE, 6)) == (LOWEST, HIGHEST)
    result = applied(ClipToRelus(), inferred("y = Clip (x)", LINE, 6))
    assert [node.op_type for node in result.graph] == ["Identity"]


@pytest.mark.parametrize(
    ("given", "plan", "left"),
    [
        ("min = -inf", (-math.inf, math.inf), set()),
        ("max = inf", (-math.inf, math.inf), set()),
        ("min = -inf, max = 0.5", (-math.inf, 0.5), {"max"}),
        ("min = 0.5, max = inf", (0.5, math.inf), {"min"}),
    ],
)
def test_bounds_that_bound_nothing_are_left_out(given: str, plan: tuple[float, float], left: set[str]) -> None:
    body = f"r = Relu (x) y = Clip <{given}> (r)"
    assert ClipToAttributes().plan(node_of("Clip", body, LINE, 6)) == plan
    proto = lowered(model(6, "(float[3,4] x) => (float[3,4] y)", body), WEBGL, "attributes")
    assert operators(proto) == (["Relu", "Clip"] if left else ["Relu"])
    if left:
        assert set(attributes(proto, "Clip")) == left


def test_a_bound_that_is_left_out_is_none() -> None:
    bound = floats("b", "", 0.5)
    assert ClipToAttributes().plan(node_of("Clip", bound + "y = Clip (x, b)", LINE)) == (0.5, math.inf)
    assert ClipToAttributes().plan(node_of("Clip", bound + "y = Clip (x, , b)", LINE)) == (-math.inf, 0.5)


@pytest.mark.parametrize(
    ("given", "opset"),
    [
        ("y = Dropout <ratio = 0.5> (r)", 7),
        ("y = Dropout <is_test = 1> (r)", 6),
        (floats("k", "", 0.5) + "y = Dropout (r, k)", 13),
        (floats("k", "", 0.5) + "t = Constant <value = bool {0}> () y = Dropout (r, k, t)", 13),
        ("y, m = Dropout (r)", 13),
    ],
)
def test_dropout_does_nothing(given: str, opset: int) -> None:
    assert DropDropout().plan(node_of("Dropout", "r = Relu (x) " + given, LINE, opset)).name == "r"


def test_a_mask_that_is_an_output_is_used() -> None:
    source = model(13, "(float[3,4] x) => (float[3,4] d, bool[3,4] m)", "d, m = Dropout (x)")
    with pytest.raises(Refusal, match="its mask is used"):
        DropDropout().plan(source.graph[0])


@pytest.mark.parametrize("op", ["Max", "Min"])
@pytest.mark.parametrize(
    ("body", "clips", "relus"),
    [
        ("y = OP (x)", 0, 0),
        ("y = OP (x, z)", 0, 1),
        ("y = OP (x, z, b)", 0, 2),
        (floats("k", "", 0.25) + "y = OP (x, k)", 1, 0),
        (floats("k", "1", 0.25) + floats("l", "", -0.5) + "y = OP (k, x, l, z)", 1, 1),
        (floats("k", "1,1", 0.25) + "y = OP (x, k)", 0, 1),
        (floats("k", "4", -0.5, 0.0, 0.5, 1.0) + "y = OP (x, k)", 0, 1),
    ],
)
def test_the_largest_and_the_smallest(op: str, body: str, clips: int, relus: int) -> None:
    source = model(
        13,
        "(float[3,4] x, float[3,4] z, float[4] b) => (float[3,4] y)",
        "n = Neg (x) " + body.replace("OP (x", "OP (n").replace("OP", op),
    )
    proto = lowered(source, WEBGL, "missing-operators")
    assert (operators(proto).count("Clip"), operators(proto).count("Relu")) == (clips, relus)


def test_the_bound_of_several_numbers() -> None:
    numbers = floats("k", "", 0.25) + floats("l", "", -0.5)
    assert MinMaxToRelus("Max").plan(node_of("Max", numbers + "y = Max (x, k, l)", LINE)).bound == 0.25
    assert MinMaxToRelus("Min").plan(node_of("Min", numbers + "y = Min (x, k, l)", LINE)).bound == -0.5
    assert MinMaxToRelus("Min").plan(node_of("Min", "y = Min (x, x)", LINE)).bound is None


@pytest.mark.parametrize(
    ("exponent", "expected"),
    [
        (1.0, []),
        (2.0, ["Mul"]),
        (3.0, ["Mul", "Mul"]),
        (4.0, ["Mul", "Mul", "Mul"]),
        (0.5, ["Sqrt"]),
        (-1.0, ["Div"]),
    ],
)
@pytest.mark.parametrize("shape", ["", "1"])
def test_powers(exponent: float, expected: list[str], shape: str) -> None:
    source = model(
        13, "(float[3,4] x) => (float[3,4] y)", floats("e", shape, exponent) + "a = Abs (x) p = Pow (a, e) y = Neg (p)"
    )
    assert operators(lowered(source, CPU, "pow-to-products")) == ["Abs", *expected, "Neg"]


def test_the_first_power_is_the_same_number() -> None:
    result = applied(PowToProducts(), inferred(floats("e", "", 1.0) + "y = Pow (x, e)", LINE))
    assert [node.op_type for node in result.graph] == ["Identity"]


@pytest.mark.parametrize(
    ("op", "given", "inner", "alpha", "outer"),
    [
        ("Selu", "", 1, ALPHA, GAMMA),
        ("Selu", "<alpha = 2.0, gamma = 0.5>", 1, 2, 0.5),
        ("Celu", "", 1, 1, 1),
        ("Celu", "<alpha = 4.0>", 0.25, 1, 4),
    ],
)
def test_units_that_are_made_of_elu(op: str, given: str, inner: float, alpha: float, outer: float) -> None:
    source = model(13, "(float[3,4] x) => (float[3,4] y)", f"y = {op} {given} (x)")
    assert SeluToElu(op).plan(source.graph[0]) == pytest.approx((inner, alpha, outer))
    proto = lowered(source, WEBGL, "missing-operators")
    assert operators(proto) == (["Elu", "Mul"] if inner == 1 else ["Mul", "Elu", "Mul"])


@pytest.mark.parametrize(("op", "last"), [("Sum", ["Add", "Add"]), ("Mean", ["Add", "Add", "Div"])])
def test_sums_of_several(op: str, last: list[str]) -> None:
    source = model(13, "(float[3,4] x, float[4] b) => (float[3,4] y)", f"y = {op} (x, b, x)")
    assert operators(lowered(source, WEBGL, "missing-operators")) == last


@pytest.mark.parametrize(("op", "left"), [("Sum", []), ("Mean", ["Div"])])
def test_a_sum_of_one(op: str, left: list[str]) -> None:
    source = model(13, "(float[3,4] x) => (float[3,4] y)", f"r = Relu (x) s = {op} (r) y = Neg (s)")
    assert operators(lowered(source, WEBGL, "missing-operators")) == ["Relu", *left, "Neg"]


@pytest.mark.parametrize("body", ["y = Sum (z)", "y = Max (z)", "y = Min (z)"])
def test_one_alone_is_an_output_of_its_own(body: str) -> None:
    source = model(13, "(float[3,4] x) => (float[3,4] y, float[3,4] z)", f"z = Relu (x) {body}")
    assert sorted(operators(lowered(source, WEBGL, "missing-operators"))) == ["Mul", "Relu"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("y = Where (c, x, z)", ["Mul", "Mul", "Add"]),
        (floats("k", "", 0.5) + "y = Where (c, x, k)", ["Mul", "Add"]),
        (floats("k", "4", 1, 2, 3, 4) + "y = Where (c, k, x)", ["Mul", "Add"]),
        ("k = Constant <value = float {-inf}> () w = Where (c, x, k) y = Softmax (w)", ["Mul", "Add", "Softmax"]),
    ],
)
def test_a_choice_by_a_mask(body: str, expected: list[str]) -> None:
    source = model(13, "(float[3,4] x, float[3,4] z) => (float[3,4] y)", TRUTHS + body)
    assert operators(lowered(source, WEBGL, "missing-operators")) == expected


def test_a_choice_between_constants_is_one() -> None:
    body = TRUTHS + floats("k", "4", 1, 2, 3, 4) + floats("l", "3,1", 5, 6, 7) + "y = Where (c, k, l)"
    plan = WhereWithMask().plan(node_of("Where", body, LINE))
    assert (plan.parts, plan.chosen is None) == ((), False)
    np.testing.assert_array_equal(plan.chosen, [[1, 5, 5, 4], [1, 6, 6, 4], [1, 7, 7, 4]])
    result = applied(WhereWithMask(), inferred(body, LINE))
    assert [node.op_type for node in result.graph if node.op_type != "Constant"] == ["Identity"]


@pytest.mark.parametrize("target", [WEBGL, OLD_CPU])
@pytest.mark.parametrize("op", ["Erf", "Softplus", "Reciprocal"])
def test_functions_that_most_engines_lack(op: str, target: str) -> None:
    """Reciprocal is undefined at 0, and Erf is a polynomial, right to seven digits."""
    body = f"a = Abs (x) o = Constant <value = float {{0.25}}> () s = Add (a, o) z = {op} (s) n = Neg (s) y = {op} (n) "
    source = model(13, "(float[3,4] x) => (float[3,4] y, float[3,4] z)", body)
    step = "missing-operators"
    assert op not in operators(lowered(source, target, step, 2))
