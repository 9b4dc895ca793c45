"""One small graph for each rule: what it must replace, how often, on which target.

The host's tests lower each and compare it with its source in onnxruntime; `python -m build verify` runs the lowered
graphs in a real browser. Inputs are seeded noise in -1..1.
"""

from dataclasses import dataclass

import onnx
import onnx_ir as ir

WEBGL, CPU = "onnxjs-0.1.8:webgl", "onnxjs-0.1.8:cpu"
WEBGPU = "onnxruntime-web-1.30:webgpu"
OLD_WEBGL, OLD_CPU, OLDEST = "onnxjs-0.1.5:webgl", "onnxjs-0.1.5:cpu", "onnxjs-0.1.3:webgl"


@dataclass(frozen=True)
class Case:
    """`graph` is ONNX's textual syntax; `step` must change something `count` times when lowering for `target`."""

    name: str
    target: str
    step: str
    count: int
    graph: str

    def model(self) -> ir.Model:
        """The source graph."""
        return ir.from_proto(onnx.parser.parse_model(self.graph))


def _graph(opset: int, inputs: str, outputs: str, body: str) -> str:
    return f'<ir_version: 8, opset_import: ["" : {opset}]> g ({inputs}) => ({outputs}) {{ {body} }}'


def _unary(opset: int, shape: str, out: str, body: str) -> str:
    return _graph(opset, f"float[{shape}] x", f"float[{out}] y", body)


_KERNEL = "w = Constant <value = float[2,3,1,1] {0.5, -1.0, 0.25, 1.5, -0.5, 0.75}> ()"


def _floats(count: int) -> str:
    """Numbers from -0.9 to 0.9 that do not repeat with the sides of a kernel."""
    return ",".join(f"{k % 19 / 10 - 0.9:.1f}" for k in range(count))


_LARGE_KERNEL = f"w = Constant <value = float[2,9,7,7] {{{_floats(882)}}}> ()"

_STATISTICS = " ".join(
    f"{name} = Constant <value = float[3] {numbers}> ()"
    for name, numbers in zip("sbmv", ("{1,2,-3}", "{0.5,0,1}", "{0.1,-0.2,0.3}", "{1.5,0.7,0.3}"), strict=True)
)

