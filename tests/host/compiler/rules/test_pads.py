"""Pads: every mode and amount, against onnxruntime, and what is refused."""

import math
import re
from typing import Any

import pytest

from build.compiler.rules.base import LoweringRule
from build.compiler.rules.pad_amounts import Pads
from build.compiler.rules.pads.crop_to_slice import CropToSlice
from build.compiler.rules.pads.pad_to_slices import PadToSlices
from build.compiler.rules.pads.reflect_pad_without_ones import ReflectPadWithoutOnes
from build.compiler.rules.reading import Refusal
from build.compiler.verify.cases.case import CPU, OLD_CPU, OLDEST, WEBGL
from tests.support.rule_graphs import (
    applied,
    floats,
    inferred,
    ints,
    lowered,
    model,
    node_of,
    operators,
    value_shapes,
)

ZEROS = "y = Pad <pads = [0,0,1,1,0,0,1,1]> (x)"
REFLECT = 'y = Pad <mode = "reflect", pads = [0,0,1,1,0,0,1,1]> (x)'
REFUSALS: list[tuple[LoweringRule[Any], str, str, str]] = [
    (CropToSlice(), "float[1,2,4,6] x", ZEROS, "it crops nothing"),
    (PadToSlices(), "float[1,2,H,6] x", ZEROS, "the shape of x is not known"),
    (PadToSlices(), "float[1,2,4,6] x", "y = Pad <pads = [0,0,1,1,0,0,-1,1]> (x)", "it crops (negative pads)"),
    (ReflectPadWithoutOnes(), "float[1,1,H,5] x", REFLECT, "the shape of x is not known"),
    (ReflectPadWithoutOnes(), "float[1,1,5,6] x", REFLECT, "an even number of elements"),
    (ReflectPadWithoutOnes(), "float[3,3,5,5] x", REFLECT, "it has no axes of side 1"),
    (ReflectPadWithoutOnes(), "float[1,1] x", 'y = Pad <mode = "reflect", pads = [0,0,0,0]> (x)', "no axes of side 1"),
]


