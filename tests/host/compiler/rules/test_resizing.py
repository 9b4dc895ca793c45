"""Resizing: every mode, coordinate and form of the factors, against onnxruntime, and what is refused."""

# ruff: noqa: E501 - a table has a line for each case

import re
from typing import Any

import numpy as np
import pytest

from build.compiler.rules.base import LoweringRule
from build.compiler.rules.reading import Refusal
from build.compiler.rules.resizing.linear_resize_to_conv_transpose import LinearResizeToConvTranspose, Plan
from build.compiler.rules.resizing.linear_resize_to_products import LIMIT, LinearResizeToProducts
from build.compiler.rules.resizing.resize_to_upsample import ResizeToUpsample, upsample_fault
from build.compiler.rules.resizing.upsample_to_concat import UpsampleToConcat
from build.compiler.verify.cases.case import OLD_CPU, WEBGL
from tests.support.rule_graphs import (
    applied,
    attributes,
    floats,
    inferred,
    ints,
    lowered,
    model,
    node_of,
    operators,
    value_shapes,
)

X = "float[1,2,4,6] x"
LINE = "float[1,2,6] x"
TWICE = floats("s", "4", 1, 1, 2, 2)


def by_sizes(given: str, *sizes: int, axes: str = "") -> str:
    return ints("z", *sizes) + f"y = Resize <{given}{axes}> (x, , , z)"


def by_scales(given: str, *scales: float, axes: str = "") -> str:
    return floats("s", str(len(scales)), *scales) + f"y = Resize <{given}{axes}> (x, , s)"


