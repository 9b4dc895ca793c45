"""Parameters that become attributes: every form and default, against onnxruntime, and what is refused."""

# ruff: noqa: E501 - a table has a line for each case

import re
from typing import Any

import pytest

from build.compiler.rules.attributes.auto_pad_to_pads import AutoPadToPads
from build.compiler.rules.attributes.axes_to_attribute import AxesToAttribute
from build.compiler.rules.attributes.axis_from_front import AxisFromFront
from build.compiler.rules.attributes.ceil_mode_to_pads import CeilModeToPads
from build.compiler.rules.attributes.gemm_with_bias import GemmWithBias
from build.compiler.rules.attributes.pad_to_attributes import PadToAttributes
from build.compiler.rules.attributes.reduce_axes_to_attribute import ReduceAxesToAttribute
from build.compiler.rules.attributes.slice_to_attributes import SliceToAttributes
from build.compiler.rules.attributes.split_to_attribute import SplitToAttribute
from build.compiler.rules.attributes.upsample_to_attribute import UpsampleToAttribute
from build.compiler.rules.base import LoweringRule
from build.compiler.rules.pad_amounts import Pads
from build.compiler.rules.reading import OtherRule, Refusal
from build.compiler.rules.slice_windows import Window
from build.compiler.rules.split_parts import Parts
from build.compiler.verify.cases.case import CPU, WEBGL
from tests.support.rule_graphs import attributes, floats, ints, lowered, model, node_of, noise, operators

