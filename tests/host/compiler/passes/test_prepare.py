"""What every lowering starts and ends with: sizes, folding, default attributes, open sides, clean-up."""

import logging
import warnings

import numpy as np
import onnx
import onnx_ir as ir
import pytest

from build.common.errors import BuildError
from build.compiler.passes.applied import Applied
from build.compiler.passes.cleanup import lift_constants, remove_unused, strip
from build.compiler.passes.default_attributes import drop_unknown_defaults, schema
from build.compiler.passes.open_sides import open_sides
from build.compiler.passes.prepare import (
    declared_opset,
    fix_size,
    fold,
    infer_shapes,
    initializers_from_inputs,
    inline_functions,
)
from build.compiler.passes.quiet import LOGGERS, quiet
from build.compiler.rules.reading import constant
from tests.support.rule_graphs import floats, inferred, ints, model, noise


def sides_of(value: ir.Value) -> list[object] | None:
    return None if value.shape is None else [side if isinstance(side, int) else side.value for side in value.shape]


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ("[1,C,H,W]", (None, 3, 5, None), [1, 3, 5, "W"]),
        ("[1,C,H,W]", (2, 3), [2, 3]),
        ("[1,2]", (7, None), [7, 2]),
        ("[N]", (None, 4), [None, 4]),
    ],
)
def test_sides_are_fixed_by_name(declared: str, given: tuple[int | None, ...], expected: list[object]) -> None:
    source = model(13, f"(float{declared} x, float{declared} z) => (float{declared} y)", "n = Neg (x) y = Relu (n)")
    source.graph[0].outputs[0].shape = ir.Shape([9])
    before = sides_of(source.graph.inputs[1])
    fix_size(source, {"x": given, "other": (1,)})
    assert sides_of(source.graph.inputs[0]) == expected
    assert sides_of(source.graph.inputs[1]) == before
    assert source.graph[0].outputs[0].shape is None
    rank = declared.count(",") + 1
    assert sides_of(source.graph.outputs[0]) == ([None] * rank if rank == len(given) else None)


def test_sides_of_an_input_without_a_shape() -> None:
    source = model(13, "(float[N] x) => (float[2,3] y)", "y = Relu (x)")
    source.graph.inputs[0].shape = None
    fix_size(source, {"x": (2, 3)})
    assert sides_of(source.graph.inputs[0]) == [2, 3]
    assert sides_of(source.graph.outputs[0]) == [None, None]


def test_no_sides_change_nothing() -> None:
    source = model(13, "(float[N,2] x) => (float[N,2] y)", "y = Relu (x)")
    fix_size(source, {})
    assert sides_of(source.graph.outputs[0]) == ["N", 2]


def test_folding_takes_turns_with_shapes() -> None:
    numbers = ints("i", 1) + ints("two", 2) + ints("m", -1)
    body = numbers + (
        "s = Shape (x) w = Gather (s, i) h = Div (w, two) t = Concat <axis = 0> (h, m) r = Reshape (x, t)"
        " q = Shape (r) f = Cast <to = 1> (q) n = Neg (f) y = Mul (n, k)"
    )
    source = inferred(body, "float[3,8] x, float[2] k")
    before = len(source.graph)
    result = fold(source)
    (node,) = source.graph
    assert (node.op_type, result.modified, result.count) == ("Mul", True, before - 1)
    folded = constant(node.inputs[0])
    assert folded is not None
    assert folded.tolist() == [-4, -6]
    assert fold(source) == Applied(False, 0)


def test_what_takes_a_nodes_place_keeps_its_notes() -> None:
    """Folding makes a Cast of a CastLike."""
    source = inferred("c = CastLike (x, k) n = Neg (c) y = Relu (n)", "int32[3,8] x, float k", 15)
    for node in source.graph:
        node.metadata_props["note"] = node.op_type
    fold(source)
    assert [node.op_type for node in source.graph] == ["Cast", "Neg", "Relu"]
    assert [node.metadata_props["note"] for node in source.graph] == ["CastLike", "Neg", "Relu"]


