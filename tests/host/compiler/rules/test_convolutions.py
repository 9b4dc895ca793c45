"""Convolutions: every attribute and its default, against onnxruntime, and what is refused."""

# ruff: noqa: E501 - a table has a line for each case

import math
import re
from typing import Any

import pytest

from build.compiler.rules.base import LoweringRule
from build.compiler.rules.convolutions.conv_transpose_to_conv import ConvTransposeToConv
from build.compiler.rules.convolutions.grouped_conv_to_dense import GroupedConvToDense
from build.compiler.rules.convolutions.large_conv_to_lines import LARGE_KERNEL, LargeConvToLines
from build.compiler.rules.convolutions.line_to_picture import LineToPicture
from build.compiler.rules.convolutions.zero_pad_into_conv import ZeroPadIntoConv
from build.compiler.rules.reading import OtherRule, Refusal
from build.compiler.verify.cases.case import CPU, OLDEST, WEBGL
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

COMPUTED = "its weights are computed while the model runs"
W1 = noise("w", "1,2,1,1", 2)
PADS = ints("p", 0, 0, 1, 1, 0, 0, 1, 1)

REFUSALS: list[tuple[LoweringRule[Any], str, str, str]] = [
    (ConvTransposeToConv(), "ConvTranspose", W1 + "k = Relu (w) y = ConvTranspose (x, k)", COMPUTED),
    (ConvTransposeToConv(), "ConvTranspose", noise("w", "2,1,3", 6) + "y = ConvTranspose (x, w)", "its kernel has 1 axes"),
    (GroupedConvToDense(depthwise_works=False), "Conv", W1 + "k = Relu (w) y = Conv (x, k)", COMPUTED),
    (LargeConvToLines(), "Conv", W1 + "k = Relu (w) y = Conv (x, k)", COMPUTED),
    (LargeConvToLines(), "Conv", noise("w", "1,2,50", 100) + "y = Conv (x, w)", "its kernel has 1 axes"),
    (LargeConvToLines(), "Conv", noise("w", "1,2,1,49", 98) + "y = Conv (x, w)", "its kernel is 1x49, which is not large"),
    (LargeConvToLines(), "Conv", noise("w", "1,2,49,1", 98) + "y = Conv (x, w)", "its kernel is 49x1, which is not large"),
    (LargeConvToLines(), "Conv", noise("w", "1,2,6,8", 96) + "y = Conv (x, w)", "its kernel is 6x8, which is not large"),
    (LargeConvToLines(), "Conv", noise("w", "2,2,7,7", 196) + "y = Conv (x, w)", "its patches have 98 numbers, and in two they had 14 and 98"),
    (LineToPicture("Conv"), "Conv", noise("w", "1,2,3", 6) + "k = Relu (w) y = Conv (x, k)", COMPUTED),
    (ZeroPadIntoConv(), "Conv", W1 + PADS + 'q = Pad <mode = "edge"> (x, p) y = Conv (q, w)', "it pads with edge, and Conv pads with zeros"),
    (ZeroPadIntoConv(), "Conv", W1 + PADS + floats("v", "", 0.5) + "q = Pad (x, p, v) y = Conv (q, w)", "it pads with 0.5, and Conv"),
    (ZeroPadIntoConv(), "Conv", W1 + ints("p", 0, 0, 1, 1, 0, 0, -1, 1) + "q = Pad (x, p) y = Conv (q, w)", "it crops (negative pads)"),
    (ZeroPadIntoConv(), "Conv", W1 + ints("p", 1, 0, 1, 1, 0, 0, 1, 1) + "q = Pad (x, p) y = Conv (q, w)", "it pads the batch or the channels"),
    (ZeroPadIntoConv(), "Conv", W1 + ints("p", 0, 0, 1, 1, 0, 1, 1, 1) + "q = Pad (x, p) y = Conv (q, w)", "it pads the batch or the channels"),
    (ZeroPadIntoConv(), "Conv", W1 + PADS + 'q = Pad (x, p) y = Conv <auto_pad = "SAME_LOWER"> (q, w)', "its auto_pad depends"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "op", "body", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(rule: LoweringRule[Any], op: str, body: str, reason: str) -> None:
    rank = 3 if '"1,2,3"' in body or "[1,2,3]" in body or "1 axes" in reason else 4
    inputs = "float[1,2,60] x" if rank == 3 else "float[1,2,60,60] x"
    with pytest.raises(Refusal, match=re.escape(reason)):
        rule.plan(node_of(op, body, inputs))


@pytest.mark.parametrize(
    ("given", "height", "width"),
    [
        ("", 6, 8),
        ("strides = [2, 3]", 9, 16),
        ("dilations = [2, 3]", 8, 14),
        ("pads = [1, 2, 0, 1], strides = [2, 3]", 8, 13),
        ("pads = [2, 3, 2, 3], strides = [3, 2]", 8, 6),
        ("pads = [3, 0, 0, 4], strides = [1, 1]", 3, 4),
        ("pads = [0, 0, 3, 0], strides = [2, 2]", 6, 12),
        ("output_padding = [1, 2], strides = [2, 3]", 10, 18),
    ],
)
@pytest.mark.parametrize(("groups", "bias"), [(1, ""), (2, ", b")])
def test_transposed_convolutions(given: str, height: int, width: int, groups: int, bias: str) -> None:
    outputs = 3 * groups
    body = noise("w", "4,3,3,4", 144) + noise("b", str(outputs), outputs)
    given = f"{given}, group = {groups}" if given else f"group = {groups}"
    out = f"float[1,{outputs},{height},{width}] y"
    source = model(11, f"(float[1,4,4,5] x) => ({out})", body + f"y = ConvTranspose <{given}> (x, w{bias})")
    assert "ConvTranspose" not in operators(lowered(source, WEBGL, "missing-operators"))


@pytest.mark.parametrize(
    ("given", "out"),
    [
        ("", "10,8"),
        ("strides = [2, 3], pads = [1, 2, 3, 0], dilations = [1, 2]", "7,2"),
        ('auto_pad = "VALID", dilations = [2, 1]', "4,8"),
    ],
)
@pytest.mark.parametrize("bias", ["", ", b"])
def test_large_kernels(given: str, out: str, bias: str) -> None:
    body = (
        noise("w", "2,9,7,7", 882)
        + floats("b", "2", 3.0, -2.0)
        + f"y = Conv {f'<{given}>' if given else ''} (x, w{bias})"
    )
    proto = lowered(model(9, f"(float[1,9,16,14] x) => (float[1,2,{out}] y)", body), WEBGL, "large-conv-to-lines")
    kernels = [node for node in proto.graph.node if node.op_type == "Conv"]
    assert [
        list(attribute.ints) for node in kernels for attribute in node.attribute if attribute.name == "kernel_shape"
    ] == [[1, 7], [7, 1]]


def test_a_kernel_is_large_from_a_limit_on() -> None:
    side = math.isqrt(LARGE_KERNEL)
    body = noise("w", f"1,9,{side},{side}", 9 * LARGE_KERNEL) + "y = Conv (x, w)"
    plan = LargeConvToLines().plan(node_of("Conv", body, "float[1,9,60,60] x"))
    assert (plan.strides, plan.pads, plan.dilations) == ([1, 1], [0, 0, 0, 0], [1, 1])


@pytest.mark.parametrize(
    ("op", "given", "out"),
    [
        ("Conv", "", 10),
        ("Conv", "kernel_shape = [3], strides = [2], pads = [2, 1], dilations = [2]", 6),
        ("ConvTranspose", "", 14),
        ("ConvTranspose", "strides = [3], pads = [1, 0], output_padding = [2], dilations = [2]", 39),
    ],
)
@pytest.mark.parametrize("bias", ["", ", b"])
def test_convolutions_along_lines(op: str, given: str, out: int, bias: str) -> None:
    body = (
        noise("w", "2,2,3", 12) + floats("b", "2", 0.5, -1.0) + f"y = {op} {f'<{given}>' if given else ''} (x, w{bias})"
    )
    lowered(model(13, f"(float[2,2,12] x) => (float[2,2,{out}] y)", body), WEBGL, "lines")


@pytest.mark.parametrize(
    ("op", "given", "out"),
    [
        ("MaxPool", "<kernel_shape = [3]>", 10),
        ("AveragePool", "<kernel_shape = [4], strides = [2], pads = [2, 1]>", 6),
        ("AveragePool", "<kernel_shape = [4], strides = [3], pads = [0, 2], count_include_pad = 1>", 4),
        ("GlobalMaxPool", "", 1),
        ("GlobalAveragePool", "", 1),
    ],
)
def test_pools_along_lines(op: str, given: str, out: int) -> None:
    source = model(13, f"(float[2,2,12] x) => (float[2,2,{out}] y)", f"y = {op} {given} (x)")
    assert "Squeeze" in operators(lowered(source, WEBGL, "lines"))


def test_a_line_keeps_what_is_known_of_its_sides() -> None:
    source = inferred(noise("w", "5,2,3", 30) + "y = Conv <strides = [2], pads = [1, 0]> (x, w)", "float[1,2,L] x", 9)
    result = applied(LineToPicture("Conv"), source)
    assert value_shapes(result, "Unsqueeze") == [[1, 2, 1, "L"]]
    assert value_shapes(result, "Conv")[0][:3] == [1, 5, 1]
    (conv,) = (node for node in result.graph if node.op_type == "Conv")
    assert {name: attribute.value for name, attribute in conv.attributes.items()} == {
        "strides": (1, 2),
        "pads": (0, 1, 0, 0),
    }


def test_a_line_of_unknown_sides_is_one_all_the_same() -> None:
    body = noise("w", "5,2,3", 30) + "k = Reshape (x, s) y = Conv (k, w)"
    source = inferred(body, "float[N] x, int64[R] s", 9)
    assert value_shapes(applied(LineToPicture("Conv"), source), "Unsqueeze") == [[None, None, 1, None]]


def test_what_is_no_line_is_left_to_other_rules() -> None:
    with pytest.raises(OtherRule, match="it slides over 2 axes, no line"):
        LineToPicture("Conv").plan(node_of("Conv", W1 + "y = Conv (x, w)"))
    with pytest.raises(OtherRule, match="it slides over 2 axes, no line"):
        LineToPicture("MaxPool").plan(node_of("MaxPool", "y = MaxPool <kernel_shape = [2, 2]> (x)"))
    with pytest.raises(Refusal, match="its second output is read"):
        LineToPicture("MaxPool").plan(node_of("MaxPool", "y, i = MaxPool <kernel_shape = [2]> (x)", "float[1,2,9] x"))


@pytest.mark.parametrize(
    ("own", "expected"),
    [("", [1, 2, 3, 4]), ("<pads = [2, 0, 1, 3]>", [3, 2, 4, 7]), ('<auto_pad = "VALID">', [1, 2, 3, 4])],
)
def test_zeros_are_added_to_those_of_the_convolution(own: str, expected: list[int]) -> None:
    body = noise("w", "3,2,3,3", 54) + ints("p", 0, 0, 1, 2, 0, 0, 3, 4) + f"q = Pad (x, p) y = Conv {own} (q, w)"
    height, width = 5 + expected[0] + expected[2] - 2, 6 + expected[1] + expected[3] - 2
    source = model(13, f"(float[1,2,5,6] x) => (float[1,3,{height},{width}] y)", body)
    proto = lowered(source, CPU, "zero-pad-into-conv")
    assert operators(proto) == ["Conv"]
    assert attributes(proto, "Conv")["pads"] == expected


@pytest.mark.parametrize("mode", ["reflect", "edge"])
def test_other_pads_stay_beside_their_convolution(mode: str) -> None:
    body = noise("w", "3,2,3,3", 54) + PADS + f'q = Pad <mode = "{mode}"> (x, p) y = Conv (q, w)'
    source = model(13, "(float[1,2,4,8] x) => (float[1,3,4,8] y)", body)
    assert operators(lowered(source, WEBGL, "zero-pad-into-conv", 0)) == ["Pad", "Conv"]


@pytest.mark.parametrize(("outputs", "share", "groups"), [(4, 1, 2), (2, 2, 2), (4, 2, 2)])
def test_groups_that_are_not_depthwise_become_dense(outputs: int, share: int, groups: int) -> None:
    body = noise("w", f"{outputs},{share},1,1", outputs * share) + f"y = Conv <group = {groups}> (x, w)"
    weights, found = GroupedConvToDense(depthwise_works=True).plan(
        node_of("Conv", body, f"float[1,{share * groups},4,4] x")
    )
    assert (weights.shape, found) == ((outputs, share, 1, 1), groups)
    source = model(9, f"(float[1,{share * groups},4,4] x) => (float[1,{outputs},4,4] y)", body)
    assert attributes(lowered(source, OLDEST, "grouped-conv-to-dense"), "Conv")["group"] == 1
