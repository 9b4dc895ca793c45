"""What cannot be lowered is refused with the true reason."""

import re

import onnx
import onnx_ir as ir
import pytest

from build.compiler.lowering import attempt
from build.compiler.targets.catalogue import find_target
from build.compiler.verify.cases.case import CPU, OLD_WEBGL, WEBGL

HEAD = '<ir_version: 8, opset_import: ["" : {opset}{more}]> g '
X = "(float[1,2,H,W] x) => (float[a,b,c,d] y) "


def _model(opset: int, body: str, signature: str = X, more: str = "") -> ir.Model:
    return ir.from_proto(onnx.parser.parse_model(HEAD.format(opset=opset, more=more) + signature + "{ " + body + " }"))


def _c(name: str, kind: str, values: str) -> str:
    return f"{name} = Constant <value = {kind} {{{values}}}> () "


SIDES = (
    "s = Shape (x) "
    + _c("i", "int64[1]", "2")
    + "h = Gather (s, i) f = Cast <to = 1> (h) m = ReduceMax <keepdims = 0> (f) y = Mul (x, m)"
)
CASES = [
    (WEBGL, 18, _c("p", "int64[8]", "0,0,1,1,0,0,1,1") + 'y = Pad <mode = "wrap"> (x, p)', "Pad", "mode wrap"),
    (WEBGL, 18, "s = Shape (x) p = Concat <axis = 0> (s, s) y = Pad (x, p)", "Pad", "computed while the model runs"),
    (
        WEBGL,
        18,
        _c("s", "float[4]", "1.0,1.0,2.0,2.0")
        + 'y = Resize <mode = "linear", coordinate_transformation_mode = "align_corners"> (x, , s)',
        "Resize",
        "linear with align_corners coordinates",
    ),
    (
        WEBGL,
        18,
        _c("s", "float[4]", "1.0,1.0,1.5,2.0") + 'y = Resize <mode = "nearest"> (x, , s)',
        "Resize",
        "not whole numbers",
    ),
    (
        WEBGL,
        18,
        _c("s", "float[4]", "1.0,1.0,0.5,0.5") + 'y = Resize <mode = "nearest"> (x, , s)',
        "Resize",
        "it shrinks",
    ),
    (
        WEBGL,
        18,
        _c("s", "float[4]", "1.0,1.0,3.0,3.0")
        + 'y = Resize <coordinate_transformation_mode = "asymmetric", nearest_mode = "ceil"> (x, , s)',
        "Resize",
        "rounded with ceil",
    ),
    (
        OLD_WEBGL,
        9,
        _c("s", "float[4]", "1.0,1.0,2.0,2.0") + 'y = Upsample <mode = "linear"> (x, s)',
        "Upsample",
        "cannot be made of copies",
    ),
    (
        WEBGL,
        13,
        _c("s", "int64[1]", "-1")
        + _c("e", "int64[1]", "-9000")
        + _c("a", "int64[1]", "2")
        + _c("t", "int64[1]", "-1")
        + "y = Slice (x, s, e, a, t)",
        "Slice",
        "side 2 of x is not known.*--size fixes it",
    ),
    (WEBGL, 13, "y = DepthToSpace <blocksize = 2> (x)", "DepthToSpace", "shape of x is not known"),
    (
        WEBGL,
        9,
        "m = ReduceMean <axes = [2, 3]> (x) t = Transpose <perm = [1, 0, 2, 3]> (m) y = Conv <group = 2> (x, t)",
        "Conv",
        "in groups, which ONNX.js' WebGL backend gets wrong",
    ),
    (
        CPU,
        11,
        'y = MaxPool <auto_pad = "SAME_UPPER", kernel_shape = [3, 3], strides = [2, 2]> (x)',
        "MaxPool",
        "auto_pad depends on the picture's size.*--size fixes it",
    ),
    (WEBGL, 9, _c("s", "float[4]", "1,1,1.5,2") + "y = Upsample (x, s)", "Upsample", "not whole numbers"),
    (
        WEBGL,
        9,
        _c("s", "float[4]", "1,2,2,2") + 'y = Upsample <mode = "linear"> (x, s)',
        "Upsample",
        "interpolates along other axes",
    ),
    (CPU, 7, "y = Upsample <scales = [1.0, 1.0, 2.5, 1.7]> (x)", "Upsample", "not whole numbers"),
    (
        WEBGL,
        9,
        "y = Slice <axes = [2], starts = [-5], ends = [100]> (x)",
        "Slice",
        "starts 5 before the end of a side that is not known.*--size fixes it",
    ),
    (WEBGL, 9, "y = Slice <axes = [1], starts = [1], ends = [1]> (x)", "Slice", "takes nothing along axis 1"),
    (WEBGL, 13, "i = Cast <to = 6> (x) y = Add (i, i)", "Add", "computes with int32"),
    (CPU, 13, "u = Cast <to = 2> (x) y = Transpose <perm = [0, 1, 3, 2]> (u)", "Transpose", "computes with uint8"),
    (CPU, 13, "l = Cast <to = 7> (x) y = Transpose <perm = [0, 1, 3, 2]> (l)", "Transpose", "computes with int64"),
    (
        WEBGL,
        11,
        _c("p", "int64[8]", "0,0,1,1,0,0,1,1") + _c("v", "float", "-inf") + "y = Pad (x, p, v)",
        "Pad",
        "its value is -inf",
    ),
    (OLD_WEBGL, 9, "m = ReduceMax <keepdims = 0> (x) y = Mul (x, m)", "ReduceMax", "it makes a single number"),
    (
        WEBGL,
        9,
        "m = ReduceMean <axes = [2, 3]> (x) t = Transpose <perm = [0, 1, 3, 2]> (m) y = Conv (x, t)",
        "Conv",
        "weights are computed while the model runs",
    ),
    (
        CPU,
        9,
        _c("k", "float[1,2,1,1]", "1.0,2.0") + "t = Concat <axis = 0> (x, x) y = Conv (t, k)",
        "Conv",
        "2 pictures at once",
    ),
    (WEBGL, 13, SIDES, "Gather", "sides that are known only while"),
    (WEBGL, 13, "i = Cast <to = 6> (x) y = Max (i, i)", "Max", "compares other numbers than float32"),
    (WEBGL, 13, _c("k", "float[2]", "1.0,-inf") + "y = Max (x, k)", "Max", "holds an infinity"),
    (
        WEBGL,
        14,
        "z = MaxPool <kernel_shape = [3, 3], strides = [3, 3], pads = [1, 1, 1, 1], ceil_mode = 1> (x) y = Relu (z)",
        "MaxPool",
        "side 2 of x is not known",
    ),
    (
        WEBGL,
        14,
        "z = AveragePool <kernel_shape = [3, 3], strides = [2, 2], pads = [1, 1, 1, 1], ceil_mode = 1,"
        " count_include_pad = 1> (x) y = Relu (z)",
        "AveragePool",
        "means count their padding",
    ),
    (WEBGL, 13, "i = ArgMax <axis = 1> (x) y = Gather (x, i)", "ArgMax", "only as the last thing"),
    (CPU, 13, _c("t", "float", "2.5") + "y = Pow (x, t)", "Pow", "exponent 2.5 is not a product"),
    (CPU, 13, "y = Pow (x, x)", "Pow", "not one constant number"),
    (
        WEBGL,
        13,
        _c("s", "int64[4]", "1,2,60000,60000") + "c = ConstantOfShape (s) y = Mul (x, c)",
        "ConstantOfShape",
        "more than an ONNX file holds",
    ),
    (
        WEBGL,
        13,
        "s = Shape (x) f = Cast <to = 1> (s) m = ReduceMax <keepdims = 0> (f) y = Mul (x, m)",
        "Shape",
        "known only while the model runs; --size",
    ),
    (WEBGL, 13, "b = IsNaN (x) y = Where (b, x, x)", "Where", "condition is computed while"),
    (WEBGL, 13, "b = IsInf (x) y = Cast <to = 1> (b)", "IsInf", "does not have it, and no rule replaces it"),
    (
        WEBGL,
        12,
        "y = MaxPool <kernel_shape = [2,2], strides = [3,3], ceil_mode = 1> (x)",
        "MaxPool",
        "ceil_mode=1 does",
    ),
    (CPU, 13, "t = Greater (x, x) y = Cast <to = 1> (t)", "Greater", "does not have it"),
    (
        WEBGL,
        13,
        "y = ConvTranspose <pads = [3, 3, 3, 3]> (x, w)",
        "ConvTranspose",
        "its weights are computed while the model runs",
    ),
]


