"""Rules that move elements about: every axis, order and step, against onnxruntime, and what is refused."""

# ruff: noqa: E501 - a table has a line for each case

import re
from typing import Any

import numpy as np
import pytest

from build.compiler.rules.base import LoweringRule
from build.compiler.rules.reading import OtherRule, Refusal
from build.compiler.rules.shapes.constant_of_shape import LIMIT, ConstantOfShapeToConstant
from build.compiler.rules.shapes.depth_to_space import DepthToSpace, SpaceToDepth
from build.compiler.rules.shapes.depth_to_space_open import OpenDepthToSpace, OpenSpaceToDepth
from build.compiler.rules.shapes.expand_to_product import LIMIT as ONES
from build.compiler.rules.shapes.expand_to_product import ExpandToProduct
from build.compiler.rules.shapes.gather_from_front import GatherFromFront
from build.compiler.rules.shapes.gather_one_as_many import GatherOneAsMany
from build.compiler.rules.shapes.slice_with_steps import Plan, SliceWithSteps, Span
from build.compiler.rules.shapes.split_to_slices import SplitToSlices
from build.compiler.rules.slice_windows import END
from build.compiler.rules.split_parts import Parts
from build.compiler.verify.cases.case import CPU, WEBGL
from tests.support.rule_graphs import applied, inferred, ints, lowered, model, node_of, operators