def test_folded_lists_are_tensors() -> None:
    source = inferred("k = Constant <value_ints = [3, 4]> () y = Reshape (x, k)", "float[12] x")
    fold(source)
    node = source.graph[0]
    assert set(node.attributes) == {"value"}
    tensor = node.attributes["value"].as_tensor()
    assert (tensor.dtype, tensor.numpy().tolist()) == (ir.DataType.INT64, [3, 4])


def test_weights_are_no_inputs_and_calls_are_written_out() -> None:
    text = """<ir_version: 3, opset_import: ["" : 13]> g (float[2] x, float[2] w) => (float[2] y)
        <float[2] w = {1, 2}> { y = Add (x, w) }"""
    source = ir.from_proto(onnx.parser.parse_model(text))
    assert initializers_from_inputs(source).count == 1
    assert [value.name for value in source.graph.inputs] == ["x"]
    assert initializers_from_inputs(source).modified is False
    assert inline_functions(source) == Applied(False, 0)
    assert infer_shapes(model(13, "(float[2] x) => (y)", "y = Relu (x)")).modified


@pytest.mark.parametrize(("imports", "opset"), [({"": 11}, 11), ({"own": 1}, onnx.defs.onnx_opset_version())])
def test_the_declared_opset(imports: dict[str, int], opset: int) -> None:
    source = model(13, "(float[2] x) => (float[2] y)", "y = Relu (x)")
    source.graph.opset_imports.clear()
    source.graph.opset_imports.update(imports)
    assert declared_opset(source) == opset


@pytest.mark.parametrize(
    ("opset", "op", "given", "old", "dropped"),
    [
        (14, "Reshape", "<allowzero = 0>", 7, 1),
        (14, "Reshape", "<allowzero = 1>", 7, 0),
        (14, "Reshape", "<allowzero = 0>", 14, 0),
        (12, "MaxPool", "<kernel_shape = [2, 2], dilations = [1, 1], ceil_mode = 0>", 7, 2),
        (12, "MaxPool", "<kernel_shape = [2, 2], dilations = [1, 2], ceil_mode = 1>", 7, 0),
        (12, "MaxPool", "<kernel_shape = [1, 1], strides = [1, 1]>", 7, 0),
        (11, "DepthToSpace", '<blocksize = 2, mode = "DCR">', 7, 1),
        (11, "DepthToSpace", '<blocksize = 2, mode = "CRD">', 7, 0),
        (9, "Relu", "<nonsense = 1>", 7, 0),
        (14, "HardSwish", "", 7, 0),
    ],
)
def test_attributes_that_have_their_default_go(opset: int, op: str, given: str, old: int, dropped: int) -> None:
    source = model(
        opset, "(float[1,4,4,4] x, int64[4] s) => (y)", f"y = {op} {given} (x{', s' if op == 'Reshape' else ''})"
    )
    before = set(source.graph[0].attributes)
    assert drop_unknown_defaults(old)(source).count == dropped
    assert len(before - set(source.graph[0].attributes)) == dropped


def test_attributes_of_foreign_operators_stay() -> None:
    source = model(14, "(float[4] x, int64[1] s) => (y)", "y = Reshape <allowzero = 0> (x, s)")
    source.graph[0].domain = "own"
    assert drop_unknown_defaults(7)(source).count == 0
    assert schema("Mish", 17) is None
    assert schema("Mish", 18) is not None


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ((1, 3, 8, 9), [1, 3, "height", "width"]),
        ((2, 1, 8, 9), [2, 1, "height", "width"]),
        ((1, 4, 8, 9), [1, 4, "height", "width"]),
        ((1, 8, 9, 3), [1, "height", "width", 3]),
    ],
)
def test_pictures_of_any_size(sides: tuple[int, ...], expected: list[object]) -> None:
    declared = ",".join(map(str, sides))
    source = model(13, f"(float[{declared}] x, float[5] z) => (float[{declared}] y)", "n = Neg (x) y = Relu (n)")
    source.graph[0].outputs[0].shape = ir.Shape(sides)
    assert open_sides(source) == 1
    assert sides_of(source.graph.inputs[0]) == expected
    assert sides_of(source.graph.inputs[1]) == [5]
    assert source.graph[0].outputs[0].shape is None
    assert sides_of(source.graph.outputs[0]) == [None] * 4


