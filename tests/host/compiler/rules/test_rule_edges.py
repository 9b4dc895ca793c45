"""Rules where their operators have defaults, optional inputs and limits: the same numbers, or a true refusal."""

import re

import numpy as np
import onnx
import onnx_ir as ir
import onnxruntime
import pytest

from build.compiler.lowering import attempt, lower
from build.compiler.rules.shapes.expand_to_product import LIMIT
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.cases.case import CPU, OLD_CPU, WEBGL, WEBGPU
from tests.support.rule_graphs import lowered, model, noise, reason


@pytest.mark.parametrize(
    ("opset", "attributes"),
    [
        (13, ""),
        (13, "<axis = 0>"),
        (13, "<axis = -2>"),
        (13, "<axis = 1>"),
        (11, ""),
        (12, "<axis = 2>"),
        (11, "<axis = -1>"),
        (11, "<axis = 0>"),
    ],
)
def test_log_softmax_over_the_axes_that_its_opset_means(opset: int, attributes: str) -> None:
    source = model(opset, "(float[2,3,4] x) => (float[2,3,4] y)", f"y = LogSoftmax {attributes} (x)")
    lowered(source, WEBGL, "to-reductions")


def test_log_softmax_of_large_numbers_does_not_overflow() -> None:
    body = (
        noise("k", "3", 3) + "c = Constant <value = float {900.0}> () z = Mul (x, c) a = Add (z, k) y = LogSoftmax (a)"
    )
    lowered(model(13, "(float[2,3] x) => (float[2,3] y)", body), WEBGL, "to-reductions")


@pytest.mark.parametrize("sides", ["2,3,-1", "3,4", "12", "-1", "1,12"])
def test_a_reshape_that_allows_zero_and_has_none(sides: str) -> None:
    count = sides.count(",") + 1
    body = f"s = Constant <value = int64[{count}] {{{sides}}}> () y = Reshape <allowzero = 1> (x, s)"
    out = ",".join("abcd"[:count])
    proto = lowered(model(18, f"(float[2,6] x) => (float[{out}] y)", body), WEBGL, "attributes")
    assert [node.op_type for node in proto.graph.node].count("Reshape") == 1
    assert not any(attribute.name == "allowzero" for node in proto.graph.node for attribute in node.attribute)


def test_a_reshape_to_nothing_is_refused() -> None:
    body = "s = Constant <value = int64[2] {0,6}> () y = Reshape <allowzero = 1> (x, s)"
    found = reason(model(18, "(float[N,6] x) => (float[a,b] y)", body), WEBGL, "Reshape")
    assert "allowzero=1" in found


@pytest.mark.parametrize(
    ("shape", "sides", "out"),
    [
        ("3,1", "2,3,4", "2,3,4"),
        ("3,4", "1", "3,4"),
        ("1,1", "3,1,2", "3,1,2"),
    ],
)
def test_expand_in_both_directions(shape: str, sides: str, out: str) -> None:
    count = sides.count(",") + 1
    body = f"s = Constant <value = int64[{count}] {{{sides}}}> () r = Relu (x) y = Expand (r, s)"
    proto = lowered(model(13, f"(float[{shape}] x) => (float[{out}] y)", body), WEBGL, "missing-operators")
    assert "Expand" not in {node.op_type for node in proto.graph.node}


def test_expand_up_to_a_limit() -> None:
    def source(side: int) -> ir.Model:
        body = f"s = Constant <value = int64[2] {{{side},{LIMIT // 256}}}> () y = Expand (x, s)"
        return model(13, f"(float[1,1] x) => (float[{side},{LIMIT // 256}] y)", body)

    lowered(source(256), WEBGL, "missing-operators")
    assert "that many ones would bloat the file" in reason(source(257), WEBGL, "Expand")


def test_expand_of_integers_is_refused() -> None:
    body = "i = Cast <to = 6> (x) s = Constant <value = int64[2] {2,3}> () e = Expand (i, s) y = Cast <to = 1> (e)"
    found = attempt(model(13, "(float[1,3] x) => (float[2,3] y)", body), find_target(WEBGL)).problems
    assert any("other numbers than float32" in problem.reason or "int32" in problem.reason for problem in found)


@pytest.mark.parametrize(
    ("bounds", "given"),
    [
        ("a = Constant <value = float {-0.25}> () b = Constant <value = float {0.5}> ()", "x, a, b"),
        ("a = Constant <value = float {-0.25}> ()", "x, a"),
        ("b = Constant <value = float {0.5}> ()", "x, , b"),
        ("a = Constant <value = float[1] {-0.25}> () b = Constant <value = float[1] {0.5}> ()", "x, a, b"),
    ],
)
def test_clip_with_either_bound(bounds: str, given: str) -> None:
    source = model(13, "(float[3,4] x) => (float[3,4] y)", f"{bounds} y = Clip ({given})")
    proto = lowered(source, WEBGL, "attributes")
    (clip,) = (node for node in proto.graph.node if node.op_type == "Clip")
    names = {attribute.name for attribute in clip.attribute}
    assert names == ({"min"} if given == "x, a" else {"max"} if given == "x, , b" else {"min", "max"})
    assert list(filter(None, clip.input)) == [clip.input[0]]


