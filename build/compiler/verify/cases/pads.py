"""Cases of rules for pads."""

from build.compiler.verify.cases.case import OLD_CPU, WEBGL, Case, unary

CASES: tuple[Case, ...] = (
    Case(
        "reflect Pad with inputs",
        WEBGL,
        "pad-to-attributes",
        1,
        unary(
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
        unary(
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
        unary(
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
        unary(
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
        unary(
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
        unary(
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
        unary(
            11,
            "1,2,5,6",
            "1,2,8,9",
            "p = Constant <value = int64[8] {0,0,2,1,0,0,1,2}> ()"
            " v = Constant <value = float {-2.0}> () y = Pad (x, p, v)",
        ),
    ),
    Case(
        "Pad that crops",
        WEBGL,
        "crop-to-slice",
        1,
        unary(
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
        unary(9, "1,3,6,8", "1,3,5,9", 'y = Pad <mode = "reflect", pads = [0,0,-1,2,0,0,0,-1]> (x)'),
    ),
    Case(
        "Pad that crops without Pad",
        OLD_CPU,
        "crop-to-slice",
        1,
        unary(
            13,
            "1,2,5,6",
            "1,2,5,3",
            'p = Constant <value = int64[8] {0,0,-1,-1,0,0,1,-2}> () y = Pad <mode = "edge"> (x, p)',
        ),
    ),
)
