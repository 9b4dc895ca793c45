"""What a lowering tells: problems, the fate of each operator, and the names, opset and ends of the file."""

import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.common.errors import BuildError
from build.compiler.explain import Problem
from build.compiler.lowering import attempt, lower
from build.compiler.passes.applied import Applied
from build.compiler.targets.catalogue import TARGETS, find_target
from build.compiler.targets.target import PlanRefusal, Step
from build.compiler.verify.cases.case import OLDEST, WEBGL
from tests.support.rule_graphs import floats, model, noise

ORT = "onnxruntime"
LINE = "(float[2,3] x) => (float[2,3] y)"


def problems(source: ir.Model, target: str) -> list[tuple[str, str, int]]:
    return [
        (problem.op_type, problem.reason, problem.count) for problem in attempt(source, find_target(target)).problems
    ]


def test_the_error_names_every_operator_its_number_and_its_reason() -> None:
    body = "a = IsInf (x) b = IsInf (x) c = And (a, b) d = Cast <to = 1> (c) y = com.example.Magic (d)"
    text = f'<ir_version: 8, opset_import: ["" : 13, "com.example" : 1]> g {LINE} {{ {body} }}'
    source = ir.from_proto(onnx.parser.parse_model(text))
    with pytest.raises(BuildError) as caught:
        lower(source, find_target(WEBGL))
    assert str(caught.value).startswith(f"the model cannot be lowered for {WEBGL}: Magic (1): ")
    plain = model(13, LINE, "a = IsInf (x) n = Neg (x) b = IsInf (n) c = And (a, b) y = Cast <to = 1> (c)")
    with pytest.raises(BuildError, match=r"IsInf \(2\): .*; Cast \(1\)|Cast \(1\): .*; IsInf \(2\)|IsInf \(2\)"):
        lower(plain, find_target(WEBGL))


def test_what_became_of_each_operator() -> None:
    body = "n = Neg (x) s = Softplus (n) e = Erf (n) y = Add (s, e)"
    result = attempt(model(13, LINE, body), find_target(WEBGL))
    assert result.problems == ()
    assert result.lowered_by == {"Softplus": ("SoftplusToReluAndLog",), "Erf": ("ErfToPolynomial",)}
    assert result.surviving == {"Neg", "Add"}


def test_a_node_of_several_rules_names_them_all() -> None:
    body = noise("s", "2", 2) + noise("b", "2", 2) + "y = InstanceNormalization (x, s, b)"
    result = attempt(model(9, "(float[1,2,4,5] x) => (float[1,2,4,5] y)", body), find_target(OLDEST))
    assert result.lowered_by == {"InstanceNormalization": ("InstanceNormToReductions", "ReduceOneAxisAtATime")}


@pytest.mark.parametrize(
    ("again", "said", "count"), [("x", "it is an input itself", 1), ("y", "it is listed 2 times", 2)]
)
def test_outputs_that_a_loader_does_not_take(again: str, said: str, count: int) -> None:
    source = model(13, f"(float[2,3] x) => (float[2,3] y, float[2,3] {again})", "y = Relu (x)")
    reason = f"{said}, and onnxjs loads no such file; give it an output of its own"
    assert problems(source, WEBGL) == [(f"output {again}", reason, count)]
    assert not any(name.startswith("output") for name, _, _ in problems(source, ORT))


@pytest.mark.parametrize(("sides", "open_side"), [("2,3", False), ("N,3", True), ("2,H", True), ("N,M", True)])
def test_old_targets_take_one_size(sides: str, open_side: bool) -> None:
    source = model(7, f"(float[{sides}] x) => (float[{sides}] y)", "y = Relu (x)")
    reason = f"its size is open, and {OLDEST} takes one fixed size; --size or --shape fixes it"
    assert problems(source, OLDEST) == ([("input x", reason, 1)] if open_side else [])
    assert problems(source, WEBGL) == []
    assert attempt(source, find_target(OLDEST), {"x": (2, 3)}).problems == ()


