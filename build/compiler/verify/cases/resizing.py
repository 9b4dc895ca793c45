"""Cases of rules for resizing."""

from build.compiler.verify.cases.case import OLD_CPU, OLD_WEBGL, WEBGL, Case, unary

CASES: tuple[Case, ...] = (
    Case(
        "Resize to Upsample",
        WEBGL,
        "resize-to-upsample",
        1,
        unary(
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
        unary(
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
        unary(
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
        unary(
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
        unary(
            9,
            "1,2,5,6",
            "1,2,15,12",
            's = Constant <value = float[4] {1.0,1.0,3.0,2.0}> () y = Upsample <mode = "nearest"> (x, s)',
        ),
    ),
    Case(
        "linear Resize without Upsample",
        OLD_CPU,
        "grouped-conv-to-dense",
        1,
        unary(
            13,
            "1,2,4,5",
            "1,2,8,15",
            's = Constant <value = float[4] {1.0,1.0,2.0,3.0}> () y = Resize <mode = "linear"> (x, , s)',
        ),
    ),
    Case(
        "linear Resize with aligned corners",
        WEBGL,
        "resize-to-upsample",
        1,
        unary(
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
        unary(
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
        unary(
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
        unary(
            10,
            "1,2,4,6",
            "1,2,4,9",
            's = Constant <value = float[4] {1.0,1.0,1.0,1.5}> () y = Resize <mode = "linear"> (x, s)',
        ),
    ),
)