@pytest.mark.parametrize(("rule", "inputs", "body", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(rule: LoweringRule[Any], inputs: str, body: str, reason: str) -> None:
    with pytest.raises(Refusal, match=re.escape(reason)):
        rule.plan(node_of("Pad", body, inputs, 9))


CROPS = [
    ("constant", (0, 0, -1, 2, 0, 0, 0, -3)),
    ("constant", (0, -1, 0, 0, 0, 0, -2, 0)),
    ("reflect", (0, 0, -2, 1, 0, 0, 1, -1)),
    ("edge", (0, 0, 0, -1, 0, 0, 2, -1)),
]


@pytest.mark.parametrize("target", [WEBGL, CPU, OLDEST])
@pytest.mark.parametrize(("mode", "pads"), CROPS)
def test_what_is_cropped_goes_first(target: str, mode: str, pads: tuple[int, ...]) -> None:
    sides = [side + pads[axis] + pads[axis + 4] for axis, side in enumerate((1, 3, 5, 6))]
    body = ints("p", *pads) + floats("v", "", 0.5) + f'y = Pad <mode = "{mode}"> (x, p, v)'
    out = ",".join(map(str, sides))
    proto = lowered(model(13, f"(float[1,3,5,6] x) => (float[{out}] y)", body), target, "crop-to-slice")
    assert operators(proto)[0] == "Slice"
    if max(pads) == 0:
        assert operators(proto) == ["Slice"]


@pytest.mark.parametrize(
    ("inputs", "sides"),
    [("float[1,3,5,6] x", [1, 3, 4, 3]), ("float[1,3,H,6] x", [1, 3, None, 3])],
)
def test_the_sides_that_are_left_are_known(inputs: str, sides: list[int | None]) -> None:
    body = "y = Pad <pads = [0,0,-1,2,0,0,1,-3]> (x)"
    result = applied(CropToSlice(), inferred(body, inputs, 9))
    assert value_shapes(result, "Slice") == [sides]


def test_a_tensor_of_unknown_sides_is_cropped_as_well() -> None:
    source = inferred("k = Reshape (x, s) y = Pad <pads = [0,-1,1,0]> (k)", "float[N] x, int64[R] s", 9)
    assert value_shapes(applied(CropToSlice(), source), "Slice") == [[None, None]]


@pytest.mark.parametrize("mode", ["constant", "reflect", "edge"])
@pytest.mark.parametrize("pads", [(0, 0, 2, 1, 0, 0, 1, 3), (0, 0, 0, 3, 0, 0, 0, 0), (0, 1, 0, 0, 0, 0, 2, 0)])
def test_pads_in_slices(mode: str, pads: tuple[int, ...]) -> None:
    sides = ",".join(str(side + pads[axis] + pads[axis + 4]) for axis, side in enumerate((1, 2, 4, 5)))
    body = ints("p", *pads) + floats("v", "", 0.75) + f'n = Neg (x) q = Pad <mode = "{mode}"> (n, p, v) y = Neg (q)'
    proto = lowered(model(13, f"(float[1,2,4,5] x) => (float[{sides}] y)", body), OLD_CPU, "pad-to-slices")
    assert operators(proto).count("Concat") == sum(bool(pads[axis] or pads[axis + 4]) for axis in range(4))
    assert "Pad" not in operators(proto)


@pytest.mark.parametrize("mode", ["reflect", "edge"])
def test_pads_of_open_sides_in_slices(mode: str) -> None:
    body = f'y = Pad <mode = "{mode}", pads = [0,0,2,1,0,0,1,0]> (x)'
    result = applied(PadToSlices(), inferred(body, "float[1,2,H,5] x", 9))
    last = value_shapes(result, "Concat")[-1]
    assert (last[:2], last[3], isinstance(last[2], int)) == ([1, 2], 6, False)
    assert value_shapes(result, "Concat")[0] == [1, 2, None, 5]
    assert {node.op_type for node in result.graph} == {"Slice", "Concat"}
    axes = [node.attributes["axis"].as_int() for node in result.graph if node.op_type == "Concat"]
    assert axes == [2, 3]


def test_a_pad_of_nothing_does_nothing() -> None:
    result = applied(PadToSlices(), inferred("y = Pad <pads = [0,0,0,0]> (x)", "float[3,4] x", 9))
    assert [node.op_type for node in result.graph] == ["Identity"]
    assert PadToSlices().plan(node_of("Pad", "y = Pad <pads = [0,0,0,0]> (x)", "float[3,4] x", 9)).flat == [0] * 4


@pytest.mark.parametrize(
    ("inputs", "pads", "ones"),
    [
        ("float[1,1,5,7] x", [0, 0, 1, 2, 0, 0, 2, 1], (0, 1)),
        ("float[3,1,5,7] x", [0, 0, 1, 2, 0, 0, 2, 1], (1,)),
        ("float[1,3,1,7] x", [0, 0, 0, 2, 0, 0, 0, 1], (0, 2)),
    ],
)
def test_reflecting_without_axes_of_one(inputs: str, pads: list[int], ones: tuple[int, ...]) -> None:
    node = node_of("Pad", f'y = Pad <mode = "reflect", pads = {pads}> (x)', inputs, 9)
    half = len(pads) // 2
    expected = Pads("reflect", tuple(pads[:half]), tuple(pads[half:]), 0.0)
    assert ReflectPadWithoutOnes().plan(node) == (expected, ones)
    sides = [int(side) for side in inputs[len("float[") : -len("] x")].split(",")]
    assert math.prod(sides) % 2 == 1
    out = ",".join(str(side + pads[axis] + pads[axis + half]) for axis, side in enumerate(sides))
    source = model(9, f"({inputs}) => (float[{out}] y)", f'y = Pad <mode = "reflect", pads = {pads}> (x)')
    assert operators(lowered(source, WEBGL, "reflect-pad-without-ones")) == ["Squeeze", "Pad", "Unsqueeze"]
