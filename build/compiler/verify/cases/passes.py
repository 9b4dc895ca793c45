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
)
