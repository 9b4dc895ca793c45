"""Norms, softmaxes and reductions: the forms that ONNX has of each, what is refused, and what later rules can read."""

# ruff: noqa: E501 - a table has a line for each case

import math
import re
from typing import Any

import numpy as np
import pytest

from build.compiler.lowering import lower
from build.compiler.rules.base import LoweringRule
from build.compiler.rules.norms.batch_norm_of_batch import BatchNormOfBatch, Plan
from build.compiler.rules.norms.batch_norm_to_product import BatchNormToProduct
from build.compiler.rules.norms.group_norm_by_channels import GroupedInstanceNorm, GroupNormByChannels
from build.compiler.rules.norms.instance_norm_to_reductions import (
    FlatInstanceNormToReductions,
    InstanceNormToReductions,
)
from build.compiler.rules.norms.softmax_on_last_axis import SoftmaxOnLastAxis
from build.compiler.rules.norms.softmax_over_rest import SoftmaxOverRest
from build.compiler.rules.reading import OtherRule, Refusal
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.cases.case import OLD_WEBGL, OLDEST, WEBGL, WEBGPU
from build.compiler.verify.session import start_session
from tests.support.rule_graphs import (
    applied,
    attributes,
    floats,
    inferred,
    ints,
    lowered,
    model,
    node_of,
    noise,
    operators,
    value_shapes,
)

FOUR = floats("s", "4", 1.0, 2.0, -1.0, 0.5) + floats("b", "4", 0.5, 0.0, 1.0, -1.0)
TWO = floats("s", "2", 1.0, 2.0) + floats("b", "2", 0.5, 0.0)
APART, BACK = ints("p", 0, 2, -1) + "r = Reshape (x, p) ", "h = Shape (x) y = Reshape (n, h)"
NORM = "n = InstanceNormalization (r, s, b) "
OPEN = "float[1,4,H,W] x"
STATISTICS = "".join(
    floats(name, "3", *numbers)
    for name, numbers in zip("sbmv", ((1, 2, -3), (0.5, 0, 1), (0.1, -0.2, 0.3), (1.5, 0.7, 0.3)), strict=True)
)