TENT, MATRIX, REPEAT, COPIES = (
    LinearResizeToConvTranspose(),
    LinearResizeToProducts(),
    ResizeToUpsample(),
    UpsampleToConcat(),
)
LINEAR, NEAREST = 'mode = "linear"', 'mode = "nearest"'
ASYMMETRIC = 'coordinate_transformation_mode = "asymmetric"'
REFUSALS: list[tuple[LoweringRule[Any], str, int, str, str]] = [
    (TENT, LINE, 13, by_scales(LINEAR, 1, 1, 2), "it enlarges a tensor of 3 axes"),
    (TENT, "float[1,C,4,6] x", 13, by_scales(LINEAR, 1, 1, 2, 2), "side 1 of x is not known"),
    (TENT, X, 13, by_scales(LINEAR, 2, 1, 2, 2), "are not whole factors of height and width"),
    (TENT, X, 13, by_scales(LINEAR, 1, 1, 2, 0.5), "are not whole factors of height and width"),
    (TENT, X, 10, TWICE + f"y = Resize <{LINEAR}> (x, s)", "no tent of half pixels"),
    (TENT, X, 13, by_scales(NEAREST, 1, 1, 2, 2), "its mode is nearest with half_pixel coordinates"),
    (MATRIX, X, 18, by_scales(LINEAR + ", antialias = 1", 1, 1, 0.5, 0.5), "it has antialias"),
    (MATRIX, X, 18, by_sizes(LINEAR + ', keep_aspect_ratio_policy = "not_larger"', 1, 2, 8, 8), "it keeps the aspect ratio"),
    (MATRIX, X, 13, by_scales(LINEAR + ', coordinate_transformation_mode = "tf_crop_and_resize"', 1, 1, 2, 2), "no sum of known weights"),
    (MATRIX, X, 13, by_scales(NEAREST, 1, 1, 2, 2), "its mode is nearest with half_pixel coordinates"),
    (MATRIX, "float[1,2,H,6] x", 13, by_scales(LINEAR, 1, 1, 2, 2), "the shape of x is not known"),
    (MATRIX, LINE, 13, by_scales(LINEAR, 1, 1, 2), "it resizes a tensor of 3 axes"),
    (MATRIX, X, 13, by_scales(LINEAR, 2, 1, 2, 2), "change the batch or the channels"),
    (MATRIX, "float[1,1,1024,2] x", 13, by_sizes(LINEAR, 1, 1, 1025, 2), "would bloat the file"),
    (REPEAT, X, 13, "y = Resize <mode = \"nearest\"> (x)", "it has neither scales nor sizes"),
    (REPEAT, X, 13, by_scales(NEAREST, 1, 1, 0.5, 2), "it shrinks (scales [1.0, 1.0, 0.5, 2.0])"),
    (REPEAT, X, 13, by_scales(NEAREST, 1, 1, 1.5, 2), "its scales [1.0, 1.0, 1.5, 2.0] are not whole numbers"),
    (REPEAT, X, 13, by_scales(LINEAR, 1, 1, 2, 2), "its mode is linear with half_pixel coordinates"),
    (REPEAT, X, 13, by_scales(f"{LINEAR}, {ASYMMETRIC}", 1, 2, 2, 2), "it interpolates along other axes"),
    (REPEAT, X, 13, by_scales(f'{NEAREST}, {ASYMMETRIC}, nearest_mode = "round_prefer_ceil"', 1, 1, 2, 2), "its asymmetric coordinates rounded with round_prefer_ceil are not"),
    (REPEAT, X, 13, by_scales(f"{NEAREST}, {ASYMMETRIC}", 1, 1, 3, 2), "its asymmetric coordinates rounded with round_prefer_floor are not"),
    (REPEAT, X, 13, by_scales(f'{NEAREST}, nearest_mode = "floor"', 1, 1, 2, 2), "its half_pixel coordinates rounded with floor are not"),
    (REPEAT, X, 18, by_sizes(NEAREST + ', keep_aspect_ratio_policy = "not_smaller"', 1, 2, 8, 12), "it keeps the aspect ratio, which Upsample cannot"),
    (REPEAT, "float[1,2,H,W] x", 13, by_sizes(NEAREST, 1, 2, 8, 12), "the shape of x is not known"),
    (COPIES, X, 9, TWICE + f"y = Upsample <{LINEAR}> (x, s)", "its mode linear cannot be made of copies"),
    (COPIES, LINE, 9, floats("s", "3", 1, 1, 2) + "y = Upsample (x, s)", "it enlarges a tensor of 3 axes"),
    (COPIES, X, 9, floats("s", "4", 1, 1, 2, 1.5) + "y = Upsample (x, s)", "are not whole factors of height and width"),
    (COPIES, X, 9, floats("s", "4", 1, 2, 2, 2) + "y = Upsample (x, s)", "are not whole factors of height and width"),
    (COPIES, X, 9, floats("s", "4", 1, 1, 0.0, 2) + "y = Upsample (x, s)", "are not whole factors of height and width"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "inputs", "opset", "body", "reason"), REFUSALS)
def test_a_rule_refuses_with_its_reason(
    rule: LoweringRule[Any], inputs: str, opset: int, body: str, reason: str
) -> None:
    with pytest.raises(Refusal, match=re.escape(reason)):
        # Without inference, which chokes on some of what is refused.
        rule.plan(next(node for node in model(opset, f"({inputs}) => (y)", body).graph if node.op_type == rule.op_type))


@pytest.mark.parametrize("factors", [(2, 2), (3, 2), (1, 4), (4, 1), (5, 3)])
@pytest.mark.parametrize("coordinates", ["half_pixel", "pytorch_half_pixel"])
@pytest.mark.parametrize("inputs", ["float[1,3,4,6] x", "float[1,3,H,W] x"])
def test_a_tent_for_whole_factors(factors: tuple[int, int], coordinates: str, inputs: str) -> None:
    body = by_scales(f'{LINEAR}, coordinate_transformation_mode = "{coordinates}"', 1, 1, *factors)
    assert TENT.plan(node_of("Resize", body, inputs)) == Plan(3, factors)
    out = f"1,3,{4 * factors[0]},{6 * factors[1]}" if "H" not in inputs else "1,3,h,w"
    proto = lowered(model(13, f"({inputs}) => (float[{out}] y)", body), WEBGL, "resize-to-upsample")
    assert "Resize" not in operators(proto)


