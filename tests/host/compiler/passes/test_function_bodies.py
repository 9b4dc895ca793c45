"""Operators that are written out by ONNX's own definitions, and those that are not."""

import onnx_ir as ir
import pytest

from build.compiler.passes.function_bodies import expand_functions, schema_version
from build.compiler.verify.against_source import verify_against_source
from tests.support.rule_graphs import floats, inferred, ints, model

LINE = "float[3,4] x"


def left(source: ir.Model) -> list[str]:
    return [node.op_type for node in source.graph if node.op_type not in ("Constant", "CastLike")]


@pytest.mark.parametrize(
    ("opset", "op", "given", "kept", "expected"),
    [
        (14, "HardSwish", "", ["HardSigmoid"], ["HardSigmoid", "Mul"]),
        (18, "Mish", "", ["Softplus"], ["Softplus", "Tanh", "Mul"]),
        (13, "Relu", "", ["Relu"], ["Relu"]),
        (13, "Softsign", "", [], ["Abs", "Add", "Div"]),
        (13, "Tanh", "", [], ["Tanh"]),
    ],
)
def test_definitions_are_written_out_down_to_what_is_kept(
    opset: int, op: str, given: str, kept: list[str], expected: list[str]
) -> None:
    source = inferred(f"y = {op} {given} (x)", LINE, opset)
    result = expand_functions(kept)(source)
    assert left(source) == expected
    assert result.modified == (op not in expected)
    assert list(source.graph.opset_imports) == [""]
    assert not source.functions


@pytest.mark.parametrize("given", ["", "<alpha = 0.1, beta = 0.3>", "<alpha = 0.3>"])
@pytest.mark.parametrize("opset", [9, 14])
def test_a_definition_takes_the_attributes_or_their_defaults(given: str, opset: int) -> None:
    """Operators of old have definitions since opset 18 only, which mean the same."""
    source = model(opset, f"({LINE}) => (float[3,4] y)", f"y = HardSigmoid {given} (x)")
    written = inferred(f"y = HardSigmoid {given} (x)", LINE, opset)
    assert expand_functions(["Max", "Min", "Mul", "Add", "Clip"])(written).count >= 1
    assert "HardSigmoid" not in left(written)
    if opset == 14:  # at 9 the definition needs the rules that follow
        verify_against_source(source, ir.to_proto(written).SerializeToString(), {})


@pytest.mark.parametrize("op", ["Relu", "Neg"])
def test_what_has_no_definition_stays(op: str) -> None:
    source = inferred(f"y = {op} (x)", LINE, 7)
    assert expand_functions(["Max", "Relu"])(source).count == 0
    assert left(source) == [op]


def test_softmax_means_something_else_in_every_file() -> None:
    """A definition that is made of it is not taken: which axes it works on depends on the opset of the file."""
    source = inferred("y = LogSoftmax (x)", LINE, 13)
    assert expand_functions([])(source).count >= 1
    labels = floats("t", "", 0.0) + ints("l", 0, 1, 2) + "y = SoftmaxCrossEntropyLoss (x, l)"
    loss = inferred(labels, LINE, 13)
    expand_functions([])(loss)
    assert "SoftmaxCrossEntropyLoss" in left(loss)


def test_foreign_operators_of_the_same_name_stay() -> None:
    source = inferred("y = HardSwish (x)", LINE, 14)
    source.graph[0].domain = "own"
    assert expand_functions([])(source).count == 0


@pytest.mark.parametrize("bounds", ["l", ", l"])
def test_a_definition_by_types_needs_them(bounds: str) -> None:
    source = inferred(f"y = Clip (x, {bounds})", f"{LINE}, float l", 13)
    assert expand_functions(["Max", "Less", "Where"])(source).count == 1
    assert "Clip" not in left(source)
    untyped = inferred(f"y = Clip (x, {bounds})", f"{LINE}, float l", 13)
    untyped.graph.inputs[0].type = None
    assert expand_functions(["Max", "Less", "Where"])(untyped).count == 0
    assert left(untyped) == ["Clip"]


@pytest.mark.parametrize("given", ["<nonsense = 1>", "<alpha = 0.3, nonsense = 1>"])
def test_unknown_attributes_have_no_definition(given: str) -> None:
    source = model(14, f"({LINE}) => (float[3,4] y)", f"y = HardSigmoid {given} (x)")
    assert expand_functions([])(source).count == 0
    assert left(source) == ["HardSigmoid"]


def test_more_inputs_than_an_operator_has_have_no_definition() -> None:
    source = model(14, f"({LINE}) => (float[3,4] y)", "y = HardSwish (x, x)")
    assert expand_functions([])(source).count == 0


@pytest.mark.parametrize(
    ("op", "opset", "version"), [("Relu", 13, 13), ("Relu", 7, 6), ("Mish", 17, 0), ("Mish", 18, 18)]
)
def test_the_version_that_introduced_an_operator(op: str, opset: int, version: int) -> None:
    assert schema_version(op, opset) == version