def test_an_open_weight_is_no_input() -> None:
    source = model(7, LINE, "y = Add (x, w)")
    weight = ir.Value(
        name="w",
        shape=ir.Shape(["K"]),
        type=ir.TensorType(ir.DataType.FLOAT),
        const_value=ir.tensor(np.ones(3, np.float32), name="w"),
    )
    source.graph.initializers.add(weight)
    source.graph.inputs.append(weight)
    source.graph[0].replace_input_with(1, weight)
    result = attempt(source, find_target(OLDEST))
    assert result.problems == ()


@pytest.mark.parametrize(("end", "what"), [("input", "input x"), ("output", "output y")])
def test_ends_of_which_not_even_the_axes_are_known(end: str, what: str) -> None:
    source = model(13, "(float[N] x, int64[R] s) => (y)", "y = Reshape (x, s)")
    if end == "input":
        source = model(13, "(x) => (y)", "y = Relu (x)")
        source.graph.inputs[0].type = ir.TensorType(ir.DataType.FLOAT)
    reason = "how many axes it has is not known; --shape fixes the inputs, from which outputs follow"
    assert (what, reason, 1) in problems(source, WEBGL)
    assert not any("how many axes" in said for _, said, _ in problems(source, ORT))


def test_what_a_planner_says_is_said_of_the_operator_of_the_source() -> None:
    def last(file: bytes) -> PlanRefusal:
        node = onnx.load_from_string(file).graph.node[-1]
        return PlanRefusal(f"{node.op_type} '{node.name}'", "it does not fit")

    def asked(ask: Callable[[bytes], PlanRefusal]) -> tuple[Problem, ...]:
        return attempt(model(13, LINE, "n = Neg (x) y = Relu (n)"), replace(find_target(ORT), ask=ask)).problems

    assert asked(last) == (Problem("Relu", "it does not fit", 1),)
    assert asked(lambda _: PlanRefusal("", "it does not fit")) == (Problem("the graph", "it does not fit", 1),)
    target = replace(find_target(ORT), ask=lambda _: None)
    assert attempt(model(13, LINE, "y = Relu (x)"), target).problems == ()


@pytest.mark.parametrize("both", [False, True])
def test_the_long_name_of_the_standard_domain(both: bool) -> None:
    more = ', "" : 13' if both else ""
    text = f'<ir_version: 8, opset_import: ["ai.onnx" : 13{more}]> g {LINE} {{ n = ai.onnx.Neg (x) y = Relu (n) }}'
    source = ir.from_proto(onnx.parser.parse_model(text))
    result = lower(source, find_target(ORT))
    assert result.model.graph.opset_imports == {"": 13}
    assert {node.domain for node in result.model.graph} == {""}


@pytest.mark.parametrize("name", [name for name, target in TARGETS.items() if target.ask is None])
def test_the_versions_that_a_target_reads(name: str) -> None:
    target = find_target(name)
    result = lower(model(12, LINE, "y = Relu (x)"), target)
    assert result.model.graph.opset_imports == {"": target.opset or 12}
    assert result.model.ir_version == target.ir_version


def test_short_names_and_weights_among_the_inputs() -> None:
    """The ONNX.js of old wants weights as inputs, and refuses two nodes of one name."""
    body = (
        floats("first", "3", 1, 2, 3)
        + floats("second", "3", 4, 5, 6)
        + "a = Add (x, first) b = Mul (a, second) y = Neg (b)"
    )
    result = lower(model(7, LINE, body), find_target(OLDEST))
    graph = result.model.graph
    assert find_target(OLDEST).initializers_as_inputs
    assert [node.name for node in graph] == ["n0", "n1", "n2"]
    assert [node.outputs[0].name for node in graph] == ["v0", "v1", "y"]
    assert [value.name for value in graph.inputs] == ["x", "w0", "w1"]
    assert list(graph.initializers) == ["w0", "w1"]
    assert [value.const_value.name for value in graph.initializers.values() if value.const_value] == ["w0", "w1"]
    proto = onnx.load_from_string(result.to_bytes())
    assert [tensor.name for tensor in proto.graph.initializer] == ["w0", "w1"]
    assert not proto.graph.value_info


