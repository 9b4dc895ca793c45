"""Cases of rules for operators that only move elements."""

from build.compiler.verify.cases.case import CPU, OLD_CPU, OLD_WEBGL, OLDEST, WEBGL, Case, graph, unary

CASES: tuple[Case, ...] = (
    Case(
        "Split without Split",
        CPU,
        "missing-operators",
        1,
        graph(18, "float[2,5] x", "float[2,3] y, float[2,2] z", "y, z = Split <axis = -1, num_outputs = 2> (x)"),
    ),
    Case(
        "Expand",
        WEBGL,
        "missing-operators",
        1,
        unary(13, "3,1", "2,3,4", "s = Constant <value = int64[3] {2,3,4}> () y = Expand (x, s)"),
    ),
    Case(
        "DepthToSpace",
        WEBGL,
        "missing-operators",
        1,
        unary(13, "1,8,2,3", "1,2,4,6", "y = DepthToSpace <blocksize = 2> (x)"),
    ),
    Case(
        "pixel shuffle",
        WEBGL,
        "missing-operators",
        1,
        unary(13, "1,8,2,3", "1,2,4,6", 'y = DepthToSpace <blocksize = 2, mode = "CRD"> (x)'),
    ),
    Case(
        "SpaceToDepth",
        WEBGL,
        "missing-operators",
        1,
        unary(13, "1,2,4,6", "1,8,2,3", "y = SpaceToDepth <blocksize = 2> (x)"),
    ),
    Case(
        "ConstantOfShape as weights",
        WEBGL,
        "constant-of-shape",
        1,
        unary(
            9,
            "3,4",
            "3,4",
            "s = Constant <value = int64[1] {4}> () w = ConstantOfShape <value = float[1] {0.5}> (s) y = Mul (x, w)",
        ),
    ),
    *(
        Case(
            f"Gather from the end on {target.removeprefix('onnxjs-')}",
            target,
            "attributes",
            1,
            unary(
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
            unary(11, "2,4,3", "2,3", "i = Constant <value = int64 {2}> () y = Gather <axis = 1> (x, i)"),
        )
        for target in (WEBGL, OLD_WEBGL, OLDEST)
    ),
    *(
        Case(
            f"DepthToSpace {mode}, sides open",
            WEBGL,
            "missing-operators",
            1,
            unary(13, "1,12,H,W", "1,3,h,w", f'y = DepthToSpace <blocksize = 2, mode = "{mode}"> (x)'),
        )
        for mode in ("DCR", "CRD")
    ),
    Case(
        "SpaceToDepth, sides open",
        WEBGL,
        "missing-operators",
        1,
        unary(
            13,
            "1,3,H,W",
            "1,12,h,w",
            "s = Constant <value = float[4] {1.0,1.0,2.0,2.0}> ()"
            " u = Resize (x, , s) y = SpaceToDepth <blocksize = 2> (u)",
        ),
    ),
    Case(
        "Slice with steps along height and width",
        WEBGL,
        "attributes",
        2,
        unary(
            13,
            "1,3,H,W",
            "1,3,h,w",
            "s = Constant <value = int64[2] {0,1}> () e = Constant <value = int64[2] {9000,9000}> ()"
            " a = Constant <value = int64[2] {2,3}> () t = Constant <value = int64[2] {2,3}> () "
            " y = Slice (x, s, e, a, t)",
        ),
    ),
    Case(
        "Slice backwards over the colours",
        WEBGL,
        "attributes",
        1,
        unary(
            13,
            "1,3,H,W",
            "1,3,H,W",
            "s = Constant <value = int64[1] {-1}> () e = Constant <value = int64[1] {-9000}> ()"
            " a = Constant <value = int64[1] {1}> () t = Constant <value = int64[1] {-1}> () "
            " y = Slice (x, s, e, a, t)",
        ),
    ),
    Case(
        "Slice with steps along other axes",
        WEBGL,
        "attributes",
        2,
        unary(
            13,
            "1,6,8,4",
            "1,3,4,4",
            "s = Constant <value = int64[2] {1,0}> () e = Constant <value = int64[2] {9000,9000}> ()"
            " a = Constant <value = int64[2] {1,2}> () t = Constant <value = int64[2] {2,2}> () "
            " y = Slice (x, s, e, a, t)",
        ),
    ),
)