REFUSALS: list[tuple[LoweringRule[Any], str, str, str, str]] = [
    (BatchNormToProduct(), "BatchNormalization", STATISTICS + "y, q, z, k, l = BatchNormalization (x, s, b, m, v)", "float[4,3] x", "its means or variances are read"),
    (BatchNormOfBatch(), "BatchNormalization", STATISTICS + "y = BatchNormalization <training_mode = 1> (x, s, b, m, v)", "float[2,3,H,W] x", "the shape of x is not known"),
    (BatchNormOfBatch(), "BatchNormalization", STATISTICS + "y = BatchNormalization <training_mode = 1> (x, s, b, m, v)", "float[N,3,4,5] x", "the shape of x is not known"),
    (GroupNormByChannels(), "GroupNormalization", FOUR + "y = GroupNormalization <num_groups = 2> (x, s, b)", "float[1,4,H] x", "it normalizes no pictures [N,C,H,W]"),
    (GroupNormByChannels(), "GroupNormalization", FOUR + "y = GroupNormalization <num_groups = 2> (x, s, b)", "float[1,C,H,W] x", "side 1 of x is not known"),
    (GroupNormByChannels(), "GroupNormalization", FOUR + "y = GroupNormalization <num_groups = 3> (x, s, b)", OPEN, "its 4 channels do not fall into 3 groups"),
    (GroupNormByChannels(), "GroupNormalization", FOUR + "y = GroupNormalization <num_groups = 0> (x, s, b)", OPEN, "its 4 channels do not fall into 0 groups"),
    (GroupNormByChannels(), "GroupNormalization", FOUR + "k = Relu (s) y = GroupNormalization <num_groups = 2> (x, k, b)", OPEN, "its scale or bias is computed"),
    (GroupNormByChannels(), "GroupNormalization", FOUR + "k = Relu (b) y = GroupNormalization <num_groups = 2> (x, s, k)", OPEN, "its scale or bias is computed"),
    (GroupedInstanceNorm(), "Reshape", ints("h", 1, 4, 2, 3) + "y = Reshape (x, h)", OPEN, "the shape that it makes is known"),
    (GroupedInstanceNorm(), "Reshape", "h = Shape (x) n = Relu (x) y = Reshape (n, h)", OPEN, "what it reads comes from Relu, not InstanceNormalization"),
    (InstanceNormToReductions(), "InstanceNormalization", FOUR + "k = Relu (s) y = InstanceNormalization (x, k, b)", OPEN, "its scale is computed"),
    (InstanceNormToReductions(), "InstanceNormalization", FOUR + "k = Relu (b) y = InstanceNormalization (x, s, k)", OPEN, "its bias is computed"),
    (FlatInstanceNormToReductions(), "InstanceNormalization", FOUR + "y = InstanceNormalization (x, s, b)", OPEN, "it normalizes pictures, which the engine does itself"),
    (SoftmaxOnLastAxis(), "Softmax", "y = Softmax <axis = 2> (x)", OPEN, "has the meaning of opset 1 to 12"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "op", "body", "inputs", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(rule: LoweringRule[Any], op: str, body: str, inputs: str, reason: str) -> None:
    opset = {"GroupNormalization": 21, "Softmax": 12}.get(op, 9 if "z, k, l" in body else 15)
    with pytest.raises(Refusal, match=re.escape(reason)):
        rule.plan(node_of(op, body, inputs, opset))


def test_what_is_known_in_all_sides_is_left_to_other_rules() -> None:
    body = FOUR + "y = GroupNormalization <num_groups = 2> (x, s, b)"
    with pytest.raises(OtherRule, match="all sides are known"):
        GroupNormByChannels().plan(node_of("GroupNormalization", body, "float[1,4,2,3] x", 21))


@pytest.mark.parametrize(("opset", "groups", "parameters"), [(18, 2, TWO), (21, 2, FOUR), (21, 4, FOUR), (21, 1, FOUR)])
@pytest.mark.parametrize("batch", ["1", "N"])
def test_groups_of_channels(opset: int, groups: int, parameters: str, batch: str) -> None:
    sides = f"float[{batch},4,H,W]"
    body = parameters + f"y = GroupNormalization <num_groups = {groups}, epsilon = 0.01> (x, s, b)"
    proto = lowered(model(opset, f"({sides} x) => ({sides} y)", body), WEBGL, "group-norm")
    assert operators(proto).count("Conv") == 2
    assert "InstanceNormalization" not in operators(proto)


@pytest.mark.parametrize(
    "body",
    [
        ints("p", 1, 2, 4) + "r = Reshape (x, p) " + TWO + NORM + BACK,
        ints("p", 0, 2, 2, -1) + "r = Reshape (x, p) " + TWO + NORM + BACK,
        ints("p", 1, -1, 2) + "r = Reshape (x, p) " + floats("s", "4", 1, 2, 3, 4) + floats("b", "4", 1, 2, 3, 4) + NORM + BACK,
        "t = Shape (x) r = Reshape (x, t) " + FOUR + NORM + BACK,
        APART + TWO + NORM + "e = Relu (x) h = Shape (e) y = Reshape (n, h)",
        APART + TWO + NORM + "h = Shape <start = 1> (x) y = Reshape (n, h)",
        APART + TWO + NORM + "h = Shape <end = 4> (x) y = Reshape (n, h)",
        "r = Relu (x) " + FOUR + NORM + BACK,
        APART + TWO + NORM + "h = Relu (x) i = Cast <to = 7> (h) y = Reshape (n, i)",
    ],
)  # fmt: skip
def test_another_way_of_grouping_is_refused(body: str) -> None:
    (node,) = [node for node in inferred(body, OPEN, 15).graph if node.outputs[0].name == "y"]
    with pytest.raises(Refusal, match=r"it puts no grouped channels back|what it reads comes from"):
        GroupedInstanceNorm().plan(node)


def test_the_parameters_of_groups_are_those_of_their_channels() -> None:
    (node,) = [node for node in inferred(APART + TWO + NORM + BACK, OPEN, 15).graph if node.outputs[0].name == "y"]
    plan = GroupedInstanceNorm().plan(node)
    assert plan.source.name == "x"
    assert plan.epsilon == pytest.approx(1e-5)
    assert plan.scale.shape == plan.bias.shape == (1, 4, 1, 1)
    assert plan.scale.reshape(-1).tolist() == [1, 1, 2, 2]
    assert plan.bias.reshape(-1).tolist() == [0.5, 0.5, 0, 0]
    half = [[0.5, 0.5, 0, 0], [0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0, 0, 0.5, 0.5]]
    np.testing.assert_array_equal(plan.averages[:, :, 0, 0], half)


@pytest.mark.parametrize("sides", ["2,3,5", "4,3", "1,3,2,2,2"])
def test_batch_normalization_of_any_number_of_axes(sides: str) -> None:
    body = STATISTICS + "y = BatchNormalization <epsilon = 0.01> (x, s, b, m, v)"
    lowered(model(13, f"(float[{sides}] x) => (float[{sides}] y)", body), WEBGL, "to-reductions")


def test_batch_normalization_of_a_line_of_numbers() -> None:
    body = "".join(floats(name, "1", 2.0) for name in "sbmv") + "y = BatchNormalization (x, s, b, m, v)"
    factor, bias = BatchNormToProduct().plan(node_of("BatchNormalization", body, "float[4] x"))
    assert factor.shape == bias.shape == (1,)


@pytest.mark.parametrize(
    ("sides", "plan"),
    [
        ("1,3,H,W", None),
        ("1,3,L", None),
        ("2,3,4", Plan((2, 3, 4), (1, 0, 2))),
        ("1,3", Plan((1, 3), (1, 0))),
        ("2,3,4,5", Plan((2, 3, 4, 5), (1, 0, 2, 3))),
    ],
)
def test_pictures_that_are_laid_side_by_side(sides: str, plan: Plan | None) -> None:
    body = STATISTICS + "y = BatchNormalization <training_mode = 1> (x, s, b, m, v)"
    assert BatchNormOfBatch().plan(node_of("BatchNormalization", body, f"float[{sides}] x", 15)) == plan


@pytest.mark.parametrize("sides", ["2,3,4", "4,3", "3,3,2,4"])
def test_normalizing_by_the_batch(sides: str) -> None:
    body = STATISTICS + "y, o1, o2, o3, o4 = BatchNormalization <epsilon = 0.01> (x, s, b, m, v)"
    lowered(model(9, f"(float[{sides}] x) => (float[{sides}] y)", body), WEBGL, "by-batch")


@pytest.mark.parametrize("target", [OLD_WEBGL, OLDEST])
@pytest.mark.parametrize("sides", ["1,4,5,6", "2,4,7"])
def test_instance_normalization_without_a_kernel(target: str, sides: str) -> None:
    signature = f"(float[{sides}] x) => (float[{sides}] y)"
    lowered(model(9, signature, FOUR + "y = InstanceNormalization (x, s, b)"), target, "to-reductions")


def test_later_rules_can_read_the_sides_of_what_a_norm_is_made_of() -> None:
    result = applied(InstanceNormToReductions(), inferred(FOUR + "y = InstanceNormalization (x, s, b)", OPEN, 9))
    assert value_shapes(result, "ReduceMean") == [[1, 4, 1, 1]] * 2
    assert value_shapes(result, "Sub") == [[1, 4, "H", "W"]]
    assert value_shapes(result, "Mul")[0] == [1, 4, "H", "W"]


@pytest.mark.parametrize(
    ("given", "plan"),
    [("", (2, 3)), ("<axis = -1>", (2, 3)), ("<axis = 0>", (0, 3)), ("<axis = -2>", (1, 3)), ("<axis = 1>", (1, 3))],
)
def test_the_axis_of_a_softmax_since_opset_13(given: str, plan: tuple[int, int]) -> None:
    source = model(13, "(float[2,3,4] x) => (float[2,3,4] y)", f"y = Softmax {given} (x)")
    node = source.graph[0]
    assert SoftmaxOnLastAxis().plan(node) == plan
    proto = lowered(source, WEBGL, "softmax")
    assert attributes(proto, "Softmax") == {"axis": 2}
    assert operators(proto) == (["Softmax"] if plan[0] == 2 else ["Transpose", "Softmax", "Transpose"])


@pytest.mark.parametrize(("given", "axis"), [("", 1), ("<axis = 0>", 0), ("<axis = -2>", 2), ("<axis = 1>", 1)])
def test_the_axes_of_a_softmax_before_opset_13(given: str, axis: int) -> None:
    sides = "float[2,3,H,5]"
    source = model(11, f"({sides} x) => ({sides} y)", f"y = Softmax {given} (x)")
    assert SoftmaxOverRest().plan(source.graph[0]) == axis
    proto = lowered(source, WEBGPU, "forms")
    assert operators(proto) == ["Reshape", "Softmax", "Shape", "Reshape"]
    assert attributes(proto, "Softmax") == {"axis": axis}


@pytest.mark.parametrize(
    ("opset", "axis", "said"), [(12, 3, "on the last axis already"), (13, 1, "works over one axis")]
)
def test_softmaxes_that_the_kernel_takes(opset: int, axis: int, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        SoftmaxOverRest().plan(node_of("Softmax", f"y = Softmax <axis = {axis}> (x)", opset=opset))


@pytest.mark.parametrize(
    ("size", "alpha", "beta", "bias"), [(1, 1e-4, 0.75, 1), (2, 1, 0.75, 1), (5, 0.5, 0.5, 2), (4, 1, 1, 1)]
)
def test_local_response_over_neighbouring_channels(size: int, alpha: float, beta: float, bias: float) -> None:
    """By the formula of ONNX's specification: onnxruntime takes odd sizes alone, and onnx' own evaluator errs."""
    given = f"size = {size}, alpha = {float(alpha)}, beta = {float(beta)}, bias = {float(bias)}"
    source = model(9, "(float[1,5,2,3] x) => (float[1,5,2,3] y)", f"y = LRN <{given}> (x)")
    x = np.linspace(-2, 2, 30, dtype=np.float32).reshape(1, 5, 2, 3)
    (found,) = start_session(lower(source, find_target(WEBGL)).to_bytes()).run(None, {"x": x})
    near = [slice(max(0, c - (size - 1) // 2), c + math.ceil((size - 1) / 2) + 1) for c in range(5)]
    sums = np.stack([np.square(x[:, around]).sum(axis=1) for around in near], axis=1)
    np.testing.assert_allclose(found, x / (bias + alpha / size * sums) ** beta, rtol=1e-5)


@pytest.mark.parametrize(
    ("given", "sides"),
    [("", "4"), ("<axis = 1>", "3,4"), ("<axis = -2>", "3,4"), ("<axis = 0>", "2,3,4"), ("<axis = 2>", "4")],
)
@pytest.mark.parametrize("bias", ["", ", b"])
def test_layer_normalization_over_the_axes_from_its_own_on(given: str, sides: str, bias: str) -> None:
    count = math.prod(map(int, sides.split(",")))
    body = noise("s", sides, count) + noise("b", sides, count) + f"y = LayerNormalization {given} (x, s{bias})"
    lowered(model(17, "(float[2,3,4] x) => (float[2,3,4] y)", body), WEBGL, "to-reductions")


@pytest.mark.parametrize("keepdims", [0, 1])
@pytest.mark.parametrize("op", ["ReduceL1", "ReduceL2", "ReduceLogSumExp"])
@pytest.mark.parametrize("axes", ["axes = [0, -1], ", ""])
def test_norms_of_vectors(op: str, axes: str, keepdims: int) -> None:
    kept = "[1,3,1]" if axes else "[1,1,1]"
    out = kept if keepdims else "[3]" if axes else ""
    source = model(11, f"(float[2,3,4] x) => (float{out} y)", f"y = {op} <{axes}keepdims = {keepdims}> (x)")
    lowered(source, WEBGL, "to-reductions")


@pytest.mark.parametrize("op", ["ReduceMax", "ReduceMin", "ReduceMean", "ReduceProd", "ReduceSum", "ReduceSumSquare"])
@pytest.mark.parametrize(("keepdims", "out"), [(1, "1,3,1"), (0, "3")])
def test_reductions_go_one_axis_at_a_time(op: str, keepdims: int, out: str) -> None:
    source = model(11, f"(float[2,3,4] x) => (float[{out}] y)", f"y = {op} <axes = [0, 2], keepdims = {keepdims}> (x)")
    proto = lowered(source, WEBGL, "one-axis")
    assert operators(proto) == [op, "ReduceSum" if op == "ReduceSumSquare" else op]