@pytest.mark.parametrize(("target", "opset", "body", "operator", "reason"), CASES)
def test_the_reason_is_true(target: str, opset: int, body: str, operator: str, reason: str) -> None:
    signature = X if "w)" not in body else "(float[1,2,H,W] x, float[2,2,3,3] w) => (float[a,b,c,d] y) "
    # The old targets take one size only.
    sides = {"x": (1, 2, 6, 8)} if "0.1.5" in target else {}
    problems = attempt(_model(opset, body, signature), find_target(target), sides).problems
    reasons = {problem.op_type: problem.reason for problem in problems}
    assert re.search(reason, reasons[operator]), reasons[operator]


@pytest.mark.parametrize(
    ("body", "operator", "reason"),
    [
        ("y = com.example.Magic (x)", "Magic", "domain com.example"),
        (_c("s", "float", "0.1") + _c("z", "uint8", "0") + "q = QuantizeLinear (x, s, z)"
         " y = DequantizeLinear (q, s, z)",
         "QuantizeLinear", "quantized integers"),
        (_c("n", "int64", "3") + _c("t", "bool", "1")
         + "y = Loop (n, t, x) <body = b (int64 i, bool c, float[1,2,h,w] v) => (bool k, float[1,2,h,w] o)"
         "{ k = Identity (c) o = Relu (v) }>", "Loop", "branches or loops"),
    ],
)  # fmt: skip
def test_graphs_that_no_target_takes(body: str, operator: str, reason: str) -> None:
    model = _model(13, body, more=', "com.example" : 1' if "com.example" in body else "")
    ir_model = ir.from_proto(onnx.shape_inference.infer_shapes(ir.to_proto(model)))
    problems = {problem.op_type: problem.reason for problem in attempt(ir_model, find_target(WEBGL)).problems}
    assert reason in problems[operator]


