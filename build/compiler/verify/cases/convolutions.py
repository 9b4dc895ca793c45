"""Cases of rules for convolutions."""

from build.compiler.verify.cases.case import KERNEL, OLD_CPU, OLD_WEBGL, OLDEST, WEBGL, Case, floats, unary

LARGE_KERNEL = f"w = Constant <value = float[2,9,7,7] {{{floats(882)}}}> ()"

CASES: tuple[Case, ...] = (
    Case(
        "zero pad before Conv",
        WEBGL,
        "zero-pad-into-conv",
        1,
        unary(
            18,
            "1,3,5,6",
            "1,2,8,9",
            f"p = Constant <value = int64[8] {{0,0,1,2,0,0,2,1}}> () q = Pad (x, p) {KERNEL} y = Conv (q, w)",
        ),
    ),
    Case(
        "ConvTranspose",
        WEBGL,
        "missing-operators",
        1,
        unary(
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
        unary(
            11,
            "1,1,4,5",
            "1,1,6,8",
            "w = Constant <value = float[1,1,2,2] {1.0,2.0,-1.0,0.5}> ()"
            " y = ConvTranspose <strides = [2, 2], pads = [1, 1, 1, 1]> (x, w)",
        ),
    ),
    Case(
        "large kernel",
        WEBGL,
        "large-conv-to-lines",
        1,
        unary(
            9,
            "1,9,12,16",
            "1,2,5,6",
            f"{LARGE_KERNEL} b = Constant <value = float[2] {{3.0, -2.0}}> ()"
            " y = Conv <pads = [2, 1, 2, 1], strides = [2, 1], dilations = [1, 2]> (x, w, b)",
        ),
    ),
    Case(
        "Conv in groups",
        WEBGL,
        "grouped-conv-to-dense",
        1,
        unary(
            9,
            "1,4,5,6",
            "1,6,4,5",
            f"w = Constant <value = float[6,2,2,2] {{{floats(48)}}}> () y = Conv <group = 2> (x, w)",
        ),
    ),
    Case(
        "ConvTranspose in groups",
        WEBGL,
        "grouped-conv-to-dense",
        1,
        unary(
            9,
            "1,4,5,6",
            "1,6,10,12",
            f"w = Constant <value = float[4,3,2,2] {{{floats(48)}}}> ()"
            " y = ConvTranspose <group = 2, strides = [2, 2]> (x, w)",
        ),
    ),
    *(
        Case(
            f"depthwise Conv on {target.removeprefix('onnxjs-')}",
            target,
            "grouped-conv-to-dense",
            1,
            unary(
                9,
                "1,3,7,6",
                "1,3,4,3",
                f"w = Constant <value = float[3,1,3,3] {{{floats(27)}}}> ()"
                " y = Conv <group = 3, pads = [1, 1, 1, 1], strides = [2, 2]> (x, w)",
            ),
        )
        for target in (OLD_WEBGL, OLD_CPU, OLDEST)
    ),
    Case(
        "Conv1d, MaxPool1d and a global mean",
        WEBGL,
        "lines",
        3,
        unary(
            13,
            "1,2,L",
            "1,3,l",
            f"w = Constant <value = float[3,2,3] {{{floats(18)}}}> () z = Conv <strides = [2], pads = [1, 0]> (x, w)"
            " m = MaxPool <kernel_shape = [3], strides = [2]> (z) g = GlobalAveragePool (z) y = Mul (m, g)",
        ),
    ),
    Case(
        "Conv1d with auto_pad",
        WEBGL,
        "lines",
        1,
        unary(
            13,
            "1,2,9",
            "1,3,5",
            f"w = Constant <value = float[3,2,3] {{{floats(18)}}}> ()"
            ' y = Conv <strides = [2], auto_pad = "SAME_UPPER"> (x, w)',
        ),
    ),
    Case(
        "ConvTranspose1d",
        WEBGL,
        "lines",
        1,
        unary(
            13,
            "1,2,L",
            "1,3,l",
            f"w = Constant <value = float[2,3,4] {{{floats(24)}}}> ()"
            " y = ConvTranspose <strides = [2], pads = [1, 1], output_padding = [1]> (x, w)",
        ),
    ),
)