PICTURE = "float[1,4,6,8] x"
OPEN = "float[1,4,H,W] x"
INDEX = "i = Constant <value = int64 {INDEX}> () "
REFUSALS: list[tuple[LoweringRule[Any], str, str, str, str]] = [
    (ConstantOfShapeToConstant(), "ConstantOfShape", "int64[2] s", "y = ConstantOfShape (s)", "its sides are computed"),
    (ConstantOfShapeToConstant(), "ConstantOfShape", PICTURE, ints("s", LIMIT + 1) + "y = ConstantOfShape (s)", f"it makes [{LIMIT + 1}], more than an ONNX file holds"),
    (DepthToSpace(), "DepthToSpace", OPEN, "y = DepthToSpace <blocksize = 2> (x)", "the shape of x is not known"),
    (DepthToSpace(), "DepthToSpace", "float[4,6,8] x", "y = DepthToSpace <blocksize = 2> (x)", "it works on a tensor of 3 axes"),
    (SpaceToDepth(), "SpaceToDepth", "float[4,6,8] x", "y = SpaceToDepth <blocksize = 2> (x)", "it works on a tensor of 3 axes"),
    (OpenDepthToSpace(), "DepthToSpace", "float[4,H,8] x", "y = DepthToSpace <blocksize = 2> (x)", "it works on other than pictures"),
    (OpenDepthToSpace(), "DepthToSpace", "float[1,C,6,8] x", "y = DepthToSpace <blocksize = 2> (x)", "side 1 of x is not known"),
    (OpenDepthToSpace(), "DepthToSpace", "float[1,6,H,W] x", "y = DepthToSpace <blocksize = 2> (x)", "its 6 channels are no multiple of 4"),
    (OpenDepthToSpace(), "DepthToSpace", "int32[1,4,H,W] x", "y = DepthToSpace <blocksize = 2> (x)", "it moves other numbers than float32"),
    (OpenSpaceToDepth(), "SpaceToDepth", "int32[1,4,H,W] x", "y = SpaceToDepth <blocksize = 2> (x)", "it moves other numbers than float32"),
    (ExpandToProduct(), "Expand", "float[1] x, int64[1] s", "y = Expand (x, s)", "its sides are computed"),
    (GatherFromFront(), "Gather", "float[3,4] x, int64[1] i", "y = Gather (x, i)", "its indices are computed"),
    (GatherFromFront(), "Gather", PICTURE, ints("i", 0) + "y = Gather <axis = 1> (x, i)", "it counts from the front already"),
    (GatherFromFront(), "Gather", OPEN, ints("i", -1) + "y = Gather <axis = 2> (x, i)", "side 2 of x is not known"),
    (GatherOneAsMany(), "Gather", PICTURE, ints("i", 0) + "y = Gather (x, i)", "its index is no single constant number"),
    (GatherOneAsMany(), "Gather", "float[3,4] x, int64 i", "y = Gather (x, i)", "its index is no single constant number"),
    (SliceWithSteps(), "Slice", PICTURE, ints("a", 0) + ints("b", 2) + "y = Slice (x, a, b)", "it has no steps"),
    (SliceWithSteps(), "Slice", PICTURE, ints("a", 0) + ints("b", 2) + ints("c", 1) + ints("t", 1) + "y = Slice (x, a, b, c, t)", "it takes every element"),
    (SliceWithSteps(), "Slice", PICTURE, ints("a", 3) + ints("b", 2) + ints("c", 1) + ints("t", 2) + "y = Slice (x, a, b, c, t)", "it takes nothing along axis 1"),
    (SliceWithSteps(), "Slice", OPEN, ints("a", -1) + ints("b", -99) + ints("c", 3) + ints("t", -1) + "y = Slice (x, a, b, c, t)", "side 3 of x is not known"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "op", "inputs", "body", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(rule: LoweringRule[Any], op: str, inputs: str, body: str, reason: str) -> None:
    with pytest.raises(Refusal, match=re.escape(reason)):
        rule.plan(node_of(op, body, inputs))


def test_a_constant_is_as_large_as_a_file_may_be() -> None:
    assert ConstantOfShapeToConstant().plan(
        node_of("ConstantOfShape", ints("s", LIMIT) + "y = ConstantOfShape (s)")
    ) == [LIMIT]
    assert ExpandToProduct().plan(node_of("Expand", ints("s", ONES) + "y = Expand (x, s)", "float[1] x")) == [ONES]


@pytest.mark.parametrize(
    ("value", "kind", "fill"),
    [("", "float32", 0), ("<value = float[1] {1.5}>", "float32", 1.5), ("<value = int32[1] {7}>", "int32", 7)],
)
def test_constants_of_a_shape(value: str, kind: str, fill: float) -> None:
    result = applied(ConstantOfShapeToConstant(), inferred(ints("s", 2, 3) + f"y = ConstantOfShape {value} (s)"))
    (node,) = (node for node in result.graph if node.outputs[0].is_graph_output())
    numbers = node.attributes["value"].as_tensor().numpy()
    assert str(numbers.dtype) == kind
    np.testing.assert_array_equal(numbers, np.full((2, 3), fill))


@pytest.mark.parametrize(("rule", "op"), [(OpenDepthToSpace(), "DepthToSpace"), (OpenSpaceToDepth(), "SpaceToDepth")])
def test_known_sides_are_left_to_another_rule(rule: LoweringRule[Any], op: str) -> None:
    with pytest.raises(OtherRule, match="all sides are known"):
        rule.plan(node_of(op, f"y = {op} <blocksize = 2> (x)", PICTURE))


@pytest.mark.parametrize("given", ["blocksize = 2", 'blocksize = 2, mode = "CRD"', "blocksize = 3", "blocksize = 1"])
@pytest.mark.parametrize("sides", ["2,3", "H,W"])
@pytest.mark.parametrize("target", [WEBGL, CPU])
def test_channels_become_pixels(given: str, sides: str, target: str) -> None:
    out = "N,c,h,w" if "H" in sides else f"2,{36 // int(given[12]) ** 2},{2 * int(given[12])},{3 * int(given[12])}"
    source = model(13, f"(float[2,36,{sides}] x) => (float[{out}] y)", f"y = DepthToSpace <{given}> (x)")
    found = operators(lowered(source, target, "missing-operators"))
    assert "DepthToSpace" not in found
    assert ("Gather" in found) == ("H" in sides and "CRD" not in given and given != "blocksize = 1")


@pytest.mark.parametrize("block", [1, 2, 3])
@pytest.mark.parametrize(("sides", "target"), [("6,12", WEBGL), ("6,12", CPU), ("H,12", WEBGL)])
def test_pixels_become_channels(block: int, sides: str, target: str) -> None:
    out = f"2,{3 * block**2},{6 // block if '6' in sides else 'h'},{12 // block}"
    source = model(13, f"(float[2,3,{sides}] x) => (float[{out}] y)", f"y = SpaceToDepth <blocksize = {block}> (x)")
    assert "SpaceToDepth" not in operators(lowered(source, target, "missing-operators"))


@pytest.mark.parametrize(
    ("inputs", "body", "indices", "axis"),
    [
        ("float[3,4] x", ints("i", -1, 0) + "y = Gather (x, i)", [2, 0], 0),
        ("float[3,4] x", ints("i", -1, 0) + "y = Gather <axis = -1> (x, i)", [3, 0], 1),
        ("float[3,4] x", ints("i", 1, 0) + "y = Gather <axis = -1> (x, i)", [1, 0], 1),
        ("float[3,N] x", ints("i", 1, 0) + "y = Gather <axis = -1> (x, i)", [1, 0], 1),
        ("float[3,4] x", INDEX.replace("INDEX", "-2") + "y = Gather <axis = 1> (x, i)", 2, 1),
    ],
)
def test_gathering_from_the_front(inputs: str, body: str, indices: object, axis: int) -> None:
    found, where = GatherFromFront().plan(node_of("Gather", body, inputs))
    assert (found.tolist(), where) == (indices, axis)


@pytest.mark.parametrize(("given", "axis"), [("", 0), ("<axis = 1>", 1), ("<axis = -1>", 2), ("<axis = -3>", 0)])
def test_gathering_one(given: str, axis: int) -> None:
    body = INDEX.replace("INDEX", "1") + f"y = Gather {given} (x, i)"
    assert GatherOneAsMany().plan(node_of("Gather", body, "float[2,3,4] x")) == (1, axis)
    out = ",".join(str(side) for index, side in enumerate((2, 3, 4)) if index != axis)
    proto = lowered(model(13, f"(float[2,3,4] x) => (float[{out}] y)", body), WEBGL, "gather-one")
    assert operators(proto) == ["Gather", "Squeeze"]


def stepped(*spans: tuple[int, int, int, int]) -> str:
    axes, starts, ends, steps = zip(*spans, strict=True)
    return ints("c", *axes) + ints("a", *starts) + ints("b", *ends) + ints("t", *steps) + "y = Slice (x, a, b, c, t)"


@pytest.mark.parametrize(
    ("spans", "out", "plan"),
    [
        ([(2, 0, END, 2)], "1,4,3,8", Plan((), (2, 1), ())),
        ([(3, 0, END, 3)], "1,4,6,3", Plan((), (1, 3), ())),
        ([(2, 1, END, 2), (3, 0, 5, 3)], "1,4,3,2", Plan((Span(2, 1, END, 2), Span(3, 0, 5, 3)), (2, 3), ())),
        ([(1, 0, END, 2)], "1,2,6,8", Plan((), (1, 1), ((1, (0, 2)),))),
        ([(-3, 3, -99, -1)], "1,4,6,8", Plan((), (1, 1), ((1, (3, 2, 1, 0)),))),
        ([(3, -1, 2, -2)], "1,4,6,3", Plan((), (1, 1), ((3, (7, 5, 3)),))),
        ([(1, 1, 3, 1), (2, 0, END, 2)], "1,2,3,8", Plan((Span(1, 1, 3, 1),), (2, 1), ())),
        ([(1, 0, END, 1), (2, 0, END, 2)], "1,4,3,8", Plan((), (2, 1), ())),
    ],
)
def test_slices_with_steps(spans: list[tuple[int, int, int, int]], out: str, plan: Plan) -> None:
    source = model(13, f"({PICTURE}) => (float[{out}] y)", stepped(*spans))
    node = node_of("Slice", stepped(*spans), PICTURE)
    assert SliceWithSteps().plan(node) == plan
    proto = lowered(source, WEBGL, "attributes", 2 if plan.windows else 1)
    expected = (
        ["Slice"] * bool(plan.windows) + ["AveragePool"] * (plan.strides != (1, 1)) + ["Gather"] * len(plan.indices)
    )
    assert operators(proto) == expected


def test_steps_without_axes_go_along_the_first_ones() -> None:
    body = ints("a", 0, 1) + ints("b", 3, 4) + ints("t", 2, 1) + "y = Slice (x, a, b, , t)"
    assert SliceWithSteps().plan(node_of("Slice", body, "float[3,4] x")) == Plan(
        (Span(1, 1, 4, 1),), (1, 1), ((0, (0, 2)),)
    )


@pytest.mark.parametrize("inputs", ["float[2,4,6] x", "int32[1,4,6,8] x"])
def test_what_no_pool_takes_is_gathered(inputs: str) -> None:
    body = ints("c", 2) + ints("a", 0) + ints("b", 4) + ints("t", 2) + "y = Slice (x, a, b, c, t)"
    assert SliceWithSteps().plan(node_of("Slice", body, inputs)) == Plan((), (1, 1), ((2, (0, 2)),))


def test_a_split_in_slices() -> None:
    body = ints("s", 1, 2, 3) + "y, z, w = Split <axis = -1> (x, s)"
    assert SplitToSlices(3).plan(node_of("Split", body, "float[2,6] x")) == Parts(1, (1, 2, 3))
    with pytest.raises(OtherRule, match="it has 3 outputs, not 2"):
        SplitToSlices(2).plan(node_of("Split", body, "float[2,6] x"))
    source = model(13, "(float[2,6] x) => (float[2,1] y, float[2,2] z, float[2,3] w)", body)
    assert operators(lowered(source, CPU, "missing-operators")) == ["Slice"] * 3


@pytest.mark.parametrize(("shape", "sides", "out"), [("3,1", (3, 4), "3,4"), ("2,1,3", (1, 4, 1), "2,4,3")])
def test_expand_by_a_product(shape: str, sides: tuple[int, ...], out: str) -> None:
    body = ints("s", *sides) + "y = Expand (x, s)"
    assert ExpandToProduct().plan(node_of("Expand", body, f"float[{shape}] x")) == list(sides)
    source = model(13, f"(float[{shape}] x) => (float[{out}] y)", body)
    assert operators(lowered(source, WEBGL, "missing-operators")) == ["Mul"]