@pytest.mark.parametrize("sides", ["1,3,1,9", "1,3,9,1", "1,3,9", "1,3,2,8,9", "1,2,8,9"])
def test_what_is_no_picture_stays_as_it_is(sides: str) -> None:
    source = model(13, f"(float[{sides}] x) => (float[{sides}] y)", "y = Relu (x)")
    with pytest.raises(BuildError, match="--open-size opens inputs of shape"):
        open_sides(source)
    source.graph.inputs[0].shape = None
    with pytest.raises(BuildError, match="this model has none"):
        open_sides(source)


def test_constants_are_lifted_and_equal_ones_become_one() -> None:
    body = (
        floats("a", "2", 1, 2)
        + floats("b", "2", 1, 2)
        + floats("c", "2", 3, 4)
        + "d = Add (x, a) e = Add (d, b) y = Add (e, c)"
    )
    source = inferred(body, "float[2] x")
    assert lift_constants(source) == Applied(True, 3)
    assert len(source.graph.initializers) == 2
    assert lift_constants(source) == Applied(False, 0)


def test_what_no_output_depends_on_goes() -> None:
    source = inferred(noise("k", "2", 2) + ints("l", 1) + "a = Neg (x) b = Add (a, k) y = Relu (x)", "float[2] x")
    source.graph.opset_imports["own"] = 1
    assert remove_unused(source) == Applied(True, 4)
    assert list(source.graph.opset_imports) == [""]
    assert remove_unused(source) == Applied(False, 0)
    source.graph.opset_imports["own"] = 1
    assert remove_unused(source) == Applied(True, 0)


def test_notes_are_stripped() -> None:
    source = inferred("n = Neg (x) y = Relu (n)", "float[2] x")
    node = source.graph[0]
    node.metadata_props["path"], node.doc_string = "/home/somebody", "a text"
    node.outputs[0].metadata_props["path"] = "/home/somebody"
    for value in (*source.graph.inputs, *source.graph.outputs):
        value.metadata_props["path"], value.doc_string = "/home/somebody", "a text"
    source.producer_name, source.producer_version, source.domain, source.doc_string = "pytorch", "2", "d", "t"
    assert strip(source).modified
    data = ir.to_proto(source).SerializeToString()
    assert b"somebody" not in data
    assert b"a text" not in data
    proto = ir.to_proto(source)
    told = [proto.producer_name, proto.producer_version, proto.domain, proto.doc_string]
    assert told == ["python -m build", "", "", ""]
    assert node.outputs[0].shape is None
    assert node.outputs[0].type is None
    assert sides_of(source.graph.outputs[0]) == [2]
    assert strip(source).modified is False
    node.outputs[0].shape = ir.Shape([2])
    assert strip(source).modified
    node.outputs[0].type = ir.TensorType(ir.DataType.FLOAT)
    assert strip(source).modified
    node.doc_string = "a text"
    assert strip(source).modified


@pytest.mark.parametrize(("count", "modified"), [(0, False), (1, True), (2, True)])
def test_so_many_replacements_modify_the_graph(count: int, modified: bool) -> None:
    assert Applied.times(count) == Applied(modified, count)
    assert Applied(True).count == 0


def test_libraries_are_quiet_for_a_while() -> None:
    logger = logging.getLogger(LOGGERS[0])

    def fail_aloud() -> None:
        with quiet():
            assert not logger.isEnabledFor(logging.ERROR)
            assert np.isinf(np.float32(1) / np.float32(0))
            warnings.warn("said", stacklevel=1)
            raise RuntimeError

    logger.setLevel(logging.INFO)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            with pytest.raises(RuntimeError):
                fail_aloud()
        assert not caught
        assert logger.level == logging.INFO
    finally:
        logger.setLevel(logging.NOTSET)