POOL = "kernel_shape = [3, 3], ceil_mode = 1"
REFUSALS: list[tuple[LoweringRule[Any], str, int, str, str, str]] = [
    (AutoPadToPads("MaxPool"), "MaxPool", 11, "float[1,2,H,6] x", 'y = MaxPool <kernel_shape = [2, 2], strides = [2, 2], auto_pad = "SAME_UPPER"> (x)', "side 2 of x is not known"),
    (AxesToAttribute("Squeeze"), "Squeeze", 13, "float[1,H] x", "y = Squeeze (x)", "the shape of x is not known"),
    (AxesToAttribute("Squeeze"), "Squeeze", 13, "float[1,H] x, int64[1] a", "y = Squeeze (x, a)", "its axes are computed while the model runs"),
    (AxesToAttribute("Unsqueeze"), "Unsqueeze", 11, "float[1,2] x", "y = Unsqueeze <axes = [0, 2]> (x)", "as an attribute already"),
    (CeilModeToPads("MaxPool"), "MaxPool", 11, "float[1,2,5,6] x", f'y = MaxPool <{POOL}, auto_pad = "SAME_UPPER"> (x)', "its auto_pad comes first"),
    (CeilModeToPads("MaxPool"), "MaxPool", 11, "float[1,2,5,6] x", "y = MaxPool <kernel_shape = [1, 1], ceil_mode = 1, strides = [5, 5], pads = [0, 0, 0, 0]> (x)", "its last window begins beyond the picture"),
    (CeilModeToPads("AveragePool"), "AveragePool", 11, "float[1,2,6,6] x", f"y = AveragePool <{POOL}, strides = [2, 2], pads = [1, 1, 1, 1], count_include_pad = 1> (x)", "its means count their padding"),
    (CeilModeToPads("AveragePool"), "AveragePool", 11, "float[1,2,6,6] x", f"y = AveragePool <{POOL}, strides = [2, 2], pads = [0, 0, 0, 1], count_include_pad = 1> (x)", "its means count their padding"),
    (GemmWithBias(), "Gemm", 11, "float[2,6] x, float[6,4] k, float[4] b", "y = Gemm (x, k, b)", "it has a bias already"),
    (GemmWithBias(), "Gemm", 11, "float[2,6] x, float[6,W] k", "y = Gemm (x, k)", "side 1 of k is not known"),
    (PadToAttributes(), "Pad", 13, "float[2,6] x, int64[4] p", "y = Pad (x, p)", "its pads are computed while the model runs"),
    (ReduceAxesToAttribute("ReduceSum"), "ReduceSum", 13, "float[2,6] x, int64[1] a", "y = ReduceSum (x, a)", "its axes are computed while the model runs"),
    (SliceToAttributes(), "Slice", 13, "float[2,6] x", ints("a", 0) + ints("b", 5) + ints("c", 1) + ints("d", 2) + "y = Slice (x, a, b, c, d)", "it takes steps of [2]"),
    (SplitToAttribute(2), "Split", 13, "float[2,6] x, int64[2] s", "y, z = Split <axis = 1> (x, s)", "its parts are computed while the model runs"),
    (SplitToAttribute(2), "Split", 11, "float[2,6] x", "y, z = Split <axis = 0, split = [1, 1]> (x)", "it has its parts as an attribute already"),
    (UpsampleToAttribute(), "Upsample", 9, "float[1,1,2,2] x", floats("s", "4", 1, 1, 0.5, 2) + "y = Upsample (x, s)", "it shrinks"),
    (UpsampleToAttribute(), "Upsample", 9, "float[1,1,2,2] x", floats("s", "4", 1, 1, 1.5, 2) + "y = Upsample (x, s)", "are not whole numbers"),
    (UpsampleToAttribute(), "Upsample", 9, "float[1,2,2] x", floats("s", "3", 1, 2, 2) + 'y = Upsample <mode = "linear"> (x, s)', "it interpolates along other axes"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "op", "opset", "inputs", "body", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(
    rule: LoweringRule[Any], op: str, opset: int, inputs: str, body: str, reason: str
) -> None:
    with pytest.raises(Refusal, match=re.escape(reason)) as caught:
        rule.plan(node_of(op, body, inputs, opset))
    assert not isinstance(caught.value, OtherRule)


@pytest.mark.parametrize(
    ("rule", "op", "body"),
    [
        (AutoPadToPads("MaxPool"), "MaxPool", "y = MaxPool <kernel_shape = [2, 2]> (x)"),
        (AxisFromFront("Flatten"), "Flatten", "y = Flatten <axis = 0> (x)"),
        (CeilModeToPads("MaxPool"), "MaxPool", "y = MaxPool <kernel_shape = [2, 2], ceil_mode = 0> (x)"),
        (CeilModeToPads("MaxPool"), "MaxPool", "y = MaxPool <kernel_shape = [2, 2]> (x)"),
        (SplitToAttribute(3), "Split", "y, z = Split <axis = 1> (x)"),
    ],
)
def test_what_is_left_to_other_rules(rule: LoweringRule[Any], op: str, body: str) -> None:
    with pytest.raises(OtherRule):
        rule.plan(node_of(op, body, opset=11))


@pytest.mark.parametrize("mode", ["SAME_UPPER", "SAME_LOWER"])
@pytest.mark.parametrize(
    ("given", "pads", "height", "width"),
    [
        ("kernel_shape = [2, 3]", [0, 1, 1, 1], 5, 6),
        ("kernel_shape = [3, 4], strides = [2, 3]", [1, 0, 1, 1], 3, 2),
    ],
)
def test_auto_pad_of_pools(mode: str, given: str, pads: list[int], height: int, width: int) -> None:
    source = model(
        11, f"(float[1,2,5,6] x) => (float[1,2,{height},{width}] y)", f'y = MaxPool <{given}, auto_pad = "{mode}"> (x)'
    )
    found = attributes(lowered(source, CPU, "attributes"), "MaxPool")
    assert found["pads"] == (pads if mode == "SAME_UPPER" else pads[2:] + pads[:2])
    assert "auto_pad" not in found


def test_the_amounts_of_a_step_of_one_need_no_sides() -> None:
    body = 'y = MaxPool <kernel_shape = [4, 3], strides = [1, 1], auto_pad = "SAME_LOWER"> (x)'
    assert AutoPadToPads("MaxPool").plan(node_of("MaxPool", body, "float[1,2,H,W] x", 11)) == [2, 1, 1, 1]


@pytest.mark.parametrize("op", ["MaxPool", "AveragePool"])
@pytest.mark.parametrize(
    ("given", "sides", "pads"),
    [
        ("", "1,2,5,6", [0, 0, 0, 0]),
        ("strides = [2, 2]", "1,2,5,6", [0, 0, 0, 1]),
        ("strides = [2, 2], pads = [1, 0, 1, 0]", "1,2,5,6", [1, 0, 1, 1]),
        ("strides = [3, 2], pads = [0, 1, 0, 0]", "1,2,7,6", [0, 1, 2, 0]),
        ("strides = [2, 2]", "1,2,H,W", [0, 0, 1, 1]),
        ("strides = [2, 3], pads = [1, 1, 1, 0]", "1,2,H,W", [1, 1, 2, 2]),
    ],
)
def test_windows_that_lie_partly_beyond_the_end(op: str, given: str, sides: str, pads: list[int]) -> None:
    out = sides if not given else "1,2,a,b"
    body = f"y = {op} <{POOL}{', ' if given else ''}{given}> (x)"
    source = model(12, f"(float[{sides}] x) => (float[{out if given else '1,2,3,4'}] y)", body)
    found = attributes(lowered(source, WEBGL, "attributes"), op)
    assert found["pads"] == pads
    assert "ceil_mode" not in found


def test_a_dilated_window_reaches_further() -> None:
    body = "y = MaxPool <kernel_shape = [2, 3], dilations = [3, 2], strides = [2, 2], ceil_mode = 1> (x)"
    assert CeilModeToPads("MaxPool").plan(node_of("MaxPool", body, "float[1,2,7,8] x", 11)) == [0, 0, 1, 1]


def test_means_that_count_no_padding_because_there_is_none() -> None:
    body = f"y = AveragePool <{POOL}, strides = [2, 2], count_include_pad = 1> (x)"
    source = model(11, "(float[1,2,5,6] x) => (float[1,2,2,3] y)", body)
    found = attributes(lowered(source, WEBGL, "attributes"), "AveragePool")
    assert (found["pads"], "count_include_pad" in found) == ([0, 0, 0, 1], False)
    counted = f"y = AveragePool <{POOL}, strides = [2, 2], pads = [1, 1, 1, 1], count_include_pad = 1> (x)"
    found = attributes(
        lowered(model(11, "(float[1,2,5,7] x) => (float[1,2,3,4] y)", counted), WEBGL, "attributes"), "AveragePool"
    )
    assert (found["pads"], found["count_include_pad"]) == ([1, 1, 1, 1], 1)


@pytest.mark.parametrize(
    ("op", "opset", "inputs", "body", "expected"),
    [
        ("Squeeze", 11, "float[1,2,1] x", "y = Squeeze <axes = [-1, 0]> (x)", [0, 2]),
        ("Squeeze", 11, "float[1,2,1] x", "y = Squeeze <axes = [0, -1]> (x)", [0, 2]),
        ("Unsqueeze", 11, "float[2] x", "y = Unsqueeze <axes = [-1, 0]> (x)", [0, 2]),
        ("Unsqueeze", 13, "float[2] x", ints("a", 2, 0) + "y = Unsqueeze (x, a)", [0, 2]),
        ("Squeeze", 13, "float[1,2,1] x", "y = Squeeze (x)", [0, 2]),
        ("Squeeze", 11, "float[3,1,2,1] x", "y = Squeeze (x)", [1, 3]),
    ],
)  # fmt: skip
def test_axes_as_an_attribute(op: str, opset: int, inputs: str, body: str, expected: list[int]) -> None:
    assert AxesToAttribute(op).plan(node_of(op, body, inputs, opset)) == expected


@pytest.mark.parametrize(
    ("op", "body", "expected"),
    [
        ("Flatten", "y = Flatten <axis = -1> (x)", 3),
        ("Flatten", "y = Flatten <axis = -4> (x)", 0),
        ("Concat", "y = Concat <axis = -3> (x, x)", 1),
        ("ArgMax", "y = ArgMax <axis = -2> (x)", 2),
    ],
)
def test_an_axis_from_the_front(op: str, body: str, expected: int) -> None:
    assert AxisFromFront(op).plan(node_of(op, body)) == expected


@pytest.mark.parametrize(
    ("body", "out"),
    [
        ("y = Gemm (x, k)", "2,4"),
        ("t = Transpose (k) y = Gemm <transB = 1, alpha = 0.5> (x, t)", "2,4"),
        ("t = Transpose (x) y = Gemm <transA = 1> (t, k)", "2,4"),
        (floats("b", "", 1.5) + "y = Gemm <beta = 2.0> (x, k, b)", "2,4"),
    ],
)
def test_products_with_a_bias(body: str, out: str) -> None:
    source = model(11, f"(float[2,6] x) => (float[{out}] y)", noise("k", "6,4", 24) + body)
    proto = lowered(source, WEBGL, "attributes")
    assert [len(node.input) for node in proto.graph.node if node.op_type == "Gemm"] == [3]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (ints("p", 1, 2, 3, 4) + "y = Pad (x, p)", Pads("constant", (1, 2), (3, 4), 0.0)),
        (ints("p", 1, 2, 3, 4) + floats("v", "", 0.5) + "y = Pad (x, p, v)", Pads("constant", (1, 2), (3, 4), 0.5)),
        (ints("p", 2, 3) + ints("a", -1) + 'y = Pad <mode = "edge"> (x, p, , a)', Pads("edge", (0, 2), (0, 3), 0.0)),
        (ints("p", 1, 2, 3, 4) + ints("a", 1, 0) + 'y = Pad <mode = "reflect"> (x, p, , a)', Pads("reflect", (2, 1), (4, 3), 0.0)),
    ],
)  # fmt: skip
def test_pads_of_every_opset(body: str, expected: Pads) -> None:
    assert PadToAttributes().plan(node_of("Pad", body, "float[5,6] x", 18)) == expected


