"""ArgMax and ArgMin as the last thing: every attribute, against onnxruntime, and where they stay."""

import numpy as np
import onnx_ir as ir
import pytest

from build.compiler.lowering import lower
from build.compiler.passes.last_arg_max import last_arg_max
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.cases.case import WEBGL
from build.compiler.verify.session import start_session
from tests.support.rule_graphs import inferred, model, value_shapes


@pytest.mark.parametrize("op", ["ArgMax", "ArgMin"])
@pytest.mark.parametrize(
    ("given", "out"),
    [
        ("", "1,3,4"),
        ("axis = 1", "5,1,4"),
        ("axis = -1", "5,3,1"),
        ("axis = 1, keepdims = 0", "5,4"),
        ("keepdims = 1, select_last_index = 0", "1,3,4"),
        ("axis = 2, select_last_index = 1", "5,3,1"),
        ("keepdims = 0, select_last_index = 1", "3,4"),
    ],
)
def test_the_place_of_the_largest(op: str, given: str, out: str) -> None:
    source = model(13, f"(float[5,3,4] x) => (int64[{out}] y)", f"y = {op} {f'<{given}>' if given else ''} (x)")
    # Few different numbers, so that the largest is there more than once; and some that are almost equal.
    rng = np.random.default_rng(1)
    for x in (
        rng.integers(-2, 3, (5, 3, 4)).astype(np.float32),
        rng.uniform(-1e-30, 1e-30, (5, 3, 4)).astype(np.float32),
    ):
        (expected,) = start_session(ir.to_proto(source).SerializeToString()).run(None, {"x": x})
        (found,) = start_session(lower(source, find_target(WEBGL)).to_bytes()).run(None, {"x": x})
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == np.float32


MOVED = "i = ArgMax <axis = 1> (x) "


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (MOVED + "y = Cast <to = 1> (i)", 1),
        (MOVED + "l = Cast <to = 6> (i) y = Cast <to = 1> (l)", 1),
        (MOVED + "t = Transpose (i) y = Cast <to = 1> (t)", 1),
        (MOVED + "s = Squeeze (i) y = Identity (s)", 1),
        (MOVED + "y = Add (i, i)", 0),
        (MOVED + "y = Cast <to = 9> (i)", 0),
        (MOVED + "l = Cast <to = 6> (i) y = Add (l, l)", 0),
        (MOVED + "t = Transpose (i) y = Add (t, t)", 0),
        (MOVED + "y = Gather (x, i)", 0),
        ("l = Cast <to = 6> (x) y = ArgMax <axis = 1> (l)", 0),
    ],
)
def test_whole_numbers_that_are_shown_become_floats(body: str, count: int) -> None:
    source = inferred(body, "float[2,5] x")
    assert last_arg_max([])(source).count == count
    assert ("ArgMax" in {node.op_type for node in source.graph}) == (count == 0)


@pytest.mark.parametrize(("sides", "count"), [("float[2,5] x", 1), ("float[N,5] x", 1), ("float[2,N] x", 0)])
def test_the_side_must_be_known(sides: str, count: int) -> None:
    source = inferred("y = ArgMax <axis = 1> (x)", sides)
    assert last_arg_max([])(source).count == count
    unknown = inferred("k = Reshape (x, s) y = ArgMax (k)", "float[N] x, int64[R] s")
    assert last_arg_max([])(unknown).count == 0


@pytest.mark.parametrize(("body", "count"), [("y = ArgMax (x)", 0), ("i = ArgMax (x) y = Cast <to = 1> (i)", 1)])
def test_an_engine_that_has_it_keeps_it_where_nobody_reads_it(body: str, count: int) -> None:
    assert last_arg_max(["ArgMax"])(inferred(body, "float[2,5] x")).count == count


def test_a_foreign_operator_of_that_name_stays() -> None:
    source = inferred("y = ArgMax (x)", "float[2,5] x")
    source.graph[0].domain = "own"
    assert last_arg_max([])(source).modified is False


def test_later_rules_can_read_its_shapes_and_its_origin() -> None:
    source = inferred("y = ArgMax <axis = 1> (x)", "float[2,5,3] x")
    source.graph[0].metadata_props["note"] = "kept"
    last_arg_max([])(source)
    assert {node.metadata_props.get("note") for node in source.graph} == {"kept"}
    assert value_shapes(source, "Constant") == [[1], [1], [1], [5, 1], [1]]
    (output,) = source.graph.outputs
    assert (output.name, output.dtype, list(output.shape or ())) == ("y", ir.DataType.FLOAT, [2, 1, 3])
