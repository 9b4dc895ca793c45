"""Cases of passes over the whole graph."""

from build.compiler.verify.cases.case import OLDEST, WEBGL, Case, floats, graph, unary

CASES: tuple[Case, ...] = (
    Case("Cast to the same type", WEBGL, "fold", 1, unary(13, "3,4", "3,4", "c = Cast <to = 1> (x) y = Neg (c)")),
    Case("HardSwish", WEBGL, "function-bodies", 2, unary(14, "3,4", "3,4", "y = HardSwish (x)")),
    Case("Mish", WEBGL, "function-bodies", 1, unary(18, "3,4", "3,4", "y = Mish (x)")),
    Case("HardSigmoid of opset 6", WEBGL, "function-bodies", 1, unary(9, "3,4", "3,4", "y = HardSigmoid (x)")),
    Case(
        "shape arithmetic",
        WEBGL,
        "fold",
        5,
        unary(
            13,
            "2,3,4",
            "2,12",
            "s = Shape (x) i = Constant <value = int64[1] {0}> () n = Gather (s, i)"
            " m = Constant <value = int64[1] {-1}> ()"
            " t = Concat <axis = 0> (n, m) y = Reshape (x, t)",
        ),
    ),
    Case("one value twice", OLDEST, "distinct-inputs", 1, unary(7, "3,4", "3,4", "r = Relu (x) y = Mul (r, r)")),
    Case(
        "attributes with their default",
        WEBGL,
        "default-attributes",
        1,
        unary(14, "2,6", "3,4", "s = Constant <value = int64[2] {3,4}> () y = Reshape <allowzero = 0> (x, s)"),
    ),
    Case(
        "two outputs of one node",
        OLDEST,
        "distinct-inputs",
        1,
        graph(13, "float[2,6] x", "float[2,2] y", "a, b, c = Split <axis = 1> (x) y = Add (a, c)"),
    ),
    Case(
        "a value seen in another shape",
        WEBGL,
        "views-of-copies",
        1,
        graph(
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
        graph(
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
            graph(
                9,
                "float[1,2,3,3] x",
                "float[1,2,3,3] z, float[1,1,1,1] y",
                f"w = Constant <value = float[1,2,3,3] {{{floats(18)}}}> () z = Add (w, x) y = Conv (z, w)",
            ),
        )
        for target in (WEBGL, OLDEST)
    ),
    Case(
        "outputs that are joined, renamed and constant",
        WEBGL,
        "made-outputs",
        3,
        graph(
            13,
            "float[2,3] x",
            "float[2,3] y, float[2,3] z, float[2,3] w, float[2] c",
            "y = Relu (x) z = Identity (y) w = Identity (x) c = Constant <value = float[2] {0.5,-1.5}> ()",
        ),
    ),
    Case(
        "float64 inside",
        WEBGL,
        "widen-floats",
        2,
        unary(
            13,
            "2,3",
            "2,3",
            "d = Cast <to = 11> (x) k = Constant <value = double[3] {1.5,2.5,-1e300}> () z = Add (d, k) r = Relu (z)"
            " y = Cast <to = 1> (r)",
        ),
    ),
    Case(
        "float16 inside",
        WEBGL,
        "widen-floats",
        1,
        unary(13, "2,3", "2,3", "d = Cast <to = 10> (x) t = Tanh (d) y = Cast <to = 1> (t)"),
    ),
    Case(
        "float16 at the ends",
        WEBGL,
        "widen-floats",
        1,
        graph(13, "float16[2,3] x", "float16[2,3] y", "t = Tanh (x) y = Relu (t)"),
    ),
    Case(
        "a photo of bytes",
        WEBGL,
        "whole-number-inputs",
        1,
        graph(
            13,
            "uint8[1,4,6,3] x",
            "float[1,3,4,6] y",
            "t = Transpose <perm = [0,3,1,2]> (x) f = Cast <to = 1> (t)"
            " k = Constant <value = float {255.0}> () y = Div (f, k)",
        ),
    ),
    *(
        Case(
            f"{operator} as the last thing",
            WEBGL,
            "last-arg-max",
            1,
            graph(
                13,
                "float[1,5,H,W] x",
                "int64[1,H,W] y",
                f"r = Relu (x) y = {operator} <axis = 1, keepdims = 0, select_last_index = {last}> (r)",
            ),
        )
        for operator, last in (("ArgMax", 0), ("ArgMin", 1))
    ),
    Case(
        "ArgMax that is cast",
        WEBGL,
        "last-arg-max",
        1,
        unary(13, "1,5,4", "1,5,1", "i = ArgMax <axis = -1> (x) f = Cast <to = 1> (i) y = Neg (f)"),
    ),
)