def test_short_names_are_none_that_stay() -> None:
    body = floats("k", "3", 1, 2, 3) + "a = Neg (v0) b = Add (a, k) w0 = Relu (b) n = Neg (b) v1 = Relu (n)"
    source = model(7, "(float[2,3] v0) => (float[2,3] w0, float[2,3] v1)", body)
    graph = lower(source, find_target(OLDEST)).model.graph
    names = [value.name for node in graph for value in node.outputs]
    assert len({*names, *(value.name for value in graph.inputs)}) == len(names) + len(graph.inputs)
    assert [value.name for value in graph.outputs] == ["w0", "v1"]
    assert [value.name for value in graph.inputs] == ["v0", "w1"]


def test_weights_may_have_each_others_short_names() -> None:
    body = floats("w1", "3", 1, 2, 3) + floats("w0", "3", 4, 5, 6) + "a = Add (x, w1) b = Mul (a, w0) y = Neg (b)"
    graph = lower(model(7, LINE, body), find_target(OLDEST)).model.graph
    assert [value.name for value in graph.inputs] == ["x", *graph.initializers]
    assert len(graph.initializers) == 2
    assert [value.numpy().tolist() for value in map(_tensor, graph.initializers.values())] == [[1, 2, 3], [4, 5, 6]]


def _tensor(value: ir.Value) -> ir.TensorProtocol:
    assert value.const_value is not None
    return value.const_value


def test_a_graph_without_a_name_gets_one() -> None:
    source = model(13, LINE, "y = Relu (x)")
    assert lower(source, find_target(ORT)).model.graph.name == "g"
    source.graph.name = None
    assert lower(source, find_target(ORT)).model.graph.name == "graph"


def test_constants_that_rules_leave_behind_are_counted() -> None:
    result = lower(model(13, LINE, "y = Softplus (x)"), find_target(WEBGL))
    assert result.counts["lift-constants"] == 1
    assert "Constant" not in {node.op_type for node in result.model.graph}


def test_a_step_that_fails_says_so() -> None:
    def fail(_: ir.Model) -> Applied:
        try:
            raise ValueError("nothing fits")
        except ValueError as error:
            raise ir.passes.PassError("outer") from error

    target = find_target(ORT)
    broken = replace(target, stages=replace(target.stages, rules=(Step("odd", "", graph_pass=fail),)))
    with pytest.raises(BuildError, match=re.escape("the step odd cannot work on this graph: ValueError: nothing fits")):
        attempt(model(13, LINE, "y = Relu (x)"), broken)


@pytest.mark.parametrize("hopeless", [True, False])
def test_what_is_refused_anyway_is_said_before_tools_choke_on_it(hopeless: bool) -> None:
    def choke(_: ir.Model) -> Applied:
        raise ValueError("a tool of onnx")

    target = find_target(WEBGL)
    broken = replace(target, stages=replace(target.stages, prepare=(Step("odd", "", graph_pass=choke),)))
    body = "y = com.example.Magic (x)" if hopeless else "y = Relu (x)"
    text = f'<ir_version: 8, opset_import: ["" : 13, "com.example" : 1]> g {LINE} {{ {body} }}'
    source = ir.from_proto(onnx.parser.parse_model(text))
    if hopeless:
        (problem,) = attempt(source, broken).problems
        assert (problem.op_type, problem.count, "com.example" in problem.reason) == ("Magic", 1, True)
        return
    with pytest.raises(ValueError, match="a tool of onnx"):
        attempt(source, broken)


def test_a_call_of_the_models_own_function_is_no_foreign_operator() -> None:
    text = f"""<ir_version: 8, opset_import: ["" : 13, "own" : 1]> g {LINE} {{ y = own.twice (x) }}
    <domain: "own", opset_import: ["" : 13]> twice (a) => (b) {{ b = Add (a, a) }}"""
    source = ir.from_proto(onnx.parser.parse_model(text))
    result = lower(source, find_target(ORT))
    assert [node.op_type for node in result.model.graph] == ["Add"]
    assert result.counts["inline-functions"] == 1