STATE = "(float[T,1,2] x, float[1,4,2] w, float[1,4,1] r) => (float[a,b,c,d] y) "


@pytest.mark.parametrize(("signature", "attributes", "reason"), [
    (STATE, "", "how many steps it takes is not known.*--shape fixes it"),
    (STATE.replace("T,", "500,"), "", "takes 500 steps, and at most 128"),
    (STATE.replace("T,", "3,"), "", "weights are computed"),
    (STATE.replace("T,", "3,"), ", clip = 1.0", "clips what it computes"),
    (STATE.replace("T,", "3,"), ', activations = ["Relu", "Tanh", "Tanh"]', "usual"),
    (STATE.replace("T,", "3,"), ", activation_alpha = [0.5]", "activations have parameters"),
    (STATE.replace("T,", "3,"), ", layout = 1", "batch comes first"),
    (STATE.replace("T,", "3,"), ", input_forget = 1", "input and forget gates are one"),
    (STATE.replace("T,", "3,"), "peepholes", "has peepholes"),
    (STATE.replace("T,", "3,"), "state", "a part of its first state"),
])  # fmt: skip
def test_recurrent_operators_say_why_they_are_not_written_out(signature: str, attributes: str, reason: str) -> None:
    constants = _c("u", "float[1,4,2]", "1,2,3,4,5,6,7,8") + _c("v", "float[1,4,1]", "1,2,3,4")
    weights = "w, r" if "computed" in reason else "u, v"
    more = {"peepholes": ", , , , , p", "state": ", , , h"}.get(attributes, "")
    constants += _c("p", "float[1,3]", "1,2,3") + _c("h", "float[1,1,1]", "1")
    body = constants + f"y = LSTM <hidden_size = 1{'' if more else attributes}> (x, {weights}{more})"
    (problem,) = attempt(_model(14, body, signature), find_target(WEBGL)).problems
    assert re.search(reason, problem.reason), problem.reason
