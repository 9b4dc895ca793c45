"""Cases of rules for parameters in the form of an older opset."""

from build.compiler.verify.cases.case import OLDEST, WEBGL, Case, floats, graph, unary

CASES: tuple[Case, ...] = (
    Case(
        "axes of a reduction as input",
        WEBGL,
        "attributes",
        1,
        unary(18, "2,3,4,5", "2,3,4,1", "a = Constant <value = int64[1] {-1}> () y = ReduceMean (x, a)"),
    ),
    Case(
        "Squeeze and Unsqueeze",
        WEBGL,
        "attributes",
        2,
        unary(
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
        unary(
            13,
            "3,4",
            "3,4",
            "a = Constant <value = float {-0.25}> () b = Constant <value = float {0.5}> () y = Clip (x, a, b)",
        ),
    ),
    Case(
        "Slice with inputs",
        WEBGL,
        "attributes",
        1,
        unary(
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
        graph(
            13,
            "float[2,6] x",
            "float[2,2] y, float[2,4] z",
            "s = Constant <value = int64[2] {2,4}> () y, z = Split <axis = 1> (x, s)",
        ),
    ),
    Case(
        "Gemm without bias",
        WEBGL,
        "attributes",
        1,
        unary(
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
        unary(
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
        unary(18, "2,6", "2,3,2", "s = Constant <value = int64[3] {2,3,-1}> () y = Reshape <allowzero = 1> (x, s)"),
    ),
    Case(
        "auto_pad of a Conv, sides known",
        WEBGL,
        "attributes",
        1,
        unary(
            13,
            "1,3,6,7",
            "1,2,3,4",
            f"w = Constant <value = float[2,3,3,3] {{{floats(54)}}}> ()"
            ' y = Conv <auto_pad = "SAME_UPPER", strides = [2, 2]> (x, w)',
        ),
    ),
    Case(
        "auto_pad of pools, sides known",
        WEBGL,
        "attributes",
        2,
        graph(
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
        unary(
            13,
            "1,3,H,W",
            "1,2,H,W",
            f"w = Constant <value = float[2,3,4,3] {{{floats(72)}}}> ()"
            ' c = Conv <auto_pad = "SAME_LOWER"> (x, w)'
            ' y = MaxPool <auto_pad = "SAME_UPPER", kernel_shape = [2, 2]> (c)',
        ),
    ),
    Case(
        "auto_pad of a Conv on 0.1.3",
        OLDEST,
        "attributes",
        1,
        unary(
            9,
            "1,3,6,7",
            "1,2,3,4",
            f"w = Constant <value = float[2,3,3,3] {{{floats(54)}}}> ()"
            ' y = Conv <auto_pad = "SAME_UPPER", strides = [2, 2]> (x, w)',
        ),
    ),
    Case(
        "Slice that starts before the front",
        WEBGL,
        "attributes",
        1,
        unary(
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
        unary(9, "1,3,6,7", "1,2,6,7", "y = Slice <axes = [1], starts = [-100], ends = [2]> (x)"),
    ),
    Case(
        "Clip with infinite bounds",
        WEBGL,
        "attributes",
        2,
        unary(
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
        unary(6, "3,4", "3,4", "y = Clip <min = -inf, max = 0.5> (x)"),
    ),
    Case("Flatten from the end", WEBGL, "attributes", 1, unary(13, "1,2,3,4", "6,4", "y = Flatten <axis = -1> (x)")),
    *(
        Case(
            f"ceil_mode of {operator}, sides open",
            WEBGL,
            "attributes",
            1,
            unary(
                13,
                "1,2,H,W",
                "1,2,h,w",
                f"y = {operator} <kernel_shape = [3,3], strides = [2,2], pads = [1,1,1,1], ceil_mode = 1> (x)",
            ),
        )
        for operator in ("MaxPool", "AveragePool")
    ),
    Case(
        "ceil_mode that leaves gaps, sides known",
        WEBGL,
        "attributes",
        1,
        unary(13, "1,2,8,10", "1,2,3,3", "y = MaxPool <kernel_shape = [2,3], strides = [3,4], ceil_mode = 1> (x)"),
    ),
)