@pytest.mark.parametrize("mode", ["constant", "reflect", "edge"])
def test_pads_as_attributes(mode: str) -> None:
    body = ints("p", 0, 0, 1, 2, 0, 0, 2, 1) + f'y = Pad <mode = "{mode}"> (x, p)'
    proto = lowered(model(13, "(float[1,2,4,6] x) => (float[1,2,7,9] y)", body), WEBGL, "pad-to-attributes")
    assert attributes(proto, "Pad") == {"mode": mode.encode(), "pads": [0, 0, 1, 2, 0, 0, 2, 1], "value": 0.0}


@pytest.mark.parametrize(
    ("opset", "body", "out"),
    [
        (13, ints("a", 1) + "y = ReduceSum (x, a)", "2,1,4"),
        (13, ints("a", -1, 0) + "y = ReduceSum <keepdims = 0> (x, a)", "3"),
        (11, "y = ReduceMean <axes = [-2]> (x)", "2,1,4"),
        (18, ints("a", -1) + "y = ReduceMax (x, a)", "2,3,1"),
    ],
)
def test_reductions_as_attributes(opset: int, body: str, out: str) -> None:
    lowered(model(opset, f"(float[2,3,4] x) => (float[{out}] y)", body), WEBGL, "attributes")


@pytest.mark.parametrize(
    ("opset", "body", "expected"),
    [
        (9, "y = Slice <axes = [1], starts = [-5], ends = [100]> (x)", Window([1], [100], [1])),
        (9, "y = Slice <starts = [0, -2], ends = [2, -1]> (x)", Window([0, 4], [2, -1], [0, 1])),
        (13, ints("a", 1, -9) + ints("b", 2, 4) + "y = Slice (x, a, b)", Window([1, 0], [2, 4], [0, 1])),
        (13, ints("a", 1) + ints("b", 4) + ints("c", -1) + ints("d", 1) + "y = Slice (x, a, b, c, d)", Window([1], [4], [1])),
    ],
)  # fmt: skip
def test_windows_as_attributes(opset: int, body: str, expected: Window) -> None:
    assert SliceToAttributes().plan(node_of("Slice", body, "float[2,6] x", opset)) == expected