def test_clip_by_bounds_that_are_computed_is_refused() -> None:
    body = "m = ReduceMax <keepdims = 0> (x) y = Clip (x, , m)"
    assert "its upper bounds are computed while the model runs" in reason(
        model(13, "(float[3,4] x) => (float[3,4] y)", body), WEBGL, "Clip"
    )
    body = "m = ReduceMin <keepdims = 0> (x) y = Clip (x, m)"
    assert "its lower bounds are computed" in reason(model(13, "(float[3,4] x) => (float[3,4] y)", body), WEBGL, "Clip")


@pytest.mark.parametrize("target", [WEBGL, CPU])
@pytest.mark.parametrize(("groups", "outputs", "share"), [(2, 4, 3), (3, 3, 2), (3, 6, 1)])
def test_groups_with_weights_of_their_own(target: str, groups: int, outputs: int, share: int) -> None:
    channels, count = groups * share, outputs * share * 4
    body = (
        noise("w", f"{outputs},{share},2,2", count)
        + noise("b", str(outputs), outputs)
        + f"y = Conv <group = {groups}, strides = [1, 2]> (x, w, b)"
    )
    source = model(11, f"(float[1,{channels},5,6] x) => (float[1,{outputs},4,3] y)", body)
    if target == CPU:
        assert attempt(source, find_target(CPU)).problems == ()
        return
    proto = lowered(source, target, "grouped-conv-to-dense")
    (conv,) = (node for node in proto.graph.node if node.op_type == "Conv")
    assert {attribute.name: attribute.i for attribute in conv.attribute}.get("group", 1) == 1


@pytest.mark.parametrize(("target", "count"), [(WEBGL, 0), (OLD_CPU, 1)])
def test_depthwise_convolutions_stay_where_they_are_computed_right(target: str, count: int) -> None:
    body = noise("w", "3,1,2,2", 12) + "y = Conv <group = 3> (x, w)"
    source = model(9, "(float[1,3,5,6] x) => (float[1,3,4,5] y)", body)
    lowered(source, target, "grouped-conv-to-dense", count)


def test_one_group_is_none() -> None:
    body = noise("w", "4,2,2,2", 32) + "y = Conv <group = 1> (x, w)"
    lowered(model(11, "(float[1,2,5,6] x) => (float[1,4,4,5] y)", body), WEBGL, "grouped-conv-to-dense", 0)


BRANCHES = """
    zero = Constant <value = float {0.0}> ()
    s = ReduceSum <keepdims = 0> (x)
    c = Greater (s, zero)
    r = Relu (x)
    t = Neg (r)
    y = If (c) <
        then_branch = one () => (float[2,3] v1) { v0 = Add (r, t) v1 = Sub (v0, x) },
        else_branch = two () => (float[2,3] v0) { v2 = Mul (r, t) v0 = Add (v2, x) }
    >
"""


def test_new_names_are_none_of_those_within_branches() -> None:
    """A value named as one around it would hide it, which ONNX forbids."""
    source = model(17, "(float[2,3] x) => (float[2,3] y)", BRANCHES)
    result = lower(source, find_target(WEBGPU))
    proto = onnx.load_from_string(result.to_bytes())
    outer = {name for node in proto.graph.node for name in node.output}
    inner = {
        name
        for node in proto.graph.node
        for attribute in node.attribute
        for inside in attribute.g.node
        for name in inside.output
    }
    assert inner
    assert outer.isdisjoint(inner)
    before = onnxruntime.InferenceSession(ir.to_proto(source).SerializeToString())
    after = onnxruntime.InferenceSession(result.to_bytes())
    for sign in (1, -1):
        x = sign * np.arange(6, dtype=np.float32).reshape(2, 3) + np.float32(0.5)
        np.testing.assert_allclose(after.run(None, {"x": x})[0], before.run(None, {"x": x})[0])


def test_what_is_lowered_must_hold_by_the_rules_of_onnx() -> None:
    """An output that is declared with other sides than it gets is told, and not written."""
    source = model(11, "(float[2,3] x) => (float[2,4] y)", "y = Relu (x)")
    problems = attempt(source, find_target(WEBGL)).problems
    assert problems
    assert re.search("breaks ONNX's rules at opset", problems[0].reason), problems