CASES: tuple[Case, ...] = (
    Case(
        "zero pad before Conv",
        WEBGL,
        "zero-pad-into-conv",
        1,
        _unary(
            18,
            "1,3,5,6",
            "1,2,8,9",
            f"p = Constant <value = int64[8] {{0,0,1,2,0,0,2,1}}> () q = Pad (x, p) {_KERNEL} y = Conv (q, w)",
        ),
    ),
    Case(
        "reflect Pad with inputs",
        WEBGL,
        "pad-to-attributes",
        1,
        _unary(
            18,
            "1,2,5,6",
            "1,2,8,10",
            'p = Constant <value = int64[8] {0,0,1,2,0,0,2,2}> () y = Pad <mode = "reflect"> (x, p)',
        ),
    ),
    Case(
        "constant Pad on some axes",
        WEBGL,
        "pad-to-attributes",
        1,
        _unary(
            18,
            "1,2,5,6",
            "1,2,6,9",
            "p = Constant <value = int64[4] {1,1,0,2}> () v = Constant <value = float {0.5}> ()"
            " a = Constant <value = int64[2] {2,-1}> () y = Pad (x, p, v, a)",
        ),
    ),
    Case(
        "reflect Pad of one picture with odd sides",
        WEBGL,
        "reflect-pad-without-ones",
        1,
        _unary(
            18,
            "1,3,5,7",
            "1,3,8,10",
            'p = Constant <value = int64[8] {0,0,1,2,0,0,2,1}> () y = Pad <mode = "reflect"> (x, p)',
        ),
    ),
    Case(
        "reflect Pad of one grey picture with odd sides",
        WEBGL,
        "reflect-pad-without-ones",
        1,
        _unary(
            18,
            "1,1,5,7",
            "1,1,8,10",
            'p = Constant <value = int64[8] {0,0,1,2,0,0,2,1}> () y = Pad <mode = "reflect"> (x, p)',
        ),
    ),
    Case(
        "reflect Pad without Pad",
        OLD_CPU,
        "pad-to-slices",
        1,
        _unary(
            11,
            "1,2,5,6",
            "1,2,8,9",
            'p = Constant <value = int64[8] {0,0,2,1,0,0,1,2}> () y = Pad <mode = "reflect"> (x, p)',
        ),
    ),
    Case(
        "edge Pad without Pad",
        OLD_CPU,
        "pad-to-slices",
        1,
        _unary(
            11,
            "1,2,5,6",
            "1,2,8,9",
            'p = Constant <value = int64[8] {0,0,2,1,0,0,1,2}> () y = Pad <mode = "edge"> (x, p)',
        ),
    ),
    Case(
        "constant Pad without Pad",
        OLD_CPU,
        "pad-to-slices",
        1,
        _unary(
            11,
            "1,2,5,6",
            "1,2,8,9",
            "p = Constant <value = int64[8] {0,0,2,1,0,0,1,2}> ()"
            " v = Constant <value = float {-2.0}> () y = Pad (x, p, v)",
        ),
    ),
    Case(
        "Resize to Upsample",
        WEBGL,
        "resize-to-upsample",
        1,
        _unary(
            18,
            "1,2,5,6",
            "1,2,10,12",
            "s = Constant <value = float[4] {1.0,1.0,2.0,2.0}> ()"
            ' y = Resize <mode = "nearest", coordinate_transformation_mode = "asymmetric", nearest_mode = "floor">'
            " (x, , s)",
        ),
    ),
    Case(
        "linear Resize",
        WEBGL,
        "resize-to-upsample",
        1,
        _unary(
            13,
            "1,2,4,5",
            "1,2,8,15",
            's = Constant <value = float[4] {1.0,1.0,2.0,3.0}> () y = Resize <mode = "linear"> (x, , s)',
        ),
    ),
    Case(
        "Resize with half pixels and sizes",
        WEBGL,
        "upsample-to-attribute",
        1,
        _unary(
            13,
            "1,2,5,6",
            "1,2,15,18",
            's = Constant <value = int64[4] {1,2,15,18}> () y = Resize <mode = "nearest"> (x, , , s)',
        ),
    ),
    Case(
        "linear Upsample",
        WEBGL,
        "upsample-to-attribute",
        1,
        _unary(
            9,
            "1,2,5,6",
            "1,2,10,12",
            's = Constant <value = float[4] {1.0,1.0,2.0,2.0}> () y = Upsample <mode = "linear"> (x, s)',
        ),
    ),
    Case(
        "Upsample without Upsample",
        OLD_WEBGL,
        "upsample-to-concat",
        1,
        _unary(
            9,
            "1,2,5,6",
            "1,2,15,12",
            's = Constant <value = float[4] {1.0,1.0,3.0,2.0}> () y = Upsample <mode = "nearest"> (x, s)',
        ),
    ),
    Case(
        "InstanceNormalization",
        OLD_WEBGL,
        "to-reductions",
        1,
        _unary(
            9,
            "1,3,5,6",
            "1,3,5,6",
            "s = Constant <value = float[3] {1.5,-0.5,2.0}> () b = Constant <value = float[3] {0.1,0.2,-0.3}> ()"
            " y = InstanceNormalization <epsilon = 0.001> (x, s, b)",
        ),
    ),
    Case(
        "LayerNormalization",
        WEBGL,
        "to-reductions",
        1,
        _unary(
            17,
            "2,5,4",
            "2,5,4",
            "s = Constant <value = float[4] {1.5,-0.5,2.0,1.0}> ()"
            " b = Constant <value = float[4] {0.1,0.2,-0.3,0.0}> ()"
            " y = LayerNormalization (x, s, b)",
        ),
    ),
    Case("LogSoftmax", WEBGL, "to-reductions", 1, _unary(13, "2,5,4", "2,5,4", "y = LogSoftmax <axis = 1> (x)")),
    Case(
        "axes of a reduction as input",
        WEBGL,
        "attributes",
        1,
        _unary(18, "2,3,4,5", "2,3,4,1", "a = Constant <value = int64[1] {-1}> () y = ReduceMean (x, a)"),
    ),
    Case(
        "reduction over several axes",
        WEBGL,
        "one-axis",
        1,
        _unary(9, "2,3,4,5", "2,3", "y = ReduceMean <axes = [2, 3], keepdims = 0> (x)"),
    ),
    Case(
        "sum of squares over several axes",
        WEBGL,
        "one-axis",
        1,
        _unary(9, "2,3,4,5", "2,1,1,5", "y = ReduceSumSquare <axes = [1, 2]> (x)"),
    ),
    Case(
        "Squeeze and Unsqueeze",
        WEBGL,
        "attributes",
        2,
        _unary(
            13,
            "1,3,4",
            "3,4,1",
            "a = Constant <value = int64[1] {0}> () z = Squeeze (x, a)"
            " b = Constant <value = int64[1] {-1}> () y = Unsqueeze (z, b)",
        ),
    ),
    Case(
        "Clip with inputs",
        WEBGL,
        "attributes",
        1,
        _unary(
            13,
            "3,4",
            "3,4",
            "a = Constant <value = float {-0.25}> () b = Constant <value = float {0.5}> () y = Clip (x, a, b)",
        ),
    ),
    Case(
        "Clip without Clip",
        OLDEST,
        "missing-operators",
        1,
        _unary(6, "3,4", "3,4", "y = Clip <min = -0.25, max = 0.5> (x)"),
    ),
    Case(
        "Slice with inputs",
        WEBGL,
        "attributes",
        1,
        _unary(
            13,
            "1,3,6,7",
            "1,3,4,5",
            "s = Constant <value = int64[2] {1,-5}> () e = Constant <value = int64[2] {-1,9223372036854775807}> ()"
            " a = Constant <value = int64[2] {2,-1}> () y = Slice (x, s, e, a)",
        ),
    ),
    Case(
        "Split with inputs",
        WEBGL,
        "attributes",
        1,
        _graph(
            13,
            "float[2,6] x",
            "float[2,2] y, float[2,4] z",
            "s = Constant <value = int64[2] {2,4}> () y, z = Split <axis = 1> (x, s)",
        ),
    ),
    Case(
        "Split without Split",
        CPU,
        "missing-operators",
        1,
        _graph(18, "float[2,5] x", "float[2,3] y, float[2,2] z", "y, z = Split <axis = -1, num_outputs = 2> (x)"),
    ),
    Case(
        "Gemm without bias",
        WEBGL,
        "attributes",
        1,
        _unary(
            13,
            "2,3",
            "2,2",
            "w = Constant <value = float[2,3] {1.0,-2.0,0.5,0.25,1.5,-1.0}> () y = Gemm <transB = 1> (x, w)",
        ),
    ),
    Case(
        "Gemm with a single number as bias",
        WEBGL,
        "attributes",
        1,
        _unary(
            13,
            "2,3",
            "2,2",
            "w = Constant <value = float[3,2] {1.0,-2.0,0.5,0.25,1.5,-1.0}> ()"
            " c = Constant <value = float {0.75}> () y = Gemm (x, w, c)",
        ),
    ),
    Case(
        "Reshape with allowzero",
        WEBGL,
        "attributes",
        1,
        _unary(18, "2,6", "2,3,2", "s = Constant <value = int64[3] {2,3,-1}> () y = Reshape <allowzero = 1> (x, s)"),
    ),
    Case("Softmax on an inner axis", WEBGL, "softmax", 1, _unary(13, "2,5,4", "2,5,4", "y = Softmax <axis = 1> (x)")),
    Case("Dropout", WEBGL, "drop", 1, _unary(9, "3,4", "3,4", "z = Relu (x) d = Dropout (z) y = Neg (d)")),
    Case("Cast to the same type", WEBGL, "fold", 1, _unary(13, "3,4", "3,4", "c = Cast <to = 1> (x) y = Neg (c)")),
    Case(
        "Max and Min with a number",
        WEBGL,
        "missing-operators",
        2,
        _unary(
            13,
            "3,4",
            "3,4",
            "a = Constant <value = float {-0.25}> () b = Constant <value = float {0.5}> ()"
            " m = Max (x, a) y = Min (m, b)",
        ),
    ),
    Case(
        "Sum and Mean that broadcast",
        WEBGL,
        "missing-operators",
        2,
        _graph(13, "float[3,4] x, float[4] b", "float[3,4] y", "s = Sum (x, b, x) y = Mean (s, b)"),
    ),
    Case(
        "Expand",
        WEBGL,
        "missing-operators",
        1,
        _unary(13, "3,1", "2,3,4", "s = Constant <value = int64[3] {2,3,4}> () y = Expand (x, s)"),
    ),
    Case(
        "DepthToSpace",
        WEBGL,
        "missing-operators",
        1,
        _unary(13, "1,8,2,3", "1,2,4,6", "y = DepthToSpace <blocksize = 2> (x)"),
    ),
    Case(
        "pixel shuffle",
        WEBGL,
        "missing-operators",
        1,
        _unary(13, "1,8,2,3", "1,2,4,6", 'y = DepthToSpace <blocksize = 2, mode = "CRD"> (x)'),
    ),
    Case(
        "SpaceToDepth",
        WEBGL,
        "missing-operators",
        1,
        _unary(13, "1,2,4,6", "1,8,2,3", "y = SpaceToDepth <blocksize = 2> (x)"),
    ),
    Case("Erf", WEBGL, "missing-operators", 1, _unary(13, "3,4", "3,4", "y = Erf (x)")),
    Case(
        "ConvTranspose",
        WEBGL,
        "missing-operators",
        1,
        _unary(
            11,
            "1,2,4,5",
            "1,1,8,10",
            "w = Constant <value = float[2,1,3,3] {1.0,2.0,-1.0,0.5,0.0,1.5,-0.5,1.0,0.25,"
            "0.1,-0.2,0.3,0.4,0.5,-0.6,0.7,0.8,-0.9}> ()"
            " y = ConvTranspose <strides = [2, 2], pads = [1, 1, 1, 1], output_padding = [1, 1]> (x, w)",
        ),
    ),
    Case(
        "ConvTranspose that crops",
        WEBGL,
        "missing-operators",
        1,
        _unary(
            11,
            "1,1,4,5",
            "1,1,6,8",
            "w = Constant <value = float[1,1,2,2] {1.0,2.0,-1.0,0.5}> ()"
            " y = ConvTranspose <strides = [2, 2], pads = [1, 1, 1, 1]> (x, w)",
        ),
    ),
    Case("LRN", WEBGL, "missing-operators", 1, _unary(9, "1,5,2,3", "1,5,2,3", "y = LRN <size = 3, alpha = 0.5> (x)")),
    Case("Reciprocal", WEBGL, "missing-operators", 1, _unary(9, "3,4", "3,4", "e = Exp (x) y = Reciprocal (e)")),
    Case(
        "square",
        WEBGL,
        "pow-to-products",
        1,
        _unary(9, "3,4", "3,1", "t = Constant <value = float {2.0}> () p = Pow (x, t) y = ReduceMean <axes = [1]> (p)"),
    ),
    Case(
        "large kernel",
        WEBGL,
        "large-conv-to-lines",
        1,
        _unary(
            9,
            "1,9,12,16",
            "1,2,5,6",
            f"{_LARGE_KERNEL} b = Constant <value = float[2] {{3.0, -2.0}}> ()"
            " y = Conv <pads = [2, 1, 2, 1], strides = [2, 1], dilations = [1, 2]> (x, w, b)",
        ),
    ),
    Case(
        "Conv in groups",
        WEBGL,
        "grouped-conv-to-dense",
        1,
        _unary(
            9,
            "1,4,5,6",
            "1,6,4,5",
            f"w = Constant <value = float[6,2,2,2] {{{_floats(48)}}}> () y = Conv <group = 2> (x, w)",
        ),
    ),
    Case(
        "ConvTranspose in groups",
        WEBGL,
        "grouped-conv-to-dense",
        1,
        _unary(
            9,
            "1,4,5,6",
            "1,6,10,12",
            f"w = Constant <value = float[4,3,2,2] {{{_floats(48)}}}> ()"
            " y = ConvTranspose <group = 2, strides = [2, 2]> (x, w)",
        ),
    ),
    Case("HardSwish", WEBGL, "function-bodies", 2, _unary(14, "3,4", "3,4", "y = HardSwish (x)")),
    Case("Mish", WEBGL, "function-bodies", 1, _unary(18, "3,4", "3,4", "y = Mish (x)")),
    Case("HardSigmoid of opset 6", WEBGL, "function-bodies", 1, _unary(9, "3,4", "3,4", "y = HardSigmoid (x)")),
    Case(
        "ReduceL2",
        WEBGL,
        "to-reductions",
        1,
        _unary(18, "3,4", "3,1", "a = Constant <value = int64[1] {1}> () y = ReduceL2 (x, a)"),
    ),
    Case(
        "ConstantOfShape as weights",
        WEBGL,
        "constant-of-shape",
        1,
        _unary(
            9,
            "3,4",
            "3,4",
            "s = Constant <value = int64[1] {4}> () w = ConstantOfShape <value = float[1] {0.5}> (s) y = Mul (x, w)",
        ),
    ),
    Case(
        "shape arithmetic",
        WEBGL,
        "fold",
        5,
        _unary(
            13,
            "2,3,4",
            "2,12",
            "s = Shape (x) i = Constant <value = int64[1] {0}> () n = Gather (s, i)"
            " m = Constant <value = int64[1] {-1}> ()"
            " t = Concat <axis = 0> (n, m) y = Reshape (x, t)",
        ),
    ),
    Case("one value twice", OLDEST, "distinct-inputs", 1, _unary(7, "3,4", "3,4", "r = Relu (x) y = Mul (r, r)")),
    Case(
        "attributes with their default",
        WEBGL,
        "default-attributes",
        1,
        _unary(14, "2,6", "3,4", "s = Constant <value = int64[2] {3,4}> () y = Reshape <allowzero = 0> (x, s)"),
    ),
    *(
        Case(
            f"depthwise Conv on {target.removeprefix('onnxjs-')}",
            target,
            "grouped-conv-to-dense",
            1,
            _unary(
                9,
                "1,3,7,6",
                "1,3,4,3",
                f"w = Constant <value = float[3,1,3,3] {{{_floats(27)}}}> ()"
                " y = Conv <group = 3, pads = [1, 1, 1, 1], strides = [2, 2]> (x, w)",
            ),
        )
        for target in (OLD_WEBGL, OLD_CPU, OLDEST)
    ),
    Case(
        "linear Resize without Upsample",
        OLD_CPU,
        "grouped-conv-to-dense",
        1,
        _unary(
            13,
            "1,2,4,5",
            "1,2,8,15",
            's = Constant <value = float[4] {1.0,1.0,2.0,3.0}> () y = Resize <mode = "linear"> (x, , s)',
        ),
    ),
    Case(
        "auto_pad of a Conv, sides known",
        WEBGL,
        "attributes",
        1,
        _unary(
            13,
            "1,3,6,7",
            "1,2,3,4",
            f"w = Constant <value = float[2,3,3,3] {{{_floats(54)}}}> ()"
            ' y = Conv <auto_pad = "SAME_UPPER", strides = [2, 2]> (x, w)',
        ),
    ),
    Case(
        "auto_pad of pools, sides known",
        WEBGL,
        "attributes",
        2,
        _graph(
            9,
            "float[1,3,6,8] x",
            "float[1,3,3,4] y, float[1,3,3,4] z",
            'y = AveragePool <auto_pad = "SAME_LOWER", kernel_shape = [3, 3], strides = [2, 2]> (x)'
            ' z = MaxPool <auto_pad = "SAME_UPPER", kernel_shape = [3, 3], strides = [2, 2]> (x)',
        ),
    ),
    Case(
        "auto_pad of stride 1, sides open",
        WEBGL,
        "attributes",
        2,
        _unary(
            13,
            "1,3,H,W",
            "1,2,H,W",
            f"w = Constant <value = float[2,3,4,3] {{{_floats(72)}}}> ()"
            ' c = Conv <auto_pad = "SAME_LOWER"> (x, w)'
            ' y = MaxPool <auto_pad = "SAME_UPPER", kernel_shape = [2, 2]> (c)',
        ),
    ),
    Case(
        "auto_pad of a Conv on 0.1.3",
        OLDEST,
        "attributes",
        1,
        _unary(
            9,
            "1,3,6,7",
            "1,2,3,4",
            f"w = Constant <value = float[2,3,3,3] {{{_floats(54)}}}> ()"
            ' y = Conv <auto_pad = "SAME_UPPER", strides = [2, 2]> (x, w)',
        ),
    ),
    *(
        Case(
            f"Softplus of large numbers on {target.removeprefix('onnxjs-')}",
            target,
            "missing-operators",
            1,
            _unary(9, "3,4", "3,4", "k = Constant <value = float {200.0}> () s = Mul (x, k) y = Softplus (s)"),
        )
        for target in (WEBGL, OLDEST)
    ),
    Case(
        "Pad that crops",
        WEBGL,
        "crop-to-slice",
        1,
        _unary(
            13,
            "1,2,5,6",
            "1,2,5,5",
            "p = Constant <value = int64[8] {0,0,-1,2,0,0,1,-3}> ()"
            " v = Constant <value = float {0.5}> () y = Pad (x, p, v)",
        ),
    ),
    Case(
        "reflect Pad that crops",
        WEBGL,
        "crop-to-slice",
        1,
        _unary(9, "1,3,6,8", "1,3,5,9", 'y = Pad <mode = "reflect", pads = [0,0,-1,2,0,0,0,-1]> (x)'),
    ),
    Case(
        "Pad that crops without Pad",
        OLD_CPU,
        "crop-to-slice",
        1,
        _unary(
            13,
            "1,2,5,6",
            "1,2,5,3",
            'p = Constant <value = int64[8] {0,0,-1,-1,0,0,1,-2}> () y = Pad <mode = "edge"> (x, p)',
        ),
    ),
    *(
        Case(
            f"Gather from the end on {target.removeprefix('onnxjs-')}",
            target,
            "attributes",
            1,
            _unary(
                11,
                "1,4,3,5",
                "1,3,3,5",
                "i = Constant <value = int32[3] {-1,0,-2}> () y = Gather <axis = -3> (x, i)",
            ),
        )
        for target in (WEBGL, OLD_WEBGL, OLD_CPU, OLDEST)
    ),
    *(
        Case(
            f"Gather of one index on {target.removeprefix('onnxjs-')}",
            target,
            "gather-one",
            1,
            _unary(11, "2,4,3", "2,3", "i = Constant <value = int64 {2}> () y = Gather <axis = 1> (x, i)"),
        )
        for target in (WEBGL, OLD_WEBGL, OLDEST)
    ),
    Case(
        "Slice that starts before the front",
        WEBGL,
        "attributes",
        1,
        _unary(
            13,
            "1,3,6,7",
            "1,2,5,6",
            "s = Constant <value = int64[3] {-100,-9223372036854775807,-6}> ()"
            " e = Constant <value = int64[3] {2,-1,9223372036854775807}> ()"
            " a = Constant <value = int64[3] {1,2,3}> () y = Slice (x, s, e, a)",
        ),
    ),
    Case(
        "Slice with attributes that starts before the front",
        WEBGL,
        "attributes",
        1,
        _unary(9, "1,3,6,7", "1,2,6,7", "y = Slice <axes = [1], starts = [-100], ends = [2]> (x)"),
    ),
    Case(
        "InstanceNormalization on three axes",
        WEBGL,
        "flat-instance-norm",
        1,
        _unary(
            9,
            "2,3,35",
            "2,3,35",
            "s = Constant <value = float[3] {1.5,-0.5,2.0}> () b = Constant <value = float[3] {0.1,0.2,-0.3}> ()"
            " y = InstanceNormalization (x, s, b)",
        ),
    ),
    Case(
        "GroupNormalization",
        WEBGL,
        "flat-instance-norm",
        1,
        _unary(
            18,
            "1,6,4,5",
            "1,6,4,5",
            "t = Constant <value = int64[3] {0,2,-1}> () r = Reshape (x, t)"
            " s = Constant <value = float[2] {1.0,1.0}> () b = Constant <value = float[2] {0.0,0.0}> ()"
            " n = InstanceNormalization (r, s, b) u = Constant <value = int64[4] {1,6,4,5}> () y = Reshape (n, u)",
        ),
    ),
    Case(
        "Clip with infinite bounds",
        WEBGL,
        "attributes",
        2,
        _unary(
            13,
            "3,4",
            "3,4",
            "a = Constant <value = float[1] {-inf}> () b = Constant <value = float[1] {0.5}> () c = Clip (x, a, b)"
            " d = Constant <value = float {inf}> () y = Clip (c, , d)",
        ),
    ),
    Case(
        "Clip with infinite attributes",
        WEBGL,
        "attributes",
        1,
        _unary(6, "3,4", "3,4", "y = Clip <min = -inf, max = 0.5> (x)"),
    ),
    Case(
        "two outputs of one node",
        OLDEST,
        "distinct-inputs",
        1,
        _graph(13, "float[2,6] x", "float[2,2] y", "a, b, c = Split <axis = 1> (x) y = Add (a, c)"),
    ),
    *(
        Case(
            f"{operator} of opset 11",
            WEBGL,
            "to-reductions",
            1,
            _unary(11, "2,3,4,5", "2,3", f"y = {operator} <axes = [2, -1], keepdims = 0> (x)"),
        )
        for operator in ("ReduceL1", "ReduceL2")
    ),
    Case(
        "ReduceLogSumExp of large numbers",
        WEBGL,
        "to-reductions",
        1,
        _unary(
            11,
            "2,3,4",
            "2,1,4",
            "k = Constant <value = float {200.0}> () s = Mul (x, k) y = ReduceLogSumExp <axes = [1]> (s)",
        ),
    ),
    Case(
        "a value seen in another shape",
        WEBGL,
        "views-of-copies",
        1,
        _graph(
            9,
            "float[1,2,4,6] x",
            "float[1,6,4,2] y, float[1,6,4,2] z",
            "s = Constant <value = int64[4] {1,6,4,2}> () n = Neg (x) r = Reshape (n, s) y = Neg (r)"
            " z = Transpose <perm = [0, 3, 2, 1]> (n)",
        ),
    ),
    Case(
        "a value seen in two other shapes",
        WEBGL,
        "views-of-copies",
        2,
        _graph(
            9,
            "float[1,2,4,6] x",
            "float[2,6,4,1] y, float[6,2,2,2] z",
            "s = Constant <value = int64[4] {1,6,4,2}> () t = Constant <value = int64[4] {2,2,2,6}> ()"
            " r = Reshape (x, s) q = Reshape (x, t)"
            " y = Transpose <perm = [3, 1, 2, 0]> (r) z = Transpose <perm = [3, 1, 2, 0]> (q)",
        ),
    ),
    *(
        Case(
            f"a kernel that is read elsewhere on {target.removeprefix('onnxjs-')}",
            target,
            "own-kernels",
            1,
            _graph(
                9,
                "float[1,2,3,3] x",
                "float[1,2,3,3] z, float[1,1,1,1] y",
                f"w = Constant <value = float[1,2,3,3] {{{_floats(18)}}}> () z = Add (w, x) y = Conv (z, w)",
            ),
        )
        for target in (WEBGL, OLDEST)
    ),
    Case(
        "BatchNormalization of two axes",
        WEBGL,
        "to-reductions",
        1,
        _unary(13, "4,3", "4,3", f"{_STATISTICS} y = BatchNormalization (x, s, b, m, v)"),
    ),
    Case(
        "BatchNormalization of one picture by itself",
        WEBGL,
        "by-batch",
        1,
        _unary(9, "1,3,4,6", "1,3,4,6", f"{_STATISTICS} y, o1, o2, o3, o4 = BatchNormalization (x, s, b, m, v)"),
    ),
    Case(
        "BatchNormalization of two pictures by both",
        WEBGL,
        "by-batch",
        1,
        _unary(9, "2,3,4,6", "2,3,4,6", f"{_STATISTICS} y, o1, o2, o3, o4 = BatchNormalization (x, s, b, m, v)"),
    ),
    Case("Flatten from the end", WEBGL, "attributes", 1, _unary(13, "1,2,3,4", "6,4", "y = Flatten <axis = -1> (x)")),
    Case(
        "Equal of floats",
        WEBGL,
        "missing-operators",
        1,
        _graph(13, "float[2,3] x", "bool[2,3] y", "n = Relu (x) k = Neg (n) y = Equal (n, k)"),
    ),
    Case(
        "outputs that are joined, renamed and constant",
        WEBGL,
        "made-outputs",
        3,
        _graph(
            13,
            "float[2,3] x",
            "float[2,3] y, float[2,3] z, float[2,3] w, float[2] c",
            "y = Relu (x) z = Identity (y) w = Identity (x) c = Constant <value = float[2] {0.5,-1.5}> ()",
        ),
    ),
    Case(
        "Softmax over several axes",
        WEBGPU,
        "forms",
        1,
        _unary(11, "2,3,4,5", "2,3,4,5", "y = Softmax <axis = 1> (x)"),
    ),
    Case(
        "linear Resize with aligned corners",
        WEBGL,
        "resize-to-upsample",
        1,
        _unary(
            13,
            "1,2,5,6",
            "1,2,10,12",
            "s = Constant <value = float[4] {1.0,1.0,2.0,2.0}> ()"
            ' y = Resize <mode = "linear", coordinate_transformation_mode = "align_corners"> (x, , s)',
        ),
    ),
    Case(
        "linear Resize to a size between",
        WEBGL,
        "resize-to-upsample",
        1,
        _unary(
            13,
            "1,2,5,6",
            "1,2,8,9",
            "s = Constant <value = int64[4] {1,2,8,9}> ()"
            ' y = Resize <mode = "linear", coordinate_transformation_mode = "pytorch_half_pixel"> (x, , , s)',
        ),
    ),
    Case(
        "linear Resize that shrinks",
        WEBGL,
        "resize-to-upsample",
        1,
        _unary(
            13,
            "2,3,9,12",
            "2,3,4,6",
            "s = Constant <value = float[4] {1.0,1.0,0.5,0.5}> ()"
            ' y = Resize <mode = "linear", coordinate_transformation_mode = "half_pixel"> (x, , s)',
        ),
    ),
    Case(
        "linear Resize of opset 10 along one side",
        WEBGL,
        "resize-to-upsample",
        1,
        _unary(
            10,
            "1,2,4,6",
            "1,2,4,9",
            's = Constant <value = float[4] {1.0,1.0,1.0,1.5}> () y = Resize <mode = "linear"> (x, s)',
        ),
    ),
)