@pytest.mark.parametrize(
    ("opset", "body", "expected"),
    [
        (13, "y, z, w = Split <axis = -1> (x)", Parts(1, (2, 2, 2))),
        (13, ints("s", 1, 2, 3) + "y, z, w = Split <axis = 1> (x, s)", Parts(1, (1, 2, 3))),
        (11, "y, z, w = Split <axis = -1, split = [3, 2, 1]> (x)", Parts(1, (3, 2, 1))),
        (18, "y, z, w = Split <axis = -1, num_outputs = 3> (k)", Parts(1, (3, 3, 1))),
        (13, "y, z, w = Split (k)", Parts(0, (1, 1, 1))),
    ],
)
def test_parts_as_an_attribute(opset: int, body: str, expected: Parts) -> None:
    assert SplitToAttribute(3).plan(node_of("Split", body, "float[2,6] x, float[3,7] k", opset)) == expected


@pytest.mark.parametrize(("count", "parts"), [(1, "6"), (2, "2,4"), (3, "1,2,3")])
@pytest.mark.parametrize("target", [WEBGL, CPU])
def test_splits_into_any_number_of_parts(count: int, parts: str, target: str) -> None:
    names = [f"y{index}" for index in range(count)]
    outputs = ", ".join(f"float[2,{side}] {name}" for name, side in zip(names, parts.split(","), strict=True))
    body = ints("s", *map(int, parts.split(","))) + "n = Neg (x) " + f"{', '.join(names)} = Split <axis = -1> (n, s)"
    proto = lowered(model(13, f"(float[2,6] x) => ({outputs})", body), target, "attributes")
    assert operators(proto)[0] == "Neg"


@pytest.mark.parametrize("mode", ["nearest", "linear"])
def test_scales_as_an_attribute(mode: str) -> None:
    body = floats("s", "4", 1, 1, 2, 3) + f'y = Upsample <mode = "{mode}"> (x, s)'
    proto = lowered(model(9, "(float[1,2,3,4] x) => (float[1,2,6,12] y)", body), WEBGL, "upsample-to-attribute")
    assert attributes(proto, "Upsample") == {"mode": mode.encode(), "scales": [1, 1, 2, 3]}
