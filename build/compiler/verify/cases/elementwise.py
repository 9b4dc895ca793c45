"""Cases of rules for operators that compute each element on its own."""

from build.compiler.verify.cases.case import OLDEST, WEBGL, Case, graph, unary

CASES: tuple[Case, ...] = (
    Case(
        "Clip without Clip",
        OLDEST,
        "missing-operators",
        1,
        unary(6, "3,4", "3,4", "y = Clip <min = -0.25, max = 0.5> (x)"),
    ),
    Case("Dropout", WEBGL, "drop", 1, unary(9, "3,4", "3,4", "z = Relu (x) d = Dropout (z) y = Neg (d)")),
    Case(
        "Max and Min with a number",
        WEBGL,
        "missing-operators",
        2,
        unary(
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
        graph(13, "float[3,4] x, float[4] b", "float[3,4] y", "s = Sum (x, b, x) y = Mean (s, b)"),
    ),
    Case("Erf", WEBGL, "missing-operators", 1, unary(13, "3,4", "3,4", "y = Erf (x)")),
    Case("Reciprocal", WEBGL, "missing-operators", 1, unary(9, "3,4", "3,4", "e = Exp (x) y = Reciprocal (e)")),
    *(
        Case(
            f"Softplus of large numbers on {target.removeprefix('onnxjs-')}",
            target,
            "missing-operators",
            1,
            unary(9, "3,4", "3,4", "k = Constant <value = float {200.0}> () s = Mul (x, k) y = Softplus (s)"),
        )
        for target in (WEBGL, OLDEST)
    ),
    Case(
        "Equal of floats",
        WEBGL,
        "missing-operators",
        1,
        graph(13, "float[2,3] x", "bool[2,3] y", "n = Relu (x) k = Neg (n) y = Equal (n, k)"),
    ),
    Case(
        "square",
        WEBGL,
        "pow-to-products",
        1,
        unary(9, "3,4", "3,1", "t = Constant <value = float {2.0}> () p = Pow (x, t) y = ReduceMean <axes = [1]> (p)"),
    ),
    Case(
        "Max and Min of several tensors that broadcast",
        WEBGL,
        "missing-operators",
        2,
        graph(
            13,
            "float[3,4] x, float[4] b, float[3,1] c",
            "float[3,4] y",
            "k = Constant <value = float {-0.2}> () m = Max (x, b, k) y = Min (m, c)",
        ),
    ),
    Case(
        "Where with a constant mask",
        WEBGL,
        "missing-operators",
        1,
        graph(
            13,
            "float[2,3] x, float[3] b",
            "float[2,3] y",
            "c = Constant <value = bool[2,3] {1,0,1,1,1,0}> () y = Where (c, x, b)",
        ),
    ),
    Case(
        "Where that masks with an infinity",
        WEBGL,
        "missing-operators",
        1,
        unary(
            13,
            "2,3",
            "2,3",
            "c = Constant <value = bool[2,3] {1,0,1,1,1,0}> () k = Constant <value = float {-inf}> ()"
            " w = Where (c, x, k) y = Softmax <axis = -1> (w)",
        ),
    ),
    Case("Selu", WEBGL, "missing-operators", 1, unary(13, "3,4", "3,4", "y = Selu (x)")),
    Case("Celu", WEBGL, "missing-operators", 1, unary(13, "3,4", "3,4", "y = Celu <alpha = 0.5> (x)")),
)
