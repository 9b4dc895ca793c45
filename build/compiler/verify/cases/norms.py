"""Cases of rules for norms, softmaxes and reductions."""

from build.compiler.verify.cases.case import OLD_WEBGL, WEBGL, WEBGPU, Case, unary

STATISTICS = " ".join(
    f"{name} = Constant <value = float[3] {numbers}> ()"
    for name, numbers in zip("sbmv", ("{1,2,-3}", "{0.5,0,1}", "{0.1,-0.2,0.3}", "{1.5,0.7,0.3}"), strict=True)
)

CASES: tuple[Case, ...] = (
    Case(
        "InstanceNormalization",
        OLD_WEBGL,
        "to-reductions",
        1,
        unary(
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
        unary(
            17,
            "2,5,4",
            "2,5,4",
            "s = Constant <value = float[4] {1.5,-0.5,2.0,1.0}> ()"
            " b = Constant <value = float[4] {0.1,0.2,-0.3,0.0}> ()"
            " y = LayerNormalization (x, s, b)",
        ),
    ),
    Case("LogSoftmax", WEBGL, "to-reductions", 1, unary(13, "2,5,4", "2,5,4", "y = LogSoftmax <axis = 1> (x)")),
    Case(
        "reduction over several axes",
        WEBGL,
        "one-axis",
        1,
        unary(9, "2,3,4,5", "2,3", "y = ReduceMean <axes = [2, 3], keepdims = 0> (x)"),
    ),
    Case(
        "sum of squares over several axes",
        WEBGL,
        "one-axis",
        1,
        unary(9, "2,3,4,5", "2,1,1,5", "y = ReduceSumSquare <axes = [1, 2]> (x)"),
    ),
    Case("Softmax on an inner axis", WEBGL, "softmax", 1, unary(13, "2,5,4", "2,5,4", "y = Softmax <axis = 1> (x)")),
    Case("LRN", WEBGL, "missing-operators", 1, unary(9, "1,5,2,3", "1,5,2,3", "y = LRN <size = 3, alpha = 0.5> (x)")),
    Case(
        "ReduceL2",
        WEBGL,
        "to-reductions",
        1,
        unary(18, "3,4", "3,1", "a = Constant <value = int64[1] {1}> () y = ReduceL2 (x, a)"),
    ),
    Case(
        "InstanceNormalization on three axes",
        WEBGL,
        "flat-instance-norm",
        1,
        unary(
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
        unary(
            18,
            "1,6,4,5",
            "1,6,4,5",
            "t = Constant <value = int64[3] {0,2,-1}> () r = Reshape (x, t)"
            " s = Constant <value = float[2] {1.0,1.0}> () b = Constant <value = float[2] {0.0,0.0}> ()"
            " n = InstanceNormalization (r, s, b) u = Constant <value = int64[4] {1,6,4,5}> () y = Reshape (n, u)",
        ),
    ),
    *(
        Case(
            f"{operator} of opset 11",
            WEBGL,
            "to-reductions",
            1,
            unary(11, "2,3,4,5", "2,3", f"y = {operator} <axes = [2, -1], keepdims = 0> (x)"),
        )
        for operator in ("ReduceL1", "ReduceL2")
    ),
    Case(
        "ReduceLogSumExp of large numbers",
        WEBGL,
        "to-reductions",
        1,
        unary(
            11,
            "2,3,4",
            "2,1,4",
            "k = Constant <value = float {200.0}> () s = Mul (x, k) y = ReduceLogSumExp <axes = [1]> (s)",
        ),
    ),
    Case(
        "BatchNormalization of two axes",
        WEBGL,
        "to-reductions",
        1,
        unary(13, "4,3", "4,3", f"{STATISTICS} y = BatchNormalization (x, s, b, m, v)"),
    ),
    Case(
        "BatchNormalization of one picture by itself",
        WEBGL,
        "by-batch",
        1,
        unary(9, "1,3,4,6", "1,3,4,6", f"{STATISTICS} y, o1, o2, o3, o4 = BatchNormalization (x, s, b, m, v)"),
    ),
    Case(
        "BatchNormalization of two pictures by both",
        WEBGL,
        "by-batch",
        1,
        unary(9, "2,3,4,6", "2,3,4,6", f"{STATISTICS} y, o1, o2, o3, o4 = BatchNormalization (x, s, b, m, v)"),
    ),
    Case(
        "Softmax over several axes",
        WEBGPU,
        "forms",
        1,
        unary(11, "2,3,4,5", "2,3,4,5", "y = Softmax <axis = 1> (x)"),
    ),
    Case(
        "GroupNormalization, sides open",
        WEBGL,
        "group-norm",
        1,
        unary(
            21,
            "1,4,H,W",
            "1,4,H,W",
            "s = Constant <value = float[4] {1.0,2.0,-1.0,0.5}> ()"
            " b = Constant <value = float[4] {0.5,0.0,1.0,-1.0}> ()"
            " y = GroupNormalization <num_groups = 2> (x, s, b)",
        ),
    ),
    Case(
        "group normalization as exporters write it, sides open",
        WEBGL,
        "group-norm",
        1,
        unary(
            15,
            "1,4,H,W",
            "1,4,H,W",
            "s = Constant <value = float[2] {1.0,2.0}> () b = Constant <value = float[2] {0.5,0.0}> ()"
            " p = Constant <value = int64[3] {0,2,-1}> () r = Reshape (x, p) n = InstanceNormalization (r, s, b)"
            " h = Shape <start = 0> (x) y = Reshape (n, h)",
        ),
    ),
)