def test_the_sides_of_a_tents_edges_are_known() -> None:
    assert value_shapes(applied(TENT, inferred(by_scales(LINEAR, 1, 1, 2, 2), "float[1,3,4,W] x")), "Pad") == [
        [1, 3, 6, "W"]
    ]


@pytest.mark.parametrize("coordinates", ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"])
@pytest.mark.parametrize(
    ("height", "width"), [(8, 12), (2, 3), (5, 6), (4, 9), (7, 4), (1, 1), (4, 1), (1, 6), (3, 11)]
)
def test_a_matrix_for_any_sides(coordinates: str, height: int, width: int) -> None:
    body = by_sizes(f'{LINEAR}, coordinate_transformation_mode = "{coordinates}"', 2, 3, height, width)
    source = model(13, f"(float[2,3,4,6] x) => (float[2,3,{height},{width}] y)", body)
    plan = MATRIX.plan(source.graph[-1])
    assert plan.sides == (2, 3, 4, 6)
    assert [None if matrix is None else matrix.shape for matrix in (plan.height, plan.width)] == [
        None if height == 4 else (4, height),
        None if width == 6 else (6, width),
    ]
    found = operators(lowered(source, WEBGL, "resize-to-upsample"))
    assert "Resize" not in found


@pytest.mark.parametrize("scales", [(1, 1, 1.6, 0.7), (1, 1, 0.3, 1.9)])
@pytest.mark.parametrize("coordinates", ["half_pixel", "asymmetric", "align_corners"])
def test_a_matrix_for_any_factors(scales: tuple[float, ...], coordinates: str) -> None:
    body = by_scales(f'{LINEAR}, coordinate_transformation_mode = "{coordinates}"', *scales)
    sides = [int(np.floor(np.float32(scale) * side)) for scale, side in zip(scales, (1, 2, 4, 6), strict=True)]
    out = ",".join(map(str, sides))
    lowered(model(13, f"({X}) => (float[{out}] y)", body), WEBGL, "resize-to-upsample")


def test_a_factor_of_the_same_size_moves_the_picture_all_the_same() -> None:
    """By 1.1 a side of 4 stays 4, and its elements lie elsewhere: so ONNX says, and onnxruntime copies them."""
    plan = MATRIX.plan(node_of("Resize", by_scales(LINEAR, 1, 1, 1.1, 1), X))
    assert plan.height is not None
    assert plan.height.shape == (4, 4)
    assert plan.width is None


def test_a_resize_to_the_same_size_does_nothing() -> None:
    result = applied(MATRIX, inferred(by_sizes(LINEAR, 1, 2, 4, 6), X))
    assert [node.op_type for node in result.graph] == ["Identity"]


def test_a_matrix_as_large_as_may_be() -> None:
    side = 1024
    plan = MATRIX.plan(node_of("Resize", by_sizes(LINEAR, 1, 1, LIMIT // side, 2), f"float[1,1,{side},2] x"))
    assert plan.height is None


@pytest.mark.parametrize(
    "body",
    [
        TWICE + f"y = Resize <{LINEAR}> (x, s)",
        TWICE + f"y = Resize <{NEAREST}> (x, s)",
    ],
)
def test_resize_of_opset_10_samples_as_upsample_does(body: str) -> None:
    proto = lowered(model(10, f"({X}) => (float[1,2,8,12] y)", body), WEBGL, "resize-to-upsample")
    assert operators(proto) == ["Upsample"]
    _, scales = REPEAT.plan(node_of("Resize", body, X, 10))
    assert scales.tolist() == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("coordinates", "rounding", "factors"),
    [
        ("asymmetric", "floor", (2, 3)),
        ("asymmetric", "round_prefer_floor", (2, 2)),
        ("half_pixel", "round_prefer_floor", (3, 2)),
        ("half_pixel", "round_prefer_ceil", (4, 5)),
        ("pytorch_half_pixel", "round_prefer_floor", (2, 3)),
    ],
)
@pytest.mark.parametrize("target", [WEBGL, OLD_CPU])
def test_elements_that_are_repeated(coordinates: str, rounding: str, factors: tuple[int, int], target: str) -> None:
    given = f'{NEAREST}, coordinate_transformation_mode = "{coordinates}", nearest_mode = "{rounding}"'
    out = f"1,2,{4 * factors[0]},{6 * factors[1]}"
    source = model(13, f"({X}) => (float[{out}] y)", by_scales(given, 1, 1, *factors))
    found = operators(lowered(source, target, "resize-to-upsample"))
    assert ("Upsample" in found) == (target == WEBGL)


@pytest.mark.parametrize(
    "body",
    [
        by_sizes(NEAREST, 1, 2, 8, 18),
        by_sizes(NEAREST, 18, 8, axes=", axes = [3, 2]"),
        by_sizes(NEAREST, 8, 18, axes=", axes = [-2, -1]"),
        by_scales(NEAREST, 2, 3, axes=", axes = [2, 3]"),
        by_scales(NEAREST, 3, 2, axes=", axes = [-1, 2]"),
        floats("e", "0") + ints("z", 1, 2, 8, 18) + f"y = Resize <{NEAREST}> (x, e, e, z)",
    ],
)
def test_factors_of_every_form(body: str) -> None:
    mode, scales = REPEAT.plan(node_of("Resize", body, X, 18))
    assert (mode, scales.tolist()) == ("nearest", [1, 1, 2, 3])
    assert scales.dtype == np.float32
    linear = body.replace(NEAREST, LINEAR)
    plan = MATRIX.plan(node_of("Resize", linear, X, 18))
    assert plan.height is not None
    assert plan.width is not None
    assert (plan.height.shape, plan.width.shape) == ((4, 8), (6, 18))


@pytest.mark.parametrize("factors", [(2, 3), (1, 2), (3, 1), (1, 1)])
def test_copies_for_engines_without_upsample(factors: tuple[int, int]) -> None:
    body = floats("s", "4", 1, 1, *factors) + "y = Upsample (x, s)"
    assert COPIES.plan(node_of("Upsample", body, X, 9)) == factors
    result = applied(COPIES, inferred(body, X, 9))
    found = [node.op_type for node in result.graph]
    assert (found.count("Concat"), found.count("Transpose")) == (
        sum(factor > 1 for factor in factors),
        2 * (factors[0] > 1),
    )
    assert ("Identity" in found) == (factors == (1, 1))
    out = f"1,2,{4 * factors[0]},{6 * factors[1]}"
    lowered(model(9, f"({X}) => (float[{out}] y)", body), OLD_CPU, "upsample-to-concat")


@pytest.mark.parametrize(
    ("mode", "scales", "fault"),
    [
        ("nearest", [1, 2, 3, 4, 5], None),
        ("nearest", [1, 1], None),
        ("linear", [2, 3], None),
        ("linear", [1, 1, 2, 3], None),
        ("linear", [1, 2, 3], "interpolates along other axes"),
        ("linear", [2, 1, 2, 2], "interpolates along other axes"),
        ("nearest", [1, 0.99], "shrinks"),
        ("nearest", [1, 1.01], "not whole"),
    ],
)
def test_what_upsample_enlarges_right(mode: str, scales: list[float], fault: str | None) -> None:
    found = upsample_fault(mode, np.asarray(scales, np.float32))
    assert found is None if fault is None else fault in (found or "")


def test_upsample_keeps_its_mode() -> None:
    source = model(13, f"({X}) => (float[1,2,8,12] y)", by_scales(f"{LINEAR}, {ASYMMETRIC}", 1, 1, 2, 2))
    assert attributes(lowered(source, WEBGL, "resize-to-upsample"), "Upsample") == {
        "mode": b"linear",
        "scales": [1, 1, 2, 2],
    }
